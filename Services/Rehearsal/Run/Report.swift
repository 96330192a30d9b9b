import Foundation
import RehearsalModel

/// Prints figures in the province's wording and number format.
enum Report {
  private static let levelNames = [
    ("EXCELLENT", "Hoàn thành xuất sắc nhiệm vụ"), ("GOOD", "Hoàn thành tốt nhiệm vụ"),
    ("SATISFACTORY", "Hoàn thành nhiệm vụ"), ("UNSATISFACTORY", "Không hoàn thành nhiệm vụ"),
  ]
  private static let authorities = [
    ("PROVINCE", "cấp tỉnh"), ("DISTRICT", "cấp huyện"), ("COMMUNE", "cấp xã"),
    ("GRASSROOTS", "cấp cơ sở"),
  ]

  static func print(_ figures: Figures, title: String) {
    Swift.print("\n\(title)")
    Swift.print("  Gợi ý kiểm điểm")
    printSum("Tập thể", figures.suggested["collective"] ?? [:])
    printSum("Đảng viên", figures.suggested["individual"] ?? [:])
    let rated = figures.directRatings.values.reduce(0, +)
    Swift.print("  Xếp loại đảng bộ trực thuộc tỉnh: \(number(rated)) đơn vị")
    for (level, name) in levelNames {
      let count = figures.directRatings[level] ?? 0
      Swift.print("    \(name): \(number(count)) (\(share(count, of: rated)))")
    }
    let excellent = figures.directRatings["EXCELLENT"] ?? 0
    let allowed = figures.directQuota.values.reduce(0, +)
    Swift.print("    Tỷ lệ xuất sắc: \(excellent)/\(allowed) được phép")
    printReports(figures)
    Swift.print("  Thư đã gửi: \(number(figures.mails.values.reduce(0, +)))")
    for (kind, count) in figures.mails.sorted(by: { $0.key < $1.key }) {
      Swift.print("    \(kind): \(number(count))")
    }
    Swift.print("    không có địa chỉ: \(number(figures.unreachable))")
  }

  private static func printSum(_ what: String, _ counts: [String: Int]) {
    let parts = authorities.compactMap { level, name in counts[level].map { ($0, name) } }
    let sum = parts.map { number($0.0) }.joined(separator: " + ")
    let total = counts.values.reduce(0, +)
    let names = parts.map { "\($0.1) \(number($0.0))" }.joined(separator: ", ")
    Swift.print("    \(what): \(number(total)) = \(sum) (\(names))")
  }

  private static func printReports(_ figures: Figures) {
    Swift.print("  Báo cáo kiểm điểm (phải nộp / đã nộp / nộp muộn / được chấp nhận)")
    for (key, counted) in figures.reports.sorted(by: { $0.key < $1.key }) {
      let values = [counted.owed, counted.received, counted.late, counted.accepted]
      Swift.print("    \(key): \(values.map(number).joined(separator: " / "))")
    }
    for (kind, levels) in figures.ratings.sorted(by: { $0.key < $1.key }) {
      let total = levels.values.reduce(0, +)
      let parts = levelNames.map { level, _ in
        let count = levels[level] ?? 0
        return "\(number(count)) (\(share(count, of: total)))"
      }
      Swift.print("  Xếp loại \(kind): \(number(total)) = \(parts.joined(separator: " + "))")
    }
  }

  private static func figure(_ count: Int?) -> String { count.map(String.init) ?? "unknown" }

  /// Prints events per topic, lag, outbox and parked, as the services say them.
  static func printState(_ api: API) async throws {
    Swift.print("\nTrạng thái hệ thống")
    for (service, url, answer) in try await api.admin("/status") where answer.status == 200 {
      let state = try answer.decode(ServiceState.self)
      let lag = state.lag.values.reduce(0, +)
      Swift.print(
        "  \(service.rawValue.lowercased()) \(url): \(state.state), outbox \(Self.figure(state.outbox?.rows)),"
          + " lag \(lag), parked \(Self.figure(state.parked?.events))")
    }
    Swift.print("  Sự kiện theo chủ đề")
    for service in Service.allCases {
      guard let url = api.addresses.adminURLs[service]?.first,
        let answer = try await api.adminGet("\(url)/admin/progress"), answer.status == 200
      else { continue }
      let told = try answer.decode(Told.self).told
      Swift.print("    review.\(service.rawValue.lowercased()).v1: \(number(told))")
    }
  }

  private struct Told: Decodable {
    let told: Int
  }

  /// `1050` as `1.050`.
  static func number(_ count: Int) -> String {
    var digits = Array(String(count).reversed())
    for place in stride(from: 3, to: digits.count, by: 3).reversed() {
      digits.insert(".", at: place)
    }
    return String(digits.reversed())
  }

  /// Two decimals, a comma, half up.
  static func share(_ part: Int, of whole: Int) -> String {
    guard whole > 0 else { return "–" }
    let hundredths = (part * 20_000 + whole) / (2 * whole)
    let decimals = hundredths % 100
    return "\(hundredths / 100),\(decimals < 10 ? "0" : "")\(decimals)%"
  }
}

/// The figures that a real province published, as printed; they stand in one file only.
struct Published: Decodable {
  let suggestedCollectives: [String: Int]
  let suggestedMembers: [String: Int]
  let districtRatings: [String: String]
  let districtQuota: String

  static func read(_ path: String) throws -> Published {
    try JSONDecoder().decode(Published.self, from: Data(contentsOf: URL(filePath: path)))
  }

  /// Where the services do not say what was published.
  func differences(from figures: Figures) -> [String] {
    var lines: [String] = []
    func compare(_ what: String, _ published: String, _ observed: String) {
      if published != observed {
        lines.append("\(what): published \(published), services say \(observed)")
      }
    }
    for (kind, published) in [
      ("collective", suggestedCollectives), ("individual", suggestedMembers),
    ] {
      let observed = figures.suggested[kind] ?? [:]
      for (level, count) in published.sorted(by: { $0.key < $1.key }) {
        let value = level == "total" ? observed.values.reduce(0, +) : observed[level] ?? 0
        compare("suggested \(kind) \(level)", String(count), String(value))
      }
    }
    let rated = figures.directRatings.values.reduce(0, +)
    for (level, text) in districtRatings.sorted(by: { $0.key < $1.key }) {
      let count = figures.directRatings[level] ?? 0
      compare("districts \(level)", text, "\(count) (\(Report.share(count, of: rated)))")
    }
    compare(
      "district quota", districtQuota,
      "\(figures.directRatings["EXCELLENT"] ?? 0)/\(figures.directQuota.values.reduce(0, +))")
    return lines
  }
}
