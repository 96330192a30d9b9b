internal import EventStream
internal import Replay
internal import ServiceRuntime

/// The last rebuild of each read model.
struct RunRow: Sendable {
  enum State: String, Sendable, Codable {
    case running
    case paused
    case cancelled
    case complete
    case failed
    case swapped
  }

  enum Verdict: String, Sendable, Codable {
    case unknown
    case equal
    case different
    case accepted
  }

  var runID: Int64
  var state: State
  var source: String
  var progress: RebuildProgress
  var verdict: Verdict
  /// How long it took, or has taken so far.
  var seconds: Double
}

/// The table `replay_run`.
enum RunTable {
  static func find(
    _ model: ReadModelName, in transaction: borrowing AnyTransaction
  ) throws -> RunRow? {
    try transaction.rows(
      """
      select run_id, state, source, progress, verdict,
             (extract(epoch from moved_at - started_at) * 1000)::bigint
        from replay_run where read_model = $1
      """, [.text(model.description)]
    ).first.map { row in
      guard let state = RunRow.State(rawValue: try row.text(1)),
        let verdict = RunRow.Verdict(rawValue: try row.text(4))
      else { throw StoreError.malformedRow("a run in an unknown state") }
      return RunRow(
        runID: try row.integer(0), state: state, source: try row.text(2),
        progress: try JSONText.decode(RebuildProgress.self, from: Array(try row.text(3).utf8)),
        verdict: verdict, seconds: Double(try row.integer(5)) / 1_000)
    }
  }

  /// Begins a run, or goes on with one; whatever was found of an earlier shadow counts no more.
  static func begin(
    _ model: ReadModelName, source: String, scope: String, _ progress: RebuildProgress,
    isResumed: Bool, in transaction: borrowing AnyTransaction
  ) throws {
    try transaction.rows(
      """
      insert into replay_run (read_model, run_id, state, source, scope, progress)
      values ($1, 1, 'running', $2, $3, $4)
      on conflict (read_model) do update
         set run_id = replay_run.run_id + case when $5 then 0 else 1 end, state = 'running',
             source = excluded.source, scope = excluded.scope, progress = excluded.progress,
             verdict = 'unknown', moved_at = clock_timestamp(),
             started_at = case when $5 then replay_run.started_at else clock_timestamp() end
      """,
      [
        .text(model.description), .text(source), .text(scope), .text(written(progress)),
        .boolean(isResumed),
      ])
  }

  /// Keeps how far a run is.
  /// - Returns: what an operator wants of it meanwhile.
  static func advance(
    _ model: ReadModelName, to progress: RebuildProgress, in transaction: borrowing AnyTransaction
  ) throws -> RunRow.State? {
    try transaction.rows(
      """
      update replay_run set progress = $2, moved_at = clock_timestamp()
       where read_model = $1 returning state
      """, [.text(model.description), .text(written(progress))]
    ).first.flatMap { RunRow.State(rawValue: try $0.text(0)) }
  }

  static func setState(
    _ model: ReadModelName, _ state: RunRow.State, in transaction: borrowing AnyTransaction
  ) throws {
    try transaction.rows(
      "update replay_run set state = $2, moved_at = clock_timestamp() where read_model = $1",
      [.text(model.description), .text(state.rawValue)])
  }

  static func setVerdict(
    _ model: ReadModelName, _ verdict: RunRow.Verdict, in transaction: borrowing AnyTransaction
  ) throws {
    try transaction.rows(
      "update replay_run set verdict = $2 where read_model = $1",
      [.text(model.description), .text(verdict.rawValue)])
  }

  private static func written(_ progress: RebuildProgress) -> String {
    String(decoding: JSONText.encode(progress), as: UTF8.self)
  }
}
