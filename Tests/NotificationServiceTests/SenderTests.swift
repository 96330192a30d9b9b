import EventStream
import NotificationDomain
import ReviewEvents
import Synchronization
import TestSupport
import Testing

@testable import NotificationService
@testable import PostgresStore

@Suite struct `Sending mail` {
  /// A desk with receipts to send to these units.
  static func withReceipts(
    _ units: [String], _ body: (Desk) async throws -> Void
  ) async throws {
    try await Desk.with { desk in
      for unit in units { try await desk.know("unit/\(unit)") }
      try await desk.hear(
        units.flatMap { unit in
          try [Facts.requested(unit), Facts.submitted(unit, 2, "2021-11-28T01:00:00Z")]
        })
      try await body(desk)
    }
  }

  @Test func `a mail goes out once, as rendered, and is forgotten`() async throws {
    try await Self.withReceipts(["A"]) { desk in
      try await desk.send()
      #expect(desk.transport.given.map(\.address) == ["A@sink.invalid"])
      #expect(try await desk.deliveries() == ["report-receipt sent"])
      #expect(
        try await desk.facts() == [
          "review.notification.delivery-planned": 1, "review.notification.delivery-sent": 1,
        ])
      let kept = try await desk.store.commit {
        try $0.rows("select 1 from delivery where mail is not null or address is not null", [])
      }
      #expect(kept.isEmpty)
    }
  }

  @Test func `two senders and five that are killed send nothing twice and lose nothing`()
    async throws
  {
    let units = (0..<60).map { "U\($0)" }
    try await Self.withReceipts(units) { desk in
      for kill in 0..<5 {
        try await Self.killed(desk, "killed-\(kill)", hasSent: kill.isMultiple(of: 2))
      }
      #expect(try await desk.count(.sending) == 5)
      try await desk.deadSenders.look()
      #expect(try await desk.count(.uncertain) == 5)
      try await desk.send(with: desk.sender("n-1"), desk.sender("n-2"))
      #expect(try await desk.count(.sent) == 55)
      #expect(try await desk.count(.uncertain) == 5)
      let ids = desk.transport.given.map(\.messageID)
      #expect(ids.count == 55 + 3)
      #expect(Set(ids).count == ids.count)
      #expect(try await desk.facts()["review.notification.delivery-held"] == 5)
    }
  }

  /// A sender that claims a mail and dies: before it was handed over, or just after.
  static func killed(_ desk: Desk, _ name: String, hasSent: Bool) async throws {
    let lock = try #require(try await desk.store.tryLock(SenderTable.lock(of: name)))
    let step = SenderStep(
      incarnation: name, now: desk.calendar.now, last: nil, claims: true, begins: true)
    guard case .send(let claimed) = try await lock.commit({ try step.run(in: $0) }) else {
      throw NeverHappened()
    }
    if hasSent { _ = await desk.transport.send(claimed.mail, to: claimed.address) }
    await lock.release()
  }

  @Test func `a living sender is not taken for dead`() async throws {
    try await Self.withReceipts(["A"]) { desk in
      desk.transport.whileSending {
        try? await desk.deadSenders.look()
      }
      try await desk.send()
      #expect(try await desk.deliveries() == ["report-receipt sent"])
    }
  }

  @Test func `a mail in doubt is held and not sent again by itself`() async throws {
    try await Self.withReceipts(["A"]) { desk in
      desk.transport.answer("A@sink.invalid", .uncertain(MailReply(code: nil, text: "lost")))
      try await desk.send()
      #expect(try await desk.deliveries() == ["report-receipt uncertain"])
      try await desk.send()
      #expect(desk.transport.given.count == 1)
    }
  }

  @Test func `a mail that is put off comes back`() async throws {
    try await Self.withReceipts(["A"]) { desk in
      desk.transport.answer("A@sink.invalid", .deferred(MailReply(code: 451, text: "451 later")))
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await desk.sender().run() }
        try await waitUntil { desk.transport.given.count == 1 }
        try await waitUntil { try await desk.count(.pending) == 1 }
        let waits = try await desk.store.commit {
          try $0.rows(
            """
            select extract(epoch from next_attempt_at - clock_timestamp())::bigint, deferrals
            from delivery
            """, [])[0]
        }
        #expect((25...40).contains(try waits.integer(0)))
        #expect(try waits.integer(1) == 1)
        try await desk.store.commit {
          _ = try $0.rows("update delivery set next_attempt_at = clock_timestamp()", [])
        }
        try await waitUntil { try await desk.count(.sent) == 1 }
        group.cancelAll()
      }
      #expect(Set(desk.transport.given).count == 1)
      #expect(desk.transport.given.count == 2)
    }
  }

  @Test func `a server that is away uses up no attempt and delays all mail`() async throws {
    try await Self.withReceipts(["A", "B"]) { desk in
      for unit in ["A", "B"] {
        desk.transport.answer(
          "\(unit)@sink.invalid", .deferred(MailReply(code: nil, text: "no connection")))
      }
      try await desk.send()
      #expect(try await desk.count(.sent) == 2)
      let deferrals = try await desk.store.commit {
        try $0.rows("select sum(deferrals) from delivery", [])[0].integer(0)
      }
      #expect(deferrals == 0)
    }
  }

  @Test func `a refusal is final`() async throws {
    try await Self.withReceipts(["A"]) { desk in
      desk.transport.answer("A@sink.invalid", .refused(MailReply(code: 550, text: "550 5.1.1")))
      try await desk.send()
      try await desk.send()
      #expect(try await desk.deliveries() == ["report-receipt refused"])
      #expect(desk.transport.given.count == 1)
      #expect(try await desk.facts()["review.notification.delivery-refused"] == 1)
    }
  }

  @Test func `a reminder of a duty that was done meanwhile is dropped`() async throws {
    try await Desk.with { desk in
      try await desk.know("unit/A", "unit/B")
      try await desk.hear([Facts.requested("A"), Facts.requested("B")])
      try await desk.evaluate(at: "2021-11-25T02:00:00Z")
      try await desk.hear([Facts.submitted("A", 2, "2021-11-25T03:00:00Z")])
      try await desk.send()
      #expect(
        try await desk.deliveries() == [
          "report-receipt sent", "report-reminder -14 fulfilled", "report-reminder -14 sent",
        ])
      #expect(
        desk.transport.given.map(\.address).sorted() == ["A@sink.invalid", "B@sink.invalid"])
    }
  }

  @Test func `what a sender claimed without learning of it is put back`() async throws {
    try await Self.withReceipts(["A"]) { desk in
      let lock = try #require(try await desk.store.tryLock(SenderTable.lock(of: "n-x")))
      for _ in 0..<2 {
        // As after a commit whose answer got lost: the lane begins again under its name.
        let step = SenderStep(
          incarnation: "n-x", now: desk.calendar.now, last: nil, claims: true, begins: true)
        guard case .send(let claimed) = try await lock.commit({ try step.run(in: $0) }) else {
          throw NeverHappened()
        }
        #expect(claimed.attempt == 1)
      }
      await lock.release()
    }
  }

  @Test func `a sender taken for dead may still say what became of its mail`() async throws {
    try await Self.withReceipts(["A"]) { desk in
      let lock = try #require(try await desk.store.tryLock(SenderTable.lock(of: "n-x")))
      let claim = SenderStep(
        incarnation: "n-x", now: desk.calendar.now, last: nil, claims: true, begins: true)
      guard case .send(let claimed) = try await lock.commit({ try claim.run(in: $0) }) else {
        throw NeverHappened()
      }
      await lock.release()
      try await desk.deadSenders.look()
      #expect(try await desk.count(.uncertain) == 1)
      let again = try #require(try await desk.store.tryLock(SenderTable.lock(of: "n-x")))
      let record = SenderStep(
        incarnation: "n-x", now: desk.calendar.now,
        last: HandedOver(claimed: claimed, outcome: .accepted(.ok), jitter: 0), claims: false,
        begins: true)
      // Twice, as when the answer to the first commit got lost.
      for _ in 0..<2 { _ = try await again.commit { try record.run(in: $0) } }
      await again.release()
      #expect(try await desk.deliveries() == ["report-receipt sent"])
      #expect(try await desk.facts()["review.notification.delivery-sent"] == 1)
    }
  }

  @Test func `a graceful stop in the middle of a mail leaves nothing in doubt`() async throws {
    try await Self.withReceipts(["A"]) { desk in
      let isOnItsWay = Mutex(false)
      let store = PatientStore(inner: desk.store, settings: desk.settings)
      try await withThrowingTaskGroup(of: Void.self) { group in
        desk.transport.whileSending {
          isOnItsWay.withLock { $0 = true }
          while !Task.isCancelled { try? await Task.sleep(for: .milliseconds(5)) }
        }
        group.addTask { try await desk.sender(store: store).run() }
        try await waitUntil { isOnItsWay.withLock { $0 } }
        group.cancelAll()
      }
      try await desk.deadSenders.look()
      #expect(try await desk.deliveries() == ["report-receipt sent"])
    }
  }
}

/// A store whose held locks finish their transactions for a caller that was cancelled.
struct PatientStore: Store {
  let inner: any Store
  let settings: PostgresSettings

  func commit<Value: Sendable>(
    _ body: @Sendable (borrowing AnyTransaction) throws -> Value
  ) async throws -> Value { try await inner.commit(body) }

  func tryLock(_ lock: StoreLock) async throws -> (any HeldLock)? {
    let connection = PostgresConnection(settings, area: .notification, threadName: "lock")
    return try await connection.tryLock(lock) ? PatientLock(connection: connection) : nil
  }

  struct PatientLock: HeldLock {
    let connection: PostgresConnection

    func commit<Value: Sendable>(
      _ body: @Sendable (borrowing AnyTransaction) throws -> Value
    ) async throws -> Value {
      try await connection.attemptRepeatedly(.forbidden, body).result.get()
    }

    func release() async { await connection.close() }
  }
}
