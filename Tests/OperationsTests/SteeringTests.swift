import EventStream
import PostgresStore
import PostgresTestSupport
import Replay
import ReviewEvents
import Testing

@testable import Operations

@Suite(.timeLimit(.minutes(1))) struct `A rebuild under way` {
  @Test func `is paused, resumed and cancelled by an operator, however slow it is`() async throws {
    try await OperationsBench.with { bench in
      try await bench.consume((1...5).map { bench.writer.draft("R\($0)", "h") })
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          // One fact a second: slow enough for everything that follows.
          let values = ["into": "shadow", "from-log": "true", "rate": "1"]
          await #expect(throws: RebuildCancelled.self) {
            try await bench.run("replay run", values)
          }
        }
        try await Self.wait(for: .running, in: bench)
        try await bench.run("replay pause")
        #expect(try await Self.state(in: bench) == .paused)
        await bench.expectRefusal("no-such-run", "replay pause")
        try await bench.run("replay resume")
        #expect(try await Self.state(in: bench) == .running)
        try await bench.run("replay cancel")
        try await group.waitForAll()
      }
      #expect(try await Self.state(in: bench) == .cancelled)
      #expect(try await bench.shadows.inventory(of: bench.sample.model).hasShadow == false)
      await bench.expectRefusal("no-such-run", "replay resume")
    }
  }

  @Test func `keeps a second one out`() async throws {
    try await OperationsBench.with { bench in
      let lock = try await bench.store.tryLock(StoreLock("replay \(bench.sample.model.name)"))
      await #expect(throws: ReplayRefusal.busy(bench.sample.model.name)) {
        try await bench.run("replay run", ["into": "shadow", "from-log": "true"])
      }
      await lock?.release()
      try await bench.run("replay run", ["into": "shadow", "from-log": "true"])
    }
  }

  private static func state(in bench: OperationsBench) async throws -> RunRow.State? {
    let name = bench.sample.model.name
    return try await bench.store.commit { try RunTable.find(name, in: $0)?.state }
  }

  private static func wait(for wanted: RunRow.State, in bench: OperationsBench) async throws {
    while try await state(in: bench) != wanted { try await Task.sleep(for: .milliseconds(10)) }
  }
}
