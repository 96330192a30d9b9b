import NotificationDomain
import Testing

@Suite struct `A delivery` {
  /// Every step that can happen; all others cannot.
  static let table: [DeliveryState: [DeliveryStep: DeliveryState]] = [
    .pending: [.claimed: .sending, .dropped: .dropped, .doubted: .uncertain],
    .sending: [
      .accepted: .sent, .refused: .refused, .deferred: .pending, .neverHandedOver: .pending,
      .doubted: .uncertain,
    ],
    .uncertain: [
      .accepted: .sent, .refused: .refused, .deferred: .pending, .doubted: .uncertain,
      .releasedToResend: .pending, .releasedAsSent: .sent,
    ],
  ]

  @Test(arguments: DeliveryState.allCases, DeliveryStep.allCases)
  func `goes exactly where the table says`(_ state: DeliveryState, _ step: DeliveryStep) {
    #expect(state.after(step) == Self.table[state]?[step])
  }

  @Test func `that was sent, refused or dropped stays so`() {
    #expect(DeliveryState.allCases.filter(\.isFinal) == [.sent, .refused, .dropped])
  }

  @Test func `in doubt is sent again by an operator only`() {
    let back = DeliveryStep.allCases.filter { DeliveryState.uncertain.after($0) == .pending }
    // Deferred is the knowledge of its own sender that the server does not have it.
    #expect(Set(back) == [.deferred, .releasedToResend])
  }

  @Test func `is claimed only while it waits`() {
    #expect(DeliveryState.allCases.filter { $0.after(.claimed) != nil } == [.pending])
  }
}

@Suite struct `Trying again` {
  @Test func `waits longer each time, up to a limit`() {
    var last = Duration.zero
    for attempt in 1..<RetryPolicy.attemptsMax {
      guard case .again(let wait) = RetryPolicy.decide(afterAttempt: attempt, jitter: 0) else {
        Issue.record("gave up at \(attempt)")
        return
      }
      #expect(wait >= last && wait <= RetryPolicy.waitMax)
      last = wait
    }
    #expect(last == RetryPolicy.waitMax)
    #expect(RetryPolicy.decide(afterAttempt: 1, jitter: 0) == .again(after: RetryPolicy.waitFirst))
  }

  @Test func `ends after the last attempt`() {
    let limit = RetryPolicy.attemptsMax
    #expect(RetryPolicy.decide(afterAttempt: limit, jitter: 0) == .giveUp)
    #expect(RetryPolicy.decide(afterAttempt: limit + 1, jitter: 100) == .giveUp)
    #expect(RetryPolicy.decide(afterAttempt: limit - 1, jitter: 0) != .giveUp)
  }

  @Test(arguments: [-5, 0, 1, 50, 100, 1_000])
  func `is only ever lengthened by jitter, by a quarter at most`(_ jitter: Int) {
    for attempt in 1..<RetryPolicy.attemptsMax {
      guard case .again(let plain) = RetryPolicy.decide(afterAttempt: attempt, jitter: 0),
        case .again(let wait) = RetryPolicy.decide(afterAttempt: attempt, jitter: jitter)
      else { continue }
      #expect(wait >= plain && wait <= plain * 5 / 4)
    }
  }

  @Test(
    arguments: [
      (nil, RetryPolicy.Trouble.server), (421, .server), (450, .mail), (451, .mail), (452, .mail),
      (530, .server), (535, .server), (550, .server), (250, .server),
    ] as [(Int?, RetryPolicy.Trouble)])
  func `tells the server's trouble from the mail's`(
    _ code: Int?, _ trouble: RetryPolicy.Trouble
  ) {
    #expect(RetryPolicy.trouble(replyCode: code) == trouble)
  }

  @Test func `rests longer while the server stays away, up to a limit`() {
    let pauses = (1...100).map { RetryPolicy.lanePause(afterFailures: $0) }
    #expect(pauses[0] == RetryPolicy.lanePauseFirst)
    #expect(pauses == pauses.sorted())
    #expect(pauses[99] == RetryPolicy.lanePauseMax)
  }
}
