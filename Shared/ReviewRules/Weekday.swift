public import ReviewEvents

/// A day of the week.
public enum Weekday: String, Sendable, Hashable, CaseIterable {
  /// Thứ Hai.
  case monday = "MONDAY"
  /// Thứ Ba.
  case tuesday = "TUESDAY"
  /// Thứ Tư.
  case wednesday = "WEDNESDAY"
  /// Thứ Năm.
  case thursday = "THURSDAY"
  /// Thứ Sáu.
  case friday = "FRIDAY"
  /// Thứ Bảy.
  case saturday = "SATURDAY"
  /// Chủ nhật.
  case sunday = "SUNDAY"

  /// The weekday of `day`.
  public init(_ day: LocalDate) {
    // 1970-01-01 was a Thursday, three days after a Monday.
    let place = (day.daysSince1970 + 3) % 7
    self = Self.allCases[place < 0 ? place + 7 : place]
  }

  /// What people call it.
  public var name: String {
    switch self {
    case .monday: "Thứ Hai"
    case .tuesday: "Thứ Ba"
    case .wednesday: "Thứ Tư"
    case .thursday: "Thứ Năm"
    case .friday: "Thứ Sáu"
    case .saturday: "Thứ Bảy"
    case .sunday: "Chủ nhật"
    }
  }
}
