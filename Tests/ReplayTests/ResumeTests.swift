import EventStream
import PostgresStore
import PostgresTestSupport
import Replay
import Testing

@Suite(.timeLimit(.minutes(5))) struct `A rebuild that was killed` {
  private static func fill(_ bench: Workbench) async throws {
    try await bench.writeAndConsume(reports: 20, rounds: 10)
    for _ in 0..<3 { try await bench.advance((0..<30).map { "C\($0)" }) }
  }

  private static var steps: RebuildLimits {
    var limits = RebuildLimits()
    limits.factsPerStepMax = 31
    limits.streamsPerStepMax = 7
    return limits
  }

  @Test func `resumes after any step to the same result`() async throws {
    try await Workbench.with { bench in
      try await Self.fill(bench)
      let whole = WatchingControl()
      let expected = try await bench.rebuild(control: whole, limits: Self.steps).run()
      #expect(whole.all.count > 10)
      for step in 1...whole.all.count {
        let control = WatchingControl(killedAt: step)
        await #expect(throws: WatchingControl.Killed.self) {
          try await bench.rebuild(control: control, limits: Self.steps).run()
        }
        let last = try #require(control.all.last)
        let resumed = try await bench.rebuild(limits: Self.steps).run(resuming: last)
        #expect(resumed == expected, "killed at step \(step)")
        #expect(try await bench.site.compare(bench.model, samples: 20).isEqual)
      }
    }
  }

  @Test func `resumes to the same tables when its last progress was lost as well`() async throws {
    try await Workbench.with { bench in
      try await Self.fill(bench)
      let whole = WatchingControl()
      _ = try await bench.rebuild(control: whole, limits: Self.steps).run()
      for step in 2...whole.all.count {
        let control = WatchingControl(killedAt: step, forgetsLast: true)
        await #expect(throws: WatchingControl.Killed.self) {
          try await bench.rebuild(control: control, limits: Self.steps).run()
        }
        let last = try #require(control.all.last)
        _ = try await bench.rebuild(limits: Self.steps).run(resuming: last)
        #expect(try await bench.site.compare(bench.model, samples: 20).isEqual, "step \(step)")
      }
    }
  }

  @Test func `begins anew to the same result, and can be given up`() async throws {
    try await Workbench.with { bench in
      try await Self.fill(bench)
      let expected = try await bench.rebuild(limits: Self.steps).run()
      for step in [2, 5, 9] {
        let control = WatchingControl(killedAt: step)
        await #expect(throws: WatchingControl.Killed.self) {
          try await bench.rebuild(control: control, limits: Self.steps).run()
        }
        #expect(try await bench.rebuild(limits: Self.steps).run() == expected)
        #expect(try await bench.site.compare(bench.model, samples: 20).isEqual)
      }
      for _ in 0..<2 { try await bench.site.drop(bench.model) }
      #expect(
        try await bench.site.inventory(of: bench.model)
          == ShadowInventory(hasShadow: false, hasPrevious: false))
      await #expect(throws: ShadowError.missing(bench.model.name)) {
        try await bench.site.compare(bench.model, samples: 20)
      }
      await #expect(throws: ShadowError.missing(bench.model.name)) {
        try await bench.exchange().swap(expected)
      }
    }
  }
}
