import EventStream
import NotificationDomain
import ReviewEvents
import Synchronization
import TestSupport
import Testing

@testable import NotificationService

@Suite(.timeLimit(.minutes(3))) struct `A sender that fails` {
  /// Every commit of the first mails: the first begins the lane, each later one settles a mail and
  /// takes the next.
  static let points = (1...5).flatMap { number in
    Moment.allCases.map { Point(commit: number, moment: $0) }
  }

  @Test func `by a kill at any moment leaves at most one mail in doubt and sends none twice`()
    async throws
  {
    let units = (0..<40).map { "U\($0)" }
    try await `Sending mail`.withReceipts(units) { desk in
      for (kills, point) in Self.points.enumerated() {
        let store = FailingStore(desk.store, .kill, at: [point])
        await #expect(throws: Killed.self) { try await desk.sender("n", store: store).run() }
        // The server notices by itself that the connection has gone.
        try await waitUntil {
          try await desk.deadSenders.look()
          return try await desk.count(.sending) == 0
        }
        #expect(try await desk.count(.uncertain) <= Int64(kills + 1), "\(point)")
        let given = desk.transport.given.map(\.messageID)
        #expect(Set(given).count == given.count, "\(point)")
      }
      // Killed before its first commit a sender had nothing in hand, after any other it had.
      #expect(try await desk.count(.uncertain) == Int64(Self.points.count - 1))
      try await desk.send()
      let given = desk.transport.given.map(\.messageID)
      #expect(Set(given).count == given.count)
      let uncertain = try await Self.messageIDs(desk, of: .uncertain)
      #expect(Set(given.map(String.init)).union(uncertain).count == units.count)
      #expect(try await desk.count(.sent) == Int64(units.count - uncertain.count))
    }
  }

  @Test func `by a cut connection at any moment sends each mail once and leaves none in doubt`()
    async throws
  {
    let units = (0..<20).map { "U\($0)" }
    try await `Sending mail`.withReceipts(units) { desk in
      let store = FailingStore(
        desk.store, .cut,
        // Far enough from each other that the lane is under way again in between.
        at: Moment.allCases.enumerated().flatMap { round, moment in
          [1, 3, 6].map { Point(commit: $0 + 8 * round, moment: moment) }
        })
      try await desk.send(with: desk.sender("n", store: store))
      #expect(store.failuresLeft == 0)
      #expect(desk.transport.given.count == units.count)
      #expect(Set(desk.transport.given.map(\.messageID)).count == units.count)
      #expect(try await desk.count(.sent) == Int64(units.count))
      #expect(try await desk.facts()["review.notification.delivery-sent"] == Int64(units.count))
      #expect(try await desk.facts()["review.notification.delivery-held"] == nil)
    }
  }

  @Test func `in nothing goes to the database once for each mail`() async throws {
    let units = (0..<10).map { "U\($0)" }
    try await `Sending mail`.withReceipts(units) { desk in
      let store = FailingStore(desk.store, .kill, at: [])
      try await desk.send(with: desk.sender("n", store: store))
      #expect(try await desk.count(.sent) == 10)
      // One to begin, one to end; the rest in between, and one that found nothing.
      #expect(store.longWays <= 2)
      #expect(store.trips >= 10)
    }
  }

  @Test func `to keep a mail that others decided on meanwhile takes the long way`() async throws {
    try await `Sending mail`.withReceipts(["A", "B"]) { desk in
      let isFirst = Mutex(true)
      desk.transport.whileSending {
        guard
          isFirst.withLock({ first in
            defer { first = false }; return first
          })
        else { return }
        // As whoever takes the sender for dead.
        try? await desk.store.commit { transaction in
          let row = try transaction.rows(
            "select delivery_id, sequence, claimed_by from delivery where state = 'sending'", [])[0]
          for held in try DeliveryTable.inHands(of: row.text(2), in: transaction) {
            try DeliveryTable.settle(
              SettledDelivery(
                id: held.id, state: .uncertain, sequence: held.sequence + 1, deferrals: 0,
                replyCode: nil, reply: "held", decidedAt: nil, again: nil), in: transaction)
            try held.append(
              DeliveryHeld(deliveryID: held.id, reason: "held"), at: desk.calendar.now,
              in: transaction)
          }
        }
      }
      try await desk.send()
      try await waitUntil { try await desk.count(.sent) == 2 }
      #expect(desk.transport.given.count == 2)
      #expect(try await desk.facts()["review.notification.delivery-held"] == 1)
      #expect(try await desk.facts()["review.notification.delivery-sent"] == 2)
    }
  }

  @Test func `to need a mail drops it behind one that it sent`() async throws {
    try await Desk.with { desk in
      try await desk.know("unit/A", "unit/B")
      try await desk.hear([Facts.requested("A"), Facts.requested("B")])
      try await desk.evaluate(at: "2021-11-25T02:00:00Z")
      try await desk.hear([Facts.submitted("A", 2, "2021-11-25T03:00:00Z")])
      try await desk.store.commit { transaction in
        _ = try transaction.rows(
          """
          update delivery set next_attempt_at = clock_timestamp()
            - case when duty_id in (select duty_id from duty where state <> 'open')
              then interval '1 second' else interval '2 seconds' end
          """, [])
      }
      try await desk.send()
      #expect(
        try await desk.deliveries() == [
          "report-receipt sent", "report-reminder -14 fulfilled", "report-reminder -14 sent",
        ])
      #expect(
        desk.transport.given.map(\.address).sorted() == ["A@sink.invalid", "B@sink.invalid"])
    }
  }

  private static func messageIDs(_ desk: Desk, of state: DeliveryState) async throws -> [String] {
    try await desk.store.commit { transaction in
      try transaction.rows(
        "select message_id from delivery where state = $1", [.text(state.rawValue)]
      ).map { try $0.text(0) }
    }
  }
}

/// Before or after what a commit did was kept.
enum Moment: CaseIterable { case before, after }

/// A moment in the life of a sender.
struct Point: Hashable {
  let commit: Int
  let moment: Moment
}

/// The process has ended.
struct Killed: Error {}

/// A store whose locks fail at chosen moments.
final class FailingStore: Store {
  enum Failure {
    /// Nothing works any more.
    case kill
    /// The connection is lost; a new lock works.
    case cut
  }

  private struct State {
    var points: Set<Point>
    var commits = 0
    var trips = 0
    var isDead = false
  }

  private let inner: any Store
  private let failure: Failure
  private let state: Mutex<State>

  init(_ inner: any Store, _ failure: Failure, at points: [Point]) {
    self.inner = inner
    self.failure = failure
    state = Mutex(State(points: Set(points)))
  }

  var failuresLeft: Int { state.withLock { $0.points.count } }
  var trips: Int { state.withLock { $0.trips } }
  var longWays: Int { state.withLock { $0.commits - $0.trips } }

  func commit<Value: Sendable>(
    _ body: @Sendable (borrowing AnyTransaction) throws -> Value
  ) async throws -> Value { try await inner.commit(body) }

  func tryLock(_ lock: StoreLock) async throws -> (any HeldLock)? {
    guard let held = try await inner.tryLock(lock) else { return nil }
    return Lock(inner: held, store: self)
  }

  fileprivate func count(_ isTrip: Bool) -> Int {
    state.withLock { state in
      state.commits += 1
      if isTrip { state.trips += 1 }
      return state.commits
    }
  }

  /// Fails if this is one of the moments.
  fileprivate func pass(_ number: Int, _ moment: Moment, _ lock: any HeldLock) async throws {
    let fails = state.withLock { state in
      guard state.points.remove(Point(commit: number, moment: moment)) != nil else {
        return state.isDead
      }
      state.isDead = failure == .kill
      return true
    }
    guard fails else { return }
    await lock.release()
    if failure == .kill { throw Killed() }
    throw StoreError.unavailable("cut")
  }

  private struct Lock: HeldLock {
    let inner: any HeldLock
    let store: FailingStore

    func commit<Value: Sendable>(
      _ body: @Sendable (borrowing AnyTransaction) throws -> Value
    ) async throws -> Value {
      let number = store.count(false)
      try await store.pass(number, .before, inner)
      let value = try await inner.commit(body)
      try await store.pass(number, .after, inner)
      return value
    }

    func commit(_ steps: [KnownStep]) async throws -> [[SQLRow]] {
      let number = store.count(true)
      try await store.pass(number, .before, inner)
      let answers = try await inner.commit(steps)
      try await store.pass(number, .after, inner)
      return answers
    }

    func release() async { await inner.release() }
  }
}
