/// What a runbook is about: brought about in a running province, repaired by nothing but the
/// commands of the page.
struct Situation: Sendable {
  /// The page.
  let runbook: String
  /// Brings the trouble about.
  let begin: @Sendable (Drill) async throws -> Void
  /// What is known of single commands, in the page's order; any other just has to succeed.
  let steps: [Step]
  /// Looks whether the trouble is over, beyond everything being at rest again.
  var check: @Sendable (Drill) async throws -> Void = { _ in }

  /// Every situation that is drilled, in the order of the pages.
  static let all: [Situation] = [
    archive, brokerLost, consumerBehind, gap, mailUncertain, offSeason, outboxStuck, parkedEvents,
    replay,
  ]
}

/// What is known of one command before it is typed.
struct Step: Sendable {
  /// A part of the command's line.
  let command: String
  /// What it exits with.
  var code: Int32 = 0
  /// What must stand in its output.
  var shows: [String] = []
  /// What the page has somebody do or wait for before, and what the operator has learnt by then.
  var before: @Sendable (Drill) async throws -> Void = { _ in }

  init(
    _ command: String, code: Int32 = 0, shows: [String] = [],
    before: @escaping @Sendable (Drill) async throws -> Void = { _ in }
  ) {
    self.command = command
    self.code = code
    self.shows = shows
    self.before = before
  }
}
