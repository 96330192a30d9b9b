import EventStream
import NotificationDomain
import ReviewEvents
import TestSupport
import Testing

@testable import NotificationService

@Suite struct `Hearing of facts` {
  @Test func `a requested report is a duty without mail until its ladder begins`() async throws {
    try await Desk.with { desk in
      try await desk.know("unit/A")
      try await desk.hear([Facts.requested("A")])
      #expect(try await desk.duties() == ["report/2021.u-A open"])
      #expect(try await desk.deliveries() == [])
      try await desk.evaluate(at: "2021-11-25T00:59:59Z")
      #expect(try await desk.deliveries() == [])
      try await desk.evaluate(at: "2021-11-25T01:00:00Z")
      #expect(try await desk.deliveries() == ["report-reminder -14 pending"])
    }
  }

  @Test func `a submission ends the duty and is receipted, each one`() async throws {
    try await Desk.with { desk in
      try await desk.know("unit/A")
      try await desk.hear([
        Facts.requested("A"), Facts.submitted("A", 2, "2021-11-28T01:00:00Z"),
        Facts.returned("A", 3, "2021-12-01T01:00:00Z"),
        Facts.submitted("A", 4, "2021-12-03T01:00:00Z"),
      ])
      #expect(try await desk.duties() == ["report/2021.u-A fulfilled"])
      #expect(
        try await desk.deliveries() == [
          "report-receipt pending", "report-receipt pending", "report-returned pending",
        ])
      try await desk.evaluate(at: "2021-12-20T00:00:00Z")
      #expect(try await desk.count(.pending) == 3)
    }
  }

  @Test func `a returned report is owed again and no rung is repeated`() async throws {
    try await Desk.with { desk in
      try await desk.know("unit/A")
      try await desk.hear([Facts.requested("A")])
      try await desk.evaluate(at: "2021-11-25T02:00:00Z")
      try await desk.hear([
        Facts.submitted("A", 2, "2021-11-25T03:00:00Z"),
        Facts.returned("A", 3, "2021-12-07T03:00:00Z"),
      ])
      try await desk.evaluate(at: "2021-12-07T04:00:00Z")
      #expect(
        try await desk.deliveries() == [
          "report-receipt pending", "report-reminder -14 pending", "report-returned pending",
        ])
      try await desk.evaluate(at: "2021-12-08T01:00:00Z")
      #expect(try await desk.deliveries().contains("report-reminder -1 pending"))
    }
  }

  @Test func `a waived report is nobody's duty, and nobody is reminded of it`() async throws {
    try await Desk.with { desk in
      try await desk.know("unit/A", "unit/B")
      try await desk.hear([
        Facts.requested("A"), Facts.waived("A", 2, "2021-11-20T01:00:00Z"),
        Facts.requested("B"), Facts.submitted("B", 2, "2021-11-20T01:00:00Z"),
        Facts.returned("B", 3, "2021-11-21T01:00:00Z"),
        Facts.waived("B", 4, "2021-11-22T01:00:00Z"),
      ])
      #expect(
        try await desk.duties() == ["report/2021.u-A cancelled", "report/2021.u-B cancelled"])
      try await desk.evaluate(at: "2021-12-20T00:00:00Z")
      #expect(
        try await desk.deliveries() == ["report-receipt pending", "report-returned pending"])
    }
  }

  @Test func `an issued letter is told of, reminded of and ended by its acknowledgement`()
    async throws
  {
    try await Desk.with { desk in
      try await desk.know("unit/A", "unit/B")
      try await desk.hear([
        Facts.opened(), Facts.issued("C1", "A"), Facts.issued("C2", "B"),
        Facts.acknowledged("C2", "B"),
      ])
      try await desk.evaluate(at: "2021-11-22T01:00:00Z")
      try await desk.evaluate(at: "2021-11-23T01:00:00Z")
      try await desk.evaluate(at: "2021-11-24T01:00:00Z")
      #expect(
        try await desk.deliveries() == [
          "case-issued pending", "case-issued pending", "case-overdue 1 pending",
          "case-reminder -1 pending", "case-reminder 0 pending",
        ])
      #expect(try await desk.duties() == ["case/C1 open", "case/C2 fulfilled"])
    }
  }

  @Test func `a supplement is told of once for each request and has a ladder of its own`()
    async throws
  {
    try await Desk.with { desk in
      try await desk.know("unit/A")
      try await desk.hear([
        Facts.opened(), Facts.requested("A"), Facts.submitted("A", 2, "2021-12-08T01:00:00Z"),
        Facts.supplementRequested("A", 3, "C1", "2021-12-10T03:00:00Z"),
        Facts.supplementRequested("A", 4, "C2", "2021-12-10T03:00:00Z"),
        Facts.supplementCancelled("A", 5, "C1"),
      ])
      try await desk.evaluate(at: "2021-12-16T01:00:00Z")
      #expect(
        try await desk.duties() == [
          "report/2021.u-A fulfilled", "report/2021.u-A@3 cancelled", "report/2021.u-A@4 open",
        ])
      #expect(
        try await desk.deliveries() == [
          "report-receipt pending", "supplement-requested -3 superseded",
          "supplement-requested -1 pending", "supplement-requested pending",
          "supplement-requested pending",
        ])
    }
  }

  @Test func `closing a cycle cancels its open reports, also those heard of later`() async throws {
    try await Desk.with { desk in
      try await desk.hear([Facts.requested("A"), Facts.opened(), Facts.closed()])
      try await desk.hear([Facts.requested("B")])
      #expect(
        try await desk.duties() == ["report/2021.u-A cancelled", "report/2021.u-B cancelled"])
      try await desk.evaluate(at: "2022-12-20T00:00:00Z")
      #expect(try await desk.deliveries() == [])
    }
  }

  @Test func `nobody without an address is written to, and every such mail is on record`()
    async throws
  {
    try await Desk.with { desk in
      try await desk.hear([
        Facts.requested("A"), Facts.submitted("A", 2, "2021-11-28T01:00:00Z"),
      ])
      #expect(try await desk.deliveries() == ["report-receipt unreachable"])
      #expect(try await desk.facts() == ["review.notification.delivery-dropped": 1])
      try await desk.know("unit/A")
      try await desk.send()
      #expect(desk.transport.given.isEmpty)
    }
  }

  @Test func `a fact told twice leads to one mail`() async throws {
    try await Desk.with { desk in
      try await desk.know("unit/A")
      let facts = try [Facts.requested("A"), Facts.submitted("A", 2, "2021-11-28T01:00:00Z")]
      try await desk.hear(facts)
      try await desk.hear(facts)
      // Even with every fence forgotten.
      try await desk.store.commit { _ = try $0.rows("delete from fence", []) }
      try await desk.hear(facts)
      #expect(try await desk.deliveries() == ["report-receipt pending"])
      #expect(try await desk.facts() == ["review.notification.delivery-planned": 1])
    }
  }

  @Test func `every order of arrival leads to the same duties and mails`() async throws {
    let facts = try [
      Facts.opened(), Facts.closed(), Facts.requested("A"),
      Facts.submitted("A", 2, "2021-11-28T01:00:00Z"),
      Facts.returned("A", 3, "2021-12-01T01:00:00Z"),
      Facts.submitted("A", 4, "2021-12-03T01:00:00Z"),
      Facts.supplementRequested("A", 5, "C1", "2021-12-04T01:00:00Z"),
      Facts.supplementSubmitted("A", 6, "C1"), Facts.requested("B"),
      Facts.extensionRefused("B", 2, "2021-11-12T01:00:00Z"),
      Facts.extensionGranted("B", 3, "2021-12-04T01:00:00Z"),
      Facts.requested("X"), Facts.submitted("X", 2, "2021-11-29T01:00:00Z"),
      Facts.returned("X", 3, "2021-12-02T01:00:00Z"), Facts.issued("C1", "A"),
      Facts.issued("C2", "B"), Facts.acknowledged("C2", "B"), Facts.issued("C3", "X"),
      Facts.withdrawn("C3", "X"),
    ]
    try await Desk.with { desk in
      var expected: [String]?
      var generator = SplitMix64(seed: 7)
      for order in Interleavings(of: facts, count: 100) {
        try await desk.store.commit { transaction in
          _ = try transaction.rows(
            "truncate recipient, cycle, duty, delivery, fence, event_log, stream_head, outbox", [])
        }
        try await desk.know("unit/A", "unit/B")
        var rest = order[...]
        while !rest.isEmpty {
          let batch = rest.prefix(Int.random(in: 1...6, using: &generator))
          rest = rest.dropFirst(batch.count)
          try await desk.hear(Array(batch))
        }
        let state = try await Self.state(desk)
        if let expected { #expect(state == expected) }
        expected = expected ?? state
      }
      // Four receipts and returns of A and X each counted once, three letters, one supplement, two
      // decisions on B's wish for more time.
      #expect(expected?.filter { $0.hasPrefix("delivery ") }.count == 11)
      #expect(expected?.filter { $0.contains("trước ngày 15/12/2021") }.count == 2)
    }
  }

  /// Everything that a different order must not change.
  private static func state(_ desk: Desk) async throws -> [String] {
    try await desk.store.commit { transaction in
      try transaction.rows(
        """
        select 'duty ' || concat_ws(' ', duty_id, kind, stream, opened_by, subject_id, cycle_id,
          case_id, due_before, wording, year, plan_number, rule_set_id, state, began_at, last_rung,
          next_rung_at, dated_by) from duty
        union all
        select 'delivery ' || concat_ws(' ', delivery_id, send_once_key, duty_id, about_stream,
          recipient_id, kind, rung, state, drop_reason, address, mail, message_id, planned_at,
          sequence) from delivery
        union all
        select 'fact ' || concat_ws(' ', stream, sequence, event_type, recorded_at, actor, payload)
        from event_log
        union all
        select 'cycle ' || concat_ws(' ', cycle_id, year, plan_number, rule_set_id, is_closed)
        from cycle
        order by 1
        """, []
      ).map { try $0.text(0) }
    }
  }
}

@Suite struct `Looking through the calendar` {
  @Test func `after ten days out one mail is planned and the older ones are on record`()
    async throws
  {
    try await Desk.with { desk in
      try await desk.know("unit/A")
      try await desk.hear([Facts.requested("A")])
      try await desk.evaluate(at: "2021-11-25T02:00:00Z")
      try await desk.evaluate(at: "2021-12-06T02:00:00Z")
      #expect(
        try await desk.deliveries() == [
          "report-reminder -14 pending", "report-reminder -7 superseded",
          "report-reminder -3 pending",
        ])
    }
  }

  @Test func `says how far everything due has its row`() async throws {
    try await Desk.with { desk in
      func evaluated() async throws -> Instant? {
        try await desk.store.commit { try LadderTable.evaluatedThrough($0) }
      }
      #expect(try await evaluated() == nil)
      try await desk.evaluate(at: "2021-12-06T02:00:00Z")
      #expect(try await evaluated() == (try Instant("2021-12-06T02:00:00Z")))
      // Heard of late: its first rung lies before what was evaluated.
      try await desk.hear([Facts.requested("A")])
      #expect(try await evaluated() == (try Instant("2021-11-25T00:59:59.999Z")))
      #expect(try await desk.ladder.round() == .done)
      #expect(try await evaluated() == (try Instant("2021-12-06T02:00:00Z")))
      #expect(try await desk.count(.dropped) == 3)
    }
  }

  @Test func `two instances together plan each rung once`() async throws {
    try await Desk.with { desk in
      try await desk.hear(try (0..<700).map { try Facts.requested("U\($0)") })
      desk.calendar.set(to: try Instant("2021-12-20T00:00:00Z"))
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<2 {
          group.addTask { for _ in 0..<10 { _ = try await desk.ladder.round() } }
        }
        try await group.waitForAll()
      }
      #expect(try await desk.count(.dropped) == 700 * 6)
      #expect(try await desk.facts() == ["review.notification.delivery-dropped": 700 * 6])
    }
  }

  @Test func `a clock moved back repeats nothing`() async throws {
    try await Desk.with { desk in
      try await desk.know("unit/A")
      try await desk.hear([Facts.requested("A")])
      try await desk.evaluate(at: "2021-12-06T02:00:00Z")
      let before = try await desk.deliveries()
      try await desk.evaluate(at: "2021-11-25T02:00:00Z")
      try await desk.evaluate(at: "2021-12-06T02:00:00Z")
      #expect(try await desk.deliveries() == before)
    }
  }
}
