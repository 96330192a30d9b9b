import Foundation
import RehearsalModel
import Synchronization

/// Lets one thing after the other go wrong while years are played, and waits for each to be mended
/// before the next.
final class Nemesis: Sendable {
  /// One fault that came, and how the province took it.
  struct Strike: Sendable {
    let fault: Fault
    /// From the end of the fault until everything was well again.
    let recovery: Duration
  }

  private struct State {
    var plan: FaultPlan
    var strikes: [Strike] = []
    var isOver = false
  }

  private let state: Mutex<State>
  /// Whether there is still something to strike with, given what was struck.
  private let goesOn: @Sendable (_ strikes: Int) -> Bool

  init(_ plan: FaultPlan, while goesOn: @escaping @Sendable (_ strikes: Int) -> Bool) {
    state = Mutex(State(plan: plan))
    self.goesOn = goesOn
  }

  /// What has come so far.
  var strikes: [Strike] { state.withLock { $0.strikes } }
  /// Whether nothing more is to come.
  var isDone: Bool { !goesOn(strikes.count) }

  /// The year is over; nothing more comes in it.
  func endYear() { state.withLock { $0.isOver = true } }

  /// Strikes until the year is over or nothing is left to come.
  func haunt(_ province: Province) async throws {
    state.withLock { $0.isOver = false }
    try await eventually("the year to begin", within: .seconds(120)) {
      try await province.today() != nil
    }
    while !isDone, !state.withLock({ $0.isOver }) {
      let fault = state.withLock { $0.plan.next() }
      let ended = try await province.suffer(fault)
      try await Recovery(province: province).wait(after: fault)
      let strike = Strike(fault: fault, recovery: .now - ended)
      print("\(fault): well again after \(ChaosReport.seconds(strike.recovery)) s")
      state.withLock { $0.strikes.append(strike) }
    }
  }
}

extension Province {
  /// The calendar once somebody has set it, as the year's player does first.
  fileprivate func today() async throws -> Date? {
    let answer = try await client.get(admin(.intake) + "/admin/clock")
    guard let answer, answer.integer("version") ?? 0 > 0, let text = answer["now"] as? String
    else { return nil }
    return try Date(rfc3339: text)
  }
}
