import EventStream
import NotificationDomain
import NotificationReadModels
import PostgresStore
import ReviewEvents
import TestSupport
import Testing

@testable import NotificationService

@Suite(.timeLimit(.minutes(3))) struct `The duties of notification` {
  /// Facts of one autumn, in the order in which they came about.
  private static func facts() throws -> [EventEnvelope] {
    try [
      // Heard of before its cycle: it gets its frame later.
      Facts.issued("C0", "A", "2021-11-08T03:00:00Z"), Facts.opened(),
      Facts.requested("A"), Facts.requested("B"), Facts.requested("E"), Facts.requested("X"),
      Facts.requested("L"), Facts.requested("M"),
      Facts.issued("C1", "A"), Facts.issued("C2", "B"), Facts.acknowledged("C2", "B"),
      Facts.issued("C3", "X"), Facts.withdrawn("C3", "X"),
      Facts.submitted("A", 2, "2021-11-26T01:00:00Z"),
      Facts.returned("A", 3, "2021-12-01T01:00:00Z"),
      Facts.submitted("A", 4, "2021-12-03T01:00:00Z"),
      Facts.supplementRequested("A", 5, "C1", "2021-12-04T01:00:00Z"),
      Facts.supplementRequested("A", 6, "C2", "2021-12-04T02:00:00Z"),
      Facts.submitted("X", 2, "2021-12-08T01:00:00Z"),
      // B has reminders of two dates that did not hold, and climbs the ladder of the third.
      Facts.extensionRefused("B", 2, "2021-12-08T02:00:00Z"),
      Facts.extensionGranted("B", 3, "2021-12-08T02:00:00Z"),
      Facts.returned("X", 3, "2021-12-09T01:00:00Z"),
      Facts.extensionGranted("B", 4, "2021-12-14T02:00:00Z", until: "2021-12-19T17:00:00Z"),
      Facts.supplementSubmitted("A", 7, "C1"), Facts.submitted("E", 2, "2021-12-10T01:00:00Z"),
      Facts.locked("L", 2, "2021-12-11T01:00:00Z"), Facts.locked("M", 2, "2021-12-11T01:00:00Z"),
      Facts.reopened("L", 3, "2021-12-13T01:00:00Z"),
      Facts.reopened("E", 3, "2021-12-14T01:00:00Z"),
      Facts.submitted("E", 4, "2021-12-15T01:00:00Z"),
      Facts.closed(), Facts.cycleReopened(), Facts.closed(4),
    ]
  }

  /// The autumn as it was lived: facts and the ladder in turn, mails sent, held and refused.
  private static func live(_ body: (Desk) async throws -> Void) async throws {
    try await Desk.with { desk in
      try await desk.know("unit/A", "unit/B")
      desk.transport.answer("B@sink.invalid", .uncertain(MailReply(code: nil, text: "lost")))
      for (number, fact) in try facts().enumerated() {
        try await desk.evaluate(at: "\(fact.time)")
        try await desk.hear([fact])
        if number.isMultiple(of: 4) { try await desk.send() }
      }
      try await desk.evaluate(at: "2021-12-31T02:00:00Z")
      try await desk.send()
      try await body(desk)
    }
  }

  private static func tables(_ desk: Desk) async throws -> RebuiltTables {
    let models = NotificationReadModels.all(rules: desk.rules)
    #expect(models.count == 1)
    return try await RebuiltTables(try #require(models.first), in: desk.postgres)
  }

  @Test func `are rebuilt from facts alone, with the ladder's progress, row for row`()
    async throws
  {
    try await Self.live { desk in
      let tables = try await Self.tables(desk)
      _ = try await tables.rebuild(hearing: try Self.facts())
      let live = try await tables.liveRows()
      #expect(try await tables.rows() == live)
      let states = try await desk.states()
      #expect(
        states == [
          "acknowledge cancelled -", "acknowledge fulfilled -", "acknowledge open 1",
          "acknowledge open 1", "report cancelled 1", "report cancelled 1", "report cancelled 1",
          "report fulfilled -7", "report fulfilled 1", "report open 1", "supplement fulfilled -3",
          "supplement open 1",
        ])
      #expect(
        try await desk.rows(
          """
          select concat_ws(' ', duty_id, dated_by, wording) from duty where dated_by is not null
          """) == ["report/2021.u-B 4 trước ngày 20/12/2021"])
    }
  }

  @Test func `are not changed by being written twice`() async throws {
    try await Self.live { desk in
      let tables = try await Self.tables(desk)
      for _ in 0..<2 {
        _ = try await tables.rebuild(hearing: try Self.facts())
      }
      #expect(try await tables.rows() == (try await tables.liveRows()))
    }
  }

  @Test func `do not depend on the order of the streams`() async throws {
    try await Self.live { desk in
      let live = try await Self.tables(desk).liveRows()
      for order in Interleavings(of: try Self.facts(), count: 100, seed: 11) {
        let tables = try await Self.tables(desk)
        _ = try await tables.rebuild(hearing: order)
        #expect(try await tables.rows() == live)
      }
    }
  }

  @Test func `keep how far their reminders are when more is heard of them`() async throws {
    try await Self.live { desk in
      let facts = try Self.facts()
      let tables = try await Self.tables(desk)
      _ = try await tables.rebuild(hearing: Array(facts.dropLast(3)))
      _ = try await tables.learn(facts)
      #expect(try await tables.rows() == (try await tables.liveRows()))
    }
  }

  @Test func `hold back exactly the mails that facts led to in life`() async throws {
    try await Self.live { desk in
      let sent = try await desk.rows(
        "select 'mail ' || kind || ' ' || count(*) from delivery where rung is null group by kind")
      for order in Interleavings(of: try Self.facts(), count: 10, seed: 5) {
        let heldBack = try await Self.tables(desk).rebuild(hearing: order)
        #expect(heldBack.counts.map { "\($0.key) \($0.value)" }.sorted() == sent.sorted())
        #expect(heldBack.total == 16)
      }
    }
  }

  @Test func `name for each row a stream that there is`() async throws {
    try await Self.live { desk in
      let streams = Set(try Self.facts().map(\.stream.description))
      for row in try await Self.tables(desk).liveRows() {
        #expect(streams.contains(String(row.split(separator: " ")[1])), "\(row)")
      }
    }
  }

  @Test func `pay no heed to mails without a duty, nor to duties that are not there`() async throws
  {
    try await Desk.with { desk in
      try await desk.hear([Facts.requested("A")])
      let subject = try SubjectID("unit/A")
      func planned(_ name: String, _ duty: String?, _ rung: Int?) -> StreamAppend {
        StreamAppend(
          stream: .delivery(Samples.id(name)), expected: 0,
          events: [
            DeliveryPlanned(
              deliveryID: Samples.id(name), aboutStream: "report/2021.u-A", recipientID: subject,
              kind: .reportReminder, rung: rung, dutyID: duty)
          ], origin: Samples.origin)
      }
      let mails = [
        planned("older", nil, -3), planned("lost", "report/2021.u-Z", -1),
        planned("receipt", "report/2021.u-A", nil),
      ]
      try await desk.store.commit { try $0.append(mails) }
      let tables = try await Self.tables(desk)
      _ = try await tables.rebuild(hearing: [Facts.requested("A")])
      #expect(try await tables.rows() == (try await tables.liveRows()))
    }
  }

  @Test func `are named by every fact of their reminders`() async throws {
    try await Counter.with { counter in
      let desk = counter.desk
      try await desk.know("unit/A", "unit/B")
      desk.transport.answer("A@sink.invalid", .uncertain(MailReply(code: nil, text: "lost")))
      try await desk.hear([Facts.requested("A"), Facts.requested("B"), Facts.requested("C")])
      try await desk.evaluate(at: "2021-12-06T02:00:00Z")
      try await desk.hear([Facts.submitted("B", 2, "2021-12-06T03:00:00Z")])
      try await desk.send()
      let held = try #require(
        try await desk.rows("select delivery_id from delivery where state = 'uncertain'").first)
      let released = try await counter.post(
        "/v1/deliveries/\(held)/release", #"{"decision":"resend","reason":"lost"}"#,
        ifMatch: "\"2\"")
      #expect(released.status == 200, "\(released.body)")
      let facts = try await desk.rows(
        """
        select concat_ws(' ', split_part(event_type, '-', 2), payload::jsonb ->> 'reason',
          payload::jsonb ->> 'rung', payload::jsonb ->> 'dutyID')
        from event_log where payload::jsonb ? 'rung' order by 1
        """)
      #expect(
        facts == [
          "dropped fulfilled -3 report/2021.u-B", "dropped superseded -14 report/2021.u-A",
          "dropped superseded -14 report/2021.u-B", "dropped superseded -14 report/2021.u-C",
          "dropped superseded -7 report/2021.u-A", "dropped superseded -7 report/2021.u-B",
          "dropped superseded -7 report/2021.u-C", "dropped unreachable -3 report/2021.u-C",
          "planned -3 report/2021.u-A", "planned -3 report/2021.u-A",
          "planned -3 report/2021.u-B",
        ])
    }
  }

  @Test func `are subscribed to by the same names that are replayed`() async throws {
    try await Desk.with { desk in
      let models = NotificationReadModels.all(rules: desk.rules)
      let replayed = models.flatMap(\.subscriptions)
      #expect(
        replayed.map(\.consumer) == [desk.reactions.intake, desk.reactions.cases].map(\.consumer))
      #expect(
        Set(replayed.flatMap(\.typesWithEffects)) == [
          CycleOpened.type, ReportSubmitted.type, ReportReturned.type, SupplementRequested.type,
          ExtensionGranted.type, ExtensionRefused.type, CaseIssued.type,
        ])
    }
  }
}

extension Desk {
  /// The duties as `kind state rung`, in order.
  fileprivate func states() async throws -> [String] {
    try await rows(
      """
      select kind || ' ' || state || ' ' || coalesce(last_rung::text, '-') from duty order by 1
      """)
  }

  fileprivate func rows(_ sql: SQL) async throws -> [String] {
    try await store.commit { transaction in
      try transaction.rows(sql, []).map { try $0.text(0) }
    }
  }
}
