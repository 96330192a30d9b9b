import EventStream
import NotificationDomain
import ReviewEvents
import TestSupport
import Testing

@testable import NotificationService
@testable import PostgresStore

@Suite struct `Mails after a restore` {
  /// Applies what `log recover` applies beside the read models.
  private func recover(_ desk: Desk, isInDoubt: Bool) async throws {
    let rows = RecoveredDeliveries(writer: PlainWriter(), calendar: desk.calendar).rows
    try await desk.store.commit { transaction in
      let events = try transaction.log(after: 0, limit: 1_000).map(\.event)
      let histories = Dictionary(grouping: events, by: \.stream).sorted { $0.key < $1.key }
      for _ in 1...2 {
        try rows.fold.write(
          transaction, histories.map { StreamHistory(stream: $0.key, events: $0.value) })
      }
    }
    guard isInDoubt else { return }
    var more = true
    while more { more = try await desk.store.commit { try rows.settleDoubts($0, 1) } > 0 }
  }

  private static func facts(_ units: [String]) throws -> [EventEnvelope] {
    try units.flatMap { unit in
      try [Facts.requested(unit), Facts.submitted(unit, 2, "2021-11-28T01:00:00Z")]
    }
  }

  /// Puts everything but the log back to before anything was heard of.
  private func forget(_ desk: Desk) async throws {
    try await desk.store.commit { transaction in
      for statement: SQL in [
        "delete from delivery", "delete from duty", "delete from fence", "delete from outbox",
      ] { try transaction.rows(statement, []) }
    }
  }

  @Test func `that were sent after the backup are not sent again, whatever is heard again`()
    async throws
  {
    try await `Sending mail`.withReceipts(["A", "B"]) { desk in
      try await desk.send()
      let sent = Set(desk.transport.given.map(\.messageID))
      #expect(sent.count == 2)
      // The backup: both wait.
      try await desk.store.commit {
        _ = try $0.rows(
          """
          update delivery set state = 'pending', mail = 'old', address = 'A@sink.invalid',
            decided_at = null, sequence = 1, next_attempt_at = clock_timestamp()
          """, [])
      }
      try await recover(desk, isInDoubt: true)
      #expect(try await desk.deliveries() == ["report-receipt sent", "report-receipt sent"])
      try await forget(desk)
      try await recover(desk, isInDoubt: false)
      try await desk.hear(Self.facts(["A", "B"]))
      try await desk.send()
      #expect(desk.transport.given.count == 2)
      #expect(try await desk.deliveries() == ["report-receipt sent", "report-receipt sent"])
    }
  }

  @Test func `of which nobody knows are held, and go out when an operator says so`() async throws {
    try await `Sending mail`.withReceipts(["A", "B"]) { desk in
      try await recover(desk, isInDoubt: true)
      #expect(try await desk.count(.uncertain) == 2)
      #expect(try await desk.facts()["review.notification.delivery-held"] == 2)
      try await desk.send()
      #expect(desk.transport.given.isEmpty)
    }
  }

  @Test func `of a database that was stopped in order go out once`() async throws {
    try await `Sending mail`.withReceipts(["A", "B"]) { desk in
      try await recover(desk, isInDoubt: false)
      try await desk.send()
      #expect(Set(desk.transport.given.map(\.messageID)).count == 2)
      #expect(desk.transport.given.count == 2)
    }
  }

  @Test(arguments: [false, true])
  func `that were planned after the backup get their text again`(isInDoubt: Bool) async throws {
    try await `Sending mail`.withReceipts(["A"]) { desk in
      let text = try await desk.store.commit {
        try $0.rows("select mail from delivery", [])[0].text(0)
      }
      try await forget(desk)
      try await recover(desk, isInDoubt: isInDoubt)
      try await desk.evaluate(at: "2021-11-28T02:00:00Z")
      #expect(try await desk.count(isInDoubt ? .uncertain : .pending) == 1)
      try await desk.hear(Self.facts(["A"]))
      #expect(
        try await desk.store.commit { try $0.rows("select mail from delivery", [])[0].text(0) }
          == text)
      if !isInDoubt { try await desk.send() }
      #expect(desk.transport.given.map(\.mail) == (isInDoubt ? [] : [text]))
      #expect(try await desk.facts()["review.notification.delivery-planned"] == 1)
    }
  }

  @Test func `that remind of a duty get their text from it, and go out once`() async throws {
    try await Desk.with { desk in
      try await desk.know("unit/A")
      let facts = [try Facts.opened(), try Facts.requested("A")]
      try await desk.hear(facts)
      try await desk.evaluate(at: "2021-12-09T08:00:00+07:00")
      let planned = try await desk.deliveries()
      let texts = try await mails(desk)
      #expect(!texts.isEmpty)
      try await forget(desk)
      try await recover(desk, isInDoubt: false)
      #expect(try await mails(desk) == [])
      try await desk.hear(facts)
      try await desk.evaluate(at: "2021-12-09T08:00:00+07:00")
      #expect(try await mails(desk) == texts)
      #expect(try await desk.deliveries() == planned)
      try await desk.send()
      #expect(desk.transport.given.count == texts.count)
    }
  }

  private func mails(_ desk: Desk) async throws -> [String] {
    try await desk.store.commit {
      try $0.rows("select mail from delivery where mail is not null order by delivery_id", [])
        .map { try $0.text(0) }
    }
  }
}
