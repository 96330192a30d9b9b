import EventStream
import NotificationDomain
import ReviewEvents
import TestSupport
import Testing

@testable import NotificationService

extension Facts {
  static func locked(_ unit: String, _ sequence: Int64, _ time: String) throws -> EventEnvelope {
    let subject = try SubjectID("unit/\(unit)")
    let report = ReportID(cycle: cycle, subject: subject)
    return try at(
      ReportLocked(reportID: report, cycleID: cycle, subjectID: subject), "report/\(report)",
      sequence, time)
  }

  static func reopened(_ unit: String, _ sequence: Int64, _ time: String) throws -> EventEnvelope {
    let subject = try SubjectID("unit/\(unit)")
    let report = ReportID(cycle: cycle, subject: subject)
    return try at(
      ReportReopened(
        reportID: report, cycleID: cycle, subjectID: subject, version: 1, legalBasis: "16-TB/HU",
        reasonHash: "r"), "report/\(report)", sequence, time)
  }

  static func cycleReopened(
    _ sequence: Int64 = 3, _ time: String = "2021-12-30T03:00:00Z"
  ) throws -> EventEnvelope {
    try at(
      CycleReopened(cycleID: cycle, legalBasis: "17-TB/TU"), "cycle/2021", sequence, time)
  }
}

@Suite(.timeLimit(.minutes(3))) struct `Locked and reopened reports` {
  @Test func `are not reminded of while they are locked, not even by a mail on its way`()
    async throws
  {
    try await Desk.with { desk in
      try await desk.know("unit/A")
      try await desk.hear([Facts.requested("A")])
      try await desk.evaluate(at: "2021-12-09T02:00:00Z")
      #expect(try await desk.count(.pending) == 1)
      try await desk.hear([Facts.locked("A", 2, "2021-12-09T17:00:00Z")])
      #expect(try await desk.duties() == ["report/2021.u-A cancelled"])
      try await desk.evaluate(at: "2021-12-20T02:00:00Z")
      try await desk.send()
      #expect(desk.transport.given.isEmpty)
      #expect(try await desk.deliveries().last == "report-reminder 0 fulfilled")
    }
  }

  @Test func `are owed again without a mail, and no rung is repeated or made up for`()
    async throws
  {
    try await Desk.with { desk in
      try await desk.know("unit/A", "unit/B")
      try await desk.hear([
        Facts.requested("A"), Facts.requested("B"),
        Facts.submitted("A", 2, "2021-11-20T01:00:00Z"),
      ])
      try await desk.evaluate(at: "2021-12-02T01:00:00Z")
      let before = try await desk.deliveries()
      let facts = try [
        Facts.reopened("A", 3, "2021-12-07T03:00:00Z"),
        Facts.locked("B", 2, "2021-12-10T00:00:00Z"),
        Facts.reopened("B", 3, "2021-12-13T03:00:00Z"),
      ]
      try await desk.hear(facts)
      #expect(try await desk.duties() == ["report/2021.u-A open", "report/2021.u-B open"])
      #expect(try await desk.deliveries() == before, "the authority tells it, no mail does")
      try await desk.evaluate(at: "2021-12-14T02:00:00Z")
      let reminders = try await desk.deliveries().filter { !before.contains($0) }
      #expect(
        reminders == [
          "report-overdue 1 pending", "report-reminder -1 superseded",
          "report-reminder 0 superseded",
        ], "A's since it was reopened; all of B's had passed before")
      // Once more, with every fence forgotten: what was dealt with is known by its key.
      try await desk.store.commit { _ = try $0.rows("delete from fence", []) }
      try await desk.hear(
        [
          Facts.requested("A"), Facts.requested("B"),
          Facts.submitted("A", 2, "2021-11-20T01:00:00Z"),
        ] + facts)
      try await desk.evaluate(at: "2021-12-15T02:00:00Z")
      let after = try await desk.deliveries()
      #expect(Set(after) == Set(before + reminders) && after.count == before.count + 3)
    }
  }

  @Test func `get a receipt of their own when they come in again`() async throws {
    try await Desk.with { desk in
      try await desk.know("unit/A")
      try await desk.hear([
        Facts.requested("A"), Facts.submitted("A", 2, "2021-11-20T01:00:00Z"),
        Facts.reopened("A", 3, "2021-12-01T01:00:00Z"),
        Facts.submitted("A", 4, "2021-12-02T01:00:00Z"),
      ])
      #expect(try await desk.deliveries() == ["report-receipt pending", "report-receipt pending"])
      #expect(try await desk.duties() == ["report/2021.u-A fulfilled"])
    }
  }

  @Test func `outlive their cycle, and a cycle that goes on takes back what it ended`()
    async throws
  {
    try await Desk.with { desk in
      try await desk.know("unit/B")
      try await desk.hear([
        Facts.opened(), Facts.requested("A"), Facts.requested("B"),
        Facts.locked("A", 2, "2021-12-10T01:00:00Z"), Facts.closed(),
        Facts.reopened("A", 3, "2022-01-04T01:00:00Z"),
      ])
      #expect(try await desk.duties() == ["report/2021.u-A open", "report/2021.u-B cancelled"])
      try await desk.evaluate(at: "2022-01-05T01:00:00Z")
      #expect(try await desk.deliveries() == [])
      try await desk.hear([Facts.cycleReopened()])
      #expect(try await desk.duties() == ["report/2021.u-A open", "report/2021.u-B open"])
      try await desk.evaluate(at: "2022-01-06T01:00:00Z")
      // As after an outage: the newest of B's rungs goes out, the older ones are on record.
      #expect(try await desk.count(.pending) == 1)
      #expect(try await desk.deliveries().first == "report-overdue 1 pending")
      #expect(try await desk.count(.dropped) == 5)
    }
  }

  /// Reports that were locked, reopened, handed in and returned, in a cycle that was closed, went
  /// on and, perhaps, was closed again.
  private static func facts(endsClosed: Bool) throws -> [EventEnvelope] {
    try [
      Facts.opened(), Facts.closed(), Facts.cycleReopened(), Facts.requested("A"),
      Facts.locked("A", 2, "2021-12-10T01:00:00Z"), Facts.reopened("A", 3, "2021-12-12T01:00:00Z"),
      Facts.requested("B"), Facts.submitted("B", 2, "2021-12-03T01:00:00Z"),
      Facts.reopened("B", 3, "2021-12-20T01:00:00Z"),
      Facts.submitted("B", 4, "2021-12-21T01:00:00Z"),
      Facts.returned("B", 5, "2021-12-22T01:00:00Z"), Facts.requested("C"), Facts.requested("D"),
      Facts.locked("D", 2, "2021-12-10T01:00:00Z"), Facts.requested("E"),
      Facts.submitted("E", 2, "2021-12-04T01:00:00Z"),
      Facts.returned("E", 3, "2021-12-05T01:00:00Z"),
    ] + (endsClosed ? [Facts.closed(4)] : [])
  }

  @Test(arguments: [true, false])
  func `come to the same in every order of arrival`(endsClosed: Bool) async throws {
    try await Desk.with { desk in
      var expected: [String]?
      let facts = try Self.facts(endsClosed: endsClosed)
      for (number, order) in Interleavings(of: facts, count: 30, seed: 19).enumerated() {
        try await desk.store.commit { transaction in
          _ = try transaction.rows(
            "truncate recipient, cycle, duty, delivery, fence, event_log, stream_head, outbox", [])
        }
        for start in stride(from: 0, to: order.count, by: 1 + number % 6) {
          let end = min(start + 1 + number % 6, order.count)
          try await desk.hear(Array(order[start..<end]))
        }
        let state = try await Self.state(desk)
        expected = expected ?? state
        #expect(state == expected, "order \(number)")
      }
      let ended = endsClosed ? "cancelled" : "open"
      #expect(
        try await desk.duties() == [
          "report/2021.u-A open", "report/2021.u-B open", "report/2021.u-C \(ended)",
          "report/2021.u-D cancelled", "report/2021.u-E \(ended)",
        ])
    }
  }

  private static func state(_ desk: Desk) async throws -> [String] {
    try await desk.store.commit { transaction in
      try transaction.rows(
        """
        select 'duty ' || duty::text from duty
        union all select 'cycle ' || cycle::text from cycle
        union all select 'delivery ' || concat_ws(' ', send_once_key, state, planned_at)
        from delivery
        order by 1
        """, []
      ).map { try $0.text(0) }
    }
  }
}

@Suite struct `Asking who has no address` {
  private static let path = "/v1/recipients/check"

  @Test func `names each who has none, before anything is owed, and changes nothing`()
    async throws
  {
    try await Counter.with { counter in
      try await counter.desk.know("unit/B")
      let answer = try await counter.post(
        Self.path, #"{"subjectIds":["unit/C","unit/B","unit/A","unit/C"]}"#)
      #expect(answer.status == 200)
      #expect(answer.body == #"{"checked":3,"unreachable":["unit/A","unit/C"]}"#)
      #expect(try await counter.desk.facts().isEmpty)
      #expect(try await counter.desk.duties().isEmpty)
    }
  }

  @Test func `takes lists of subjects, and not too long ones`() async throws {
    try await Counter.with { counter in
      let long = (0...2_000).map { "\"unit/U\($0)\"" }.joined(separator: ",")
      for (body, expected) in [
        (#"{"subjectIds":[]}"#, "400 missing-member subjectIds"),
        (#"{"subjectIds":["everybody"]}"#, "400 malformed-subject subjectIds[0]"),
        (#"{"subjectIds":[\#(long)]}"#, "400 too-many-items subjectIds"),
        ("{}", "400 missing-member subjectIds"),
      ] {
        let answer = try await counter.post(Self.path, body)
        let found = try answer.slugAndField()
        #expect(found == expected)
      }
      let alone = try await counter.post(
        Self.path, #"{"subjectIds":["unit/A"]}"#, actor: "person/P1")
      let refused = try alone.slugAndField()
      #expect(refused == "403 actor-not-a-unit Review-Actor")
    }
  }
}
