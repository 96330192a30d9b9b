import EventStream
import NotificationDomain
import NotificationReadModels
import ReviewEvents
import TestSupport
import Testing

@testable import NotificationService
@testable import PostgresStore

/// The first date is 10/12/2021, the new one 15/12/2021.
@Suite(.timeLimit(.minutes(2))) struct `More time` {
  @Test func `before any rung moves all reminders, and the subject is told`() async throws {
    try await Desk.with { desk in
      try await desk.know("unit/A")
      try await desk.hear([
        Facts.requested("A"), Facts.extensionGranted("A", 2, "2021-11-20T02:00:00Z"),
      ])
      try await desk.evaluate(at: "2021-11-25T02:00:00Z")
      #expect(try await desk.deliveries() == ["extension-granted pending"])
      try await desk.evaluate(at: "2021-11-30T02:00:00Z")
      #expect(
        try await desk.deliveries() == [
          "extension-granted pending", "report-reminder -14 pending",
        ])
      try await desk.send()
      #expect(desk.transport.given.allSatisfy { $0.mail.contains("trước ngày 15/12/2021") })
      #expect(try await desk.count(.sent) == 2)
    }
  }

  @Test func `after some rungs drops what waits for the old date and sends the new rungs`()
    async throws
  {
    try await Desk.with { desk in
      try await desk.know("unit/A")
      try await desk.hear([Facts.requested("A")])
      try await desk.evaluate(at: "2021-12-02T02:00:00Z")
      try await desk.send()
      // −3 of the old date waits when the new date comes.
      try await desk.evaluate(at: "2021-12-06T02:00:00Z")
      try await desk.hear([Facts.extensionGranted("A", 2, "2021-12-06T03:00:00Z")])
      try await desk.evaluate(at: "2021-12-06T04:00:00Z")
      try await desk.send()
      #expect(
        try await desk.deliveries() == [
          "extension-granted sent", "report-reminder -14 superseded", "report-reminder -7 sent",
          "report-reminder -3 rescheduled",
        ])
      for day in ["07", "11", "13", "14"] {
        try await desk.evaluate(at: "2021-12-\(day)T02:00:00Z")
        try await desk.send()
      }
      #expect(
        try await desk.deliveries() == [
          "extension-granted sent", "report-reminder -14 superseded", "report-reminder -7 sent",
          "report-reminder -7 sent", "report-reminder -3 sent", "report-reminder -3 rescheduled",
          "report-reminder -1 sent", "report-reminder 0 sent",
        ])
      let ids = desk.transport.given.map(\.messageID)
      #expect(Set(ids).count == ids.count)
      #expect(try await desk.dropped() == ["superseded -14 -", "rescheduled -3 -"])
    }
  }

  @Test func `after the deadline ends the overdue notices until the new one`() async throws {
    try await Desk.with { desk in
      try await desk.know("unit/A")
      try await desk.hear([Facts.requested("A")])
      // The overdue notice of the old date is planned and not sent.
      try await desk.evaluate(at: "2021-12-10T02:00:00Z")
      try await desk.hear([Facts.extensionGranted("A", 2, "2021-12-10T03:00:00Z")])
      try await desk.evaluate(at: "2021-12-10T10:00:00Z")
      try await desk.send()
      #expect(
        desk.transport.given.map { $0.mail.contains("extension-granted") } == [true])
      try await desk.evaluate(at: "2021-12-12T02:00:00Z")
      try await desk.evaluate(at: "2021-12-15T02:00:00Z")
      try await desk.send()
      #expect(
        try await desk.deliveries() == [
          "extension-granted sent", "report-overdue 1 sent", "report-overdue 1 rescheduled",
          "report-reminder -14 superseded", "report-reminder -7 superseded",
          "report-reminder -3 sent", "report-reminder -3 superseded",
          "report-reminder -1 superseded", "report-reminder -1 superseded",
          "report-reminder 0 superseded", "report-reminder 0 superseded",
        ])
    }
  }

  @Test func `that is refused changes no date and no reminder`() async throws {
    try await Desk.with { desk in
      try await desk.know("unit/A")
      try await desk.hear([Facts.requested("A")])
      try await desk.evaluate(at: "2021-12-02T02:00:00Z")
      let duty = try await desk.duty()
      try await desk.hear([Facts.extensionRefused("A", 2, "2021-12-03T02:00:00Z")])
      #expect(try await desk.duty() == duty)
      try await desk.evaluate(at: "2021-12-06T02:00:00Z")
      try await desk.send()
      #expect(
        try await desk.deliveries() == [
          "extension-refused sent", "report-reminder -14 superseded", "report-reminder -7 sent",
          "report-reminder -3 sent",
        ])
    }
  }

  @Test func `told again leads to no second mail`() async throws {
    try await Desk.with { desk in
      try await desk.know("unit/A")
      let facts = try [
        Facts.requested("A"), Facts.extensionGranted("A", 2, "2021-12-01T02:00:00Z"),
      ]
      try await desk.hear(facts)
      try await desk.evaluate(at: "2021-12-11T02:00:00Z")
      let (deliveries, duty) = (try await desk.deliveries(), try await desk.duty())
      try await desk.store.commit { _ = try $0.rows("delete from fence", []) }
      try await desk.hear(facts)
      try await desk.evaluate(at: "2021-12-11T03:00:00Z")
      #expect(try await desk.deliveries() == deliveries)
      #expect(try await desk.duty() == duty)
    }
  }

  @Test func `while its mail lies with an operator is known when the mail is released`()
    async throws
  {
    try await Counter.with { counter in
      let desk = counter.desk
      try await desk.know("unit/A")
      desk.transport.answer("A@sink.invalid", .uncertain(MailReply(code: nil, text: "lost")))
      try await desk.hear([Facts.requested("A")])
      try await desk.evaluate(at: "2021-11-25T02:00:00Z")
      try await desk.send()
      try await desk.hear([
        Facts.extensionGranted("A", 2, "2021-11-26T02:00:00Z"),
        Facts.extensionGranted("A", 3, "2021-11-26T03:00:00Z", until: "2021-12-19T17:00:00Z"),
      ])
      let held = try await desk.store.commit { transaction in
        try transaction.rows("select delivery_id from delivery where state = 'uncertain'", [])[0]
          .text(0)
      }
      let released = try await counter.post(
        "/v1/deliveries/\(held)/release", #"{"decision":"resend","reason":"lost"}"#,
        ifMatch: "\"2\"")
      #expect(released.status == 200, "\(released.body)")
      try await desk.send()
      #expect(
        try await desk.deliveries() == [
          "extension-granted sent", "extension-granted sent", "report-reminder -14 rescheduled",
        ])
    }
  }

  @Test func `is remembered by the mails of a log that was recovered`() async throws {
    try await Desk.with { desk in
      try await desk.know("unit/A")
      let facts = try [
        Facts.requested("A"), Facts.extensionGranted("A", 2, "2021-11-20T02:00:00Z"),
      ]
      try await desk.hear(facts)
      try await desk.evaluate(at: "2021-11-30T02:00:00Z")
      let dated = try await desk.dated()
      #expect(dated == ["extension-granted -", "report-reminder 2"])
      try await desk.store.commit { transaction in
        let events = try transaction.log(after: 0, limit: 100).map(\.event)
        for table: SQL in ["delete from delivery", "delete from duty", "delete from fence"] {
          try transaction.rows(table, [])
        }
        try RecoveredDeliveries(writer: PlainWriter(), calendar: desk.calendar).rows.fold.write(
          transaction,
          Dictionary(grouping: events, by: \.stream).sorted { $0.key < $1.key }.map {
            StreamHistory(stream: $0.key, events: $0.value)
          })
      }
      #expect(try await desk.dated() == dated)
      try await desk.hear(facts)
      try await desk.evaluate(at: "2021-11-30T02:00:00Z")
      try await desk.send()
      #expect(
        try await desk.deliveries() == ["extension-granted sent", "report-reminder -14 sent"])
    }
  }
}

extension Desk {
  /// The only duty, with everything of it.
  fileprivate func duty() async throws -> String {
    try await store.commit { transaction in
      try transaction.rows(
        """
        select concat_ws(' ', duty_id, due_before, wording, dated_by, state, began_at, last_rung,
          next_rung_at) from duty
        """, [])[0].text(0)
    }
  }

  /// Mails with the extension from whose date they count.
  fileprivate func dated() async throws -> [String] {
    try await store.commit { transaction in
      try transaction.rows(
        """
        select kind || ' ' || coalesce(dated_by::text, '-') from delivery order by 1
        """, []
      ).map { try $0.text(0) }
    }
  }

  /// The drops that are on record, as `reason rung date`.
  fileprivate func dropped() async throws -> [String] {
    try await store.commit { transaction in
      try transaction.rows(
        """
        select concat_ws(' ', payload::jsonb ->> 'reason', payload::jsonb ->> 'rung',
          coalesce(payload::jsonb ->> 'datedBy', '-'))
        from event_log where event_type like '%delivery-dropped' order by position
        """, []
      ).map { try $0.text(0) }
    }
  }
}
