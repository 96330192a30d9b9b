import EventStream
import ReviewEvents
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct `A wake-up call` {
  private let signal = CoalescingSignal()

  @Test func `given before anybody waits, it is kept once`() async throws {
    signal.signal()
    signal.signal()
    let pace = RealPace()
    try await signal.wait(upTo: .seconds(30), pace: pace)
    #expect(pace.elapsed < .seconds(20))
    let start = pace.elapsed
    try await signal.wait(upTo: .milliseconds(20), pace: pace)
    #expect(pace.elapsed - start >= .milliseconds(20))
  }

  @Test func `none is lost between many signallers and one waiter`() async throws {
    let signal = signal
    for _ in 0..<500 {
      async let waited: Void = signal.wait(upTo: .seconds(30), pace: RealPace())
      signal.signal()
      try await waited
    }
  }

  @Test func `waiting ends with the task`() async throws {
    let signal = signal
    let waiting = Task { try await signal.wait(upTo: .seconds(600), pace: RealPace()) }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
  }
}

@Suite struct `Waiting until a fact is visible` {
  private let world = World()
  private let wish = AtLeast(stream: Fixture.report("a"), sequence: 2)

  @Test func `a fact that was applied is visible at once`() async throws {
    try await world.store.commit {
      try $0.setFences(Fixture.consumer, to: [Fixture.report("a"): 2])
    }
    let isVisible = try await wish.waitUntilVisible(
      to: [Fixture.consumer], within: .seconds(1), in: world.environment)
    #expect(isVisible)
    #expect(world.pace.elapsed == .zero)
  }

  @Test func `one that does not come is given up in time`() async throws {
    let isVisible = try await wish.waitUntilVisible(
      to: [Fixture.consumer], within: .seconds(1), in: world.environment)
    #expect(!isVisible)
    #expect(world.pace.elapsed == .seconds(1))
  }

  @Test(arguments: ["report/a:2", "unit/U-1:10"])
  func `its written form reads back`(_ text: String) throws {
    #expect(try AtLeast(text).description == text)
  }

  @Test(arguments: [
    "", "report/a", "report/a:", "report/a:0", "report/a:-1", "report/a:+2", ":1", "x/a:1",
    "report/a:1:2",
  ])
  func `anything else is refused`(_ text: String) {
    #expect(throws: MalformedAtLeast()) { try AtLeast(text) }
  }
}
