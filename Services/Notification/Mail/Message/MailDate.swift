import Foundation

/// The date of a mail as RFC 5322 writes it, in the time of Việt Nam.
enum MailDate {
  /// Computed from the calendar and two fixed lists: a formatter would follow the machine's locale,
  /// and Việt Nam has had one offset since before e-mail.
  static func text(_ date: Date) -> String {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(secondsFromGMT: 7 * 3600) ?? .gmt
    let parts = calendar.dateComponents(
      [.weekday, .day, .month, .year, .hour, .minute, .second], from: date)
    guard let weekday = parts.weekday, let day = parts.day, let month = parts.month,
      let year = parts.year, let hour = parts.hour, let minute = parts.minute,
      let second = parts.second
    else { preconditionFailure("the calendar answered without the parts asked for") }
    let time = [hour, minute, second].map(twoDigits).joined(separator: ":")
    return "\(days[weekday - 1]), \(twoDigits(day)) \(months[month - 1]) \(year) \(time) +0700"
  }

  private static func twoDigits(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }

  private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
}
