import Foundation
import Synchronization
import Testing

/// One situation in one province: what the operator knows, and the sessions that cause trouble.
final class Drill: Sendable {
  /// What stands for something that only the operator can know; see ``learn(_:_:)``.
  static let placeholders = [
    "STREAM", "FACTS", "CLUSTER", "PID", "DELIVERY", "VERSION", "MESSAGE", "SEQUENCE",
    "YEAR", "FOLDER",
  ]

  let province: Province
  private let known = Mutex<[String: String]>([:])
  private let sessions = Mutex<[Task<Void, Never>]>([])

  init(in province: Province) { self.province = province }

  /// Lets the operator know what `placeholder` stands for from now on.
  func learn(_ placeholder: String, _ value: String) {
    known.withLock { $0[placeholder] = value }
  }

  /// What the operator knows of `placeholder`.
  func value(of placeholder: String) -> String { known.withLock { $0[placeholder] ?? "" } }

  /// The command as the operator types it.
  func fill(_ command: String) throws -> String {
    var filled = command
    for placeholder in Self.placeholders {
      let word = try Regex("\\b\(placeholder)\\b")
      guard filled.contains(word) else { continue }
      let value = known.withLock { $0[placeholder] }
      guard let value else { throw Trouble("nobody knows \(placeholder) in: \(command)") }
      filled.replace(word, with: value)
    }
    guard !filled.contains("…") else { throw Trouble("cannot be typed as it stands: \(command)") }
    return filled
  }

  /// Brings the situation about, types every command of its page and looks at the end.
  func run(_ situation: Situation) async throws {
    defer { for session in sessions.withLock({ $0 }) { session.cancel() } }
    let runbook = try Runbook(situation.runbook)
    try #require(!runbook.commands.isEmpty, "\(runbook.name) tells nobody what to type")
    try await province.rest()
    try await situation.begin(self)
    let shell = try OperatorShell(for: province, page: runbook.name)
    var steps = situation.steps[...]
    for command in runbook.commands {
      var step = Step("")
      if let next = steps.first, command.contains(next.command) {
        step = next
        steps = steps.dropFirst()
      }
      try await step.before(self)
      let typed = try fill(command)
      let (code, output) = try await shell.type(typed)
      try #require(code == step.code, "\(runbook.name): \(typed)\nexits with \(code):\n\(output)")
      for text in step.shows {
        #expect(output.contains(text), "\(runbook.name): \(typed)\nshows:\n\(output)")
      }
    }
    try #require(steps.isEmpty, "\(runbook.name) lacks: \(steps.map(\.command))")
    try await situation.check(self)
    try await province.rest()
  }

  /// Runs SQL in a session of its own that stays until it is ended, by whomever.
  func holdSession(_ service: Service, named name: String, _ sql: String) {
    let province = province
    let session = Task {
      // Ended from outside, psql complains; that is what it is for.
      _ = try? await province.query(
        "\\connect \(service.database)\nset application_name = '\(name)';\n\(sql)")
    }
    sessions.withLock { $0.append(session) }
  }

  /// The process at the server that ``holdSession(_:named:_:)`` began, once it sleeps on what it
  /// holds; ``PID`` from then on.
  func sleepingSession(named name: String) async throws -> String {
    try await eventually("the session \(name)") {
      let rows = try await self.province.query(
        """
        select pid from pg_stat_activity
         where application_name = '\(name)' and query like '%pg_sleep%'
        """)
      self.learn("PID", rows.first ?? "")
      return !rows.isEmpty
    }
    return value(of: "PID")
  }
}
