import EventStream
import ReviewEvents
import TestSupport
import Testing

private let answer = StoredAnswer(
  requestHash: "h", status: 201, headers: ["ETag": "\"1\""], body: [1, 2, 3])

/// Random commands, some of which fail in the middle.
@Suite(.timeLimit(.minutes(3))) struct `A transaction whose writes wait` {
  /// How a body is run whose writes, or their answers, may wait.
  enum Way: CaseIterable {
    case command, batch

    func run(_ steps: [Step], on store: any Store) async throws {
      switch self {
      case .command: try await store.commitCommand { try ContractTests.run(steps, $0) }
      case .batch: try await store.commitBatch { try ContractTests.run(steps, $0) }
      }
    }
  }

  @Test(arguments: [1, 2, 3], Way.allCases)
  func `comes to the same as if every statement travelled alone`(
    _ seed: UInt64, _ way: Way
  ) async throws {
    try await withThings { waiting throws in
      try await withThings { alone throws in
        var random = SplitMix64(seed: seed)
        for _ in 0..<60 {
          let steps = (0..<Int.random(in: 1...8, using: &random)).map { _ in
            Step.any(using: &random)
          }
          let first = await outcome { try await way.run(steps, on: waiting) }
          let second = await outcome { try await alone.commit { try run(steps, $0) } }
          #expect(first == second, "\(steps)")
        }
        #expect(try await look(waiting) == look(alone))
      }
    }
  }

  private func outcome(_ body: () async throws -> Void) async -> String {
    do {
      try await body()
      return "kept"
    } catch { return "\(error)" }
  }

  private func withThings(_ body: (any Store) async throws -> Void) async throws {
    try await Database.with(area: .intake) { store throws in
      try await store.commit { transaction throws in
        try transaction.run("create table thing (name text primary key, size bigint)", [])
      }
      try await body(store)
    }
  }

  private func look(_ store: any Store) async throws -> [[SQLRow]] {
    try await store.commit { transaction throws in
      try transaction.rows(each: [
        ("select name, size from thing order by name", []),
        ("select stream, sequence, payload from event_log order by stream, sequence", []),
        ("select stream, sequence from outbox order by stream, sequence", []),
        ("select stream, last_sequence from stream_head order by stream", []),
        ("select key, status from idempotency order by key", []),
      ])
    }
  }
}

enum Step: Sendable {
  case append(Int, after: Int64)
  case add(Int)
  case ask
  case claim(Int)
  case refuse

  static func any(using random: inout SplitMix64) -> Step {
    switch Int.random(in: 0..<12, using: &random) {
    case 0...3:
      .append(
        Int.random(in: 0..<3, using: &random), after: Int64.random(in: 0..<4, using: &random))
    case 4...7: .add(Int.random(in: 0..<60, using: &random))
    case 8, 9: .ask
    case 10: .claim(Int.random(in: 0..<20, using: &random))
    default: .refuse
    }
  }
}

private struct Refused: Error {}

private func run(_ steps: [Step], _ transaction: borrowing AnyTransaction) throws {
  for step in steps {
    switch step {
    case .append(let number, let expected):
      try transaction.append([facts("report/R\(number)", expected)])
    case .add(let number):
      try transaction.run(
        "insert into thing values ($1, $2)", [.text("n\(number)"), .integer(Int64(number))])
    case .ask: try transaction.rows("select 1", [])
    case .claim(let number):
      let key = IdempotencyKey(actor: "a", route: "r", key: "\(number)")
      try transaction.claimAhead(key, requestHash: "h")
      try transaction.store(answer, for: key)
    case .refuse:
      // What was written before is looked at first, as it is where nothing waits.
      try transaction.rows("select 1", [])
      throw Refused()
    }
  }
}

private func facts(_ stream: String, _ expected: Int64) -> StreamAppend {
  let stream = Samples.stream(stream)
  return StreamAppend(
    stream: stream, expected: expected,
    events: [ReportDrafted(reportID: Samples.id(stream.id), contentHash: "hash")],
    origin: Samples.origin)
}
