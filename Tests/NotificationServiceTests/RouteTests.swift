import EventStream
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import NotificationDomain
import ReviewEvents
import ServiceRuntime
import TestSupport
import Testing

@testable import NotificationService

/// An answer with its JSON read.
struct Answer: Sendable {
  let status: Int
  let etag: String?
  let body: String

  init(_ response: TestResponse) {
    status = response.status.code
    etag = response.headers[.eTag]
    body = String(buffer: response.body)
  }

  /// A member of the JSON object, as text.
  func member(_ path: String...) throws -> String? {
    var value: Any = try JSONSerialization.jsonObject(with: Data(body.utf8))
    for name in path {
      guard let next = (value as? [String: Any])?[name] else { return nil }
      value = next
    }
    return "\(value)"
  }

  func slugAndField() throws -> String {
    "\(status) \(try member("slug") ?? "-") \(try member("field") ?? "-")"
  }
}

/// The routes behind the runtime's own checks.
struct Counter: Sendable {
  let desk: Desk
  let client: any TestClientProtocol
  static let csv = "text/csv"
  static let json = "application/json"

  static func with(_ body: @escaping @Sendable (Counter) async throws -> Void) async throws {
    try await Desk.with { desk in
      let context = ServiceContext(
        area: .notification, instance: "n-1", store: desk.store, calendar: desk.calendar,
        rules: desk.rules, log: .silent, settings: SettingsReader(values: [:]))
      let http = ServiceHTTP(
        definition: Notification.define(
          context, writer: PlainWriter(), transport: desk.transport, pace: RealPace()),
        store: desk.store, calendar: desk.calendar, log: .silent)
      try await http.application(host: "127.0.0.1", port: 0).test(.router) { client in
        try await body(Counter(desk: desk, client: client))
      }
    }
  }

  func post(
    _ path: String, _ body: String, type: String = json,
    actor: String? = "person/P1;on-behalf-of=unit/P",
    key: String? = UUID().uuidString, ifMatch: String? = nil
  ) async throws -> Answer {
    var headers = HTTPFields()
    let all = [
      ("Review-Actor", actor), ("Idempotency-Key", key), ("Content-Type", type),
      ("If-Match", ifMatch),
    ]
    for case (let name, let value?) in all { headers[try #require(HTTPField.Name(name))] = value }
    return try await client.execute(
      uri: path, method: .post, headers: headers, body: ByteBuffer(string: body)
    ) { Answer($0) }
  }

  func get(_ path: String) async throws -> Answer {
    try await client.execute(uri: path, method: .get) { Answer($0) }
  }

  func importing(_ lines: String..., query: String = "") async throws -> Answer {
    try await post(
      "/v1/recipients/import\(query)",
      (["subject_id,address,language"] + lines).joined(separator: "\n") + "\n", type: Self.csv)
  }
}

@Suite struct `The routes` {
  @Test func `recipients come in all or none, and a dry run changes nothing`() async throws {
    try await Counter.with { counter in
      let dry = try await counter.importing(
        "unit/A,a@example.org,vi", "person/P1,p.1@example.org,vi", query: "?dryRun=true")
      #expect(try dry.member("registered") == "2")
      let first = try await counter.importing("unit/A,a@example.org,vi", "unit/B,b@example.org,vi")
      #expect(try first.member("registered") == "2")
      let second = try await counter.importing(
        "unit/A,a2@example.org,vi", "unit/B,b@example.org,vi")
      #expect(try second.member("amended") == "1")
      #expect(try second.member("unchanged") == "1")
      let faulty = try await counter.importing(
        "unit/C,c@example.org,vi", "unit/D,not-an-address,vi", "unit/C,c@example.org,vi",
        "unit/E,e@example.org,xx")
      #expect(faulty.status == 422)
      #expect(try faulty.member("slug") == "csv-has-errors")
      for word in [
        "import-address-malformed", "import-subject-repeated", "import-language-unknown",
      ] { #expect(faulty.body.contains(word)) }
      let count = try await counter.desk.store.commit {
        try $0.rows("select count(*) from recipient", [])[0].integer(0)
      }
      #expect(count == 2)
    }
  }

  @Test func `who has a duty and no address is listed, page by page`() async throws {
    try await Counter.with { counter in
      try await counter.desk.hear(["A", "B", "X"].map { try Facts.requested($0) })
      try await counter.desk.know("unit/B")
      let first = try await counter.get("/v1/recipients/unreachable?limit=1")
      #expect(first.body.contains("unit/A"))
      #expect(try first.member("next") == "unit/A")
      let rest = try await counter.get("/v1/recipients/unreachable?after=unit%2FA")
      #expect(rest.body.contains("unit/X") && !rest.body.contains("unit/B"))
      #expect(try rest.member("next") == nil)
    }
  }

  @Test func `duties, mails and the summary can be read`() async throws {
    try await Counter.with { counter in
      let desk = counter.desk
      try await desk.know("unit/A")
      try await desk.hear([
        Facts.requested("A"), Facts.requested("B"), Facts.submitted("A", 2, "2021-11-20T01:00:00Z"),
      ])
      try await desk.evaluate(at: "2021-11-25T02:00:00Z")
      let duties = try await counter.get("/v1/duties?subject=unit/A&state=fulfilled")
      #expect(duties.body.contains(#""dutyId":"report/2021.u-A""#))
      let summary = try await counter.get("/v1/mail/summary")
      #expect(try summary.member("mails", "report-receipt", "pending") == "1")
      #expect(try summary.member("states", "dropped") == "1")
      #expect(try summary.member("dropped", "unreachable") == "1")
      #expect(try summary.member("unreachableSubjects") == "1")
      #expect(try summary.member("evaluatedThrough") == "2021-11-25T02:00:00.000Z")
      #expect(try summary.member("calendarNow") == "2021-11-25T02:00:00.000Z")
      let list = try await counter.get("/v1/deliveries?state=pending&kind=report-receipt&limit=5")
      #expect(list.body.contains("report/2021.u-A") && !list.body.contains("sink.invalid"))
    }
  }

  @Test func `a mail in doubt is sent once more, as it was, when an operator says so`()
    async throws
  {
    try await Counter.with { counter in
      let desk = counter.desk
      let id = try await Self.uncertain(counter)
      let shown = try await counter.get("/v1/deliveries/\(id)")
      #expect(shown.etag == "\"2\"")
      let release = #"{"decision":"resend","reason":"not in the mailbox"}"#
      let stale = try await counter.post(
        "/v1/deliveries/\(id)/release", release, ifMatch: "\"1\"")
      #expect(try stale.slugAndField() == "412 version-stale If-Match")
      let done = try await counter.post(
        "/v1/deliveries/\(id)/release", release, ifMatch: "\"2\"")
      #expect(done.status == 200)
      #expect(done.etag == "\"3\"")
      try await desk.send()
      #expect(desk.transport.given.count == 2)
      #expect(Set(desk.transport.given).count == 1)
      #expect(try await desk.deliveries() == ["report-receipt sent"])
      let again = try await counter.post(
        "/v1/deliveries/\(id)/release", release, ifMatch: "\"4\"")
      #expect(try again.slugAndField() == "409 delivery-not-uncertain decision")
    }
  }

  @Test func `a mail in doubt that arrived is settled by an operator`() async throws {
    try await Counter.with { counter in
      let id = try await Self.uncertain(counter)
      let done = try await counter.post(
        "/v1/deliveries/\(id)/release", #"{"decision":"sent","reason":"seen"}"#,
        actor: "person/OP", ifMatch: "\"2\"")
      #expect(done.status == 200)
      try await counter.desk.send()
      #expect(counter.desk.transport.given.count == 1)
      #expect(try await counter.desk.deliveries() == ["report-receipt sent"])
    }
  }

  static func uncertain(_ counter: Counter) async throws -> String {
    let desk = counter.desk
    try await desk.know("unit/A")
    try await desk.hear([Facts.requested("A"), Facts.submitted("A", 2, "2021-11-20T01:00:00Z")])
    desk.transport.answer("A@sink.invalid", .uncertain(MailReply(code: nil, text: "lost")))
    try await desk.send()
    return try await desk.store.commit {
      try $0.rows("select delivery_id from delivery", [])[0].text(0)
    }
  }

  @Test func `malformed input is refused by slug and field and changes nothing`() async throws {
    try await Counter.with { counter in
      let id = try await Self.uncertain(counter)
      let head = "subject_id,address,language\n"
      let release = "/v1/deliveries/\(id)/release"
      let fine = #"{"decision":"sent","reason":"x"}"#
      let before = try await counter.desk.facts()
      let posts: [(Answer, String)] = [
        (
          try await counter.post("/v1/recipients/import", head, type: Counter.csv, actor: nil),
          "400 actor-required Review-Actor"
        ),
        (
          try await counter.post(
            "/v1/recipients/import", head, type: Counter.csv, actor: "person/P1"),
          "403 actor-not-a-unit Review-Actor"
        ),
        (
          try await counter.post("/v1/recipients/import", head, type: Counter.csv, key: nil),
          "400 idempotency-key-required Idempotency-Key"
        ),
        (
          try await counter.post(
            "/v1/recipients/import", "subject_id,address\n", type: Counter.csv),
          "400 missing-column language"
        ),
        (
          try await counter.post(
            "/v1/recipients/import", "subject_id,address,language,x\n", type: Counter.csv),
          "400 unknown-column x"
        ),
        (
          try await counter.post("/v1/recipients/import?dryRun=maybe", head, type: Counter.csv),
          "400 wrong-type dryRun"
        ),
        (try await counter.importing("group/A,a@example.org,vi"), "422 csv-has-errors subject_id"),
        (try await counter.importing("unit/A,a b@,vi"), "422 csv-has-errors address"),
        (try await counter.importing("unit/A,,vi"), "422 csv-has-errors address"),
        (
          try await counter.importing("unit/A,a@example.org,klingon"), "422 csv-has-errors language"
        ),
        (try await counter.post(release, fine), "428 version-required If-Match"),
        (try await counter.post(release, fine, ifMatch: "2"), "400 malformed-header If-Match"),
        (
          try await counter.post(
            release, #"{"decision":"burn","reason":"x"}"#, ifMatch: "\"2\""),
          "400 not-a-choice decision"
        ),
        (
          try await counter.post(release, #"{"decision":"sent"}"#, ifMatch: "\"2\""),
          "400 missing-member reason"
        ),
        (
          try await counter.post(
            release, #"{"decision":"sent","reason":""}"#, ifMatch: "\"2\""),
          "400 text-too-short reason"
        ),
        (
          try await counter.post(
            release, #"{"decision":"sent","reason":"x","by":"me"}"#, ifMatch: "\"2\""),
          "400 unknown-member by"
        ),
        (
          try await counter.post("/v1/deliveries/no-such/release", fine, ifMatch: "\"1\""),
          "404 unknown-delivery -"
        ),
        (try await counter.get("/v1/recipients/unreachable?limit=0"), "400 out-of-range limit"),
        (try await counter.get("/v1/duties"), "400 missing-parameter subject"),
        (try await counter.get("/v1/duties?subject=A"), "400 malformed-subject subject"),
        (
          try await counter.get("/v1/duties?subject=unit/A&state=lost"), "400 not-a-choice state"
        ),
        (try await counter.get("/v1/mail/summary?x=1"), "400 unknown-parameter x"),
        (try await counter.get("/v1/deliveries?state=lost"), "400 not-a-choice state"),
        (try await counter.get("/v1/deliveries?kind=spam"), "400 not-a-choice kind"),
        (try await counter.get("/v1/deliveries/no-such"), "404 unknown-delivery -"),
        (try await counter.get("/v1/deliveries/a%20b"), "400 malformed-path delivery"),
      ]
      for (answer, expected) in posts {
        let found = try answer.slugAndField()
        #expect(found == expected)
      }
      #expect(try await counter.desk.facts() == before)
    }
  }
}
