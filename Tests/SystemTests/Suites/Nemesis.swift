import Foundation
import RehearsalModel
import Synchronization

/// Kills every process of a province once while a year is played, and starts it again.
final class Nemesis: Sendable {
  /// An instance, or `broker`.
  let victims: [String]
  private let province: Province
  /// The days of the played year on which it strikes, in order.
  private let days: [Date]
  private let kills = Mutex<[String]>([])

  /// Whom it has killed and started again.
  var killed: [String] { kills.withLock { $0 } }

  init(on province: Province, seed: UInt64) {
    self.province = province
    var generator = SeededGenerator(seed: seed)
    victims = (province.allInstances.map { "\($0.service.rawValue)-\($0.number)" } + ["broker"])
      .shuffled(using: &generator)
    // Days on which much happens: issue, acknowledgement, reminders, reports, conclusions, ratings.
    let strikes = ["11-03", "11-04", "11-19", "11-26", "12-06", "12-09", "12-27", "12-28"]
    days = strikes.prefix(victims.count).compactMap { try? Date(rfc3339: "2021-\($0)T03:00:00Z") }
  }

  /// Strikes whenever the calendar of the province has come to the next day.
  func strike() async throws {
    precondition(days.count == victims.count, "each victim has its day")
    for (day, victim) in zip(days, victims) {
      try await eventually("\(day) in the province", within: .seconds(240)) {
        try await self.today() >= day
      }
      if victim == "broker" {
        try await province.stack("restart-broker")
      } else {
        try await province.stack("kill", victim)
        try await province.stack("start", victim)
      }
      kills.withLock { $0.append(victim) }
    }
  }

  /// The newest calendar of any instance that answers.
  private func today() async throws -> Date {
    var newest = Date.distantPast
    for (service, number) in province.allInstances {
      let answer = try await province.client.get(province.admin(service, number) + "/admin/clock")
      // A process that was never told a day still shows the real one.
      guard let answer, answer.integer("version") ?? 0 > 0, let text = answer["now"] as? String
      else { continue }
      newest = max(newest, try Date(rfc3339: text))
    }
    return newest
  }
}
