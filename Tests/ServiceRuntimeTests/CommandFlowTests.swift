import EventStream
import HTTPTypes
import ReviewEvents
import Synchronization
import TestSupport
import Testing

@testable import ServiceRuntime

@Suite struct `A command` {
  @Test func `is answered with place, version and time, and its facts carry who and when`()
    async throws
  {
    let service = SampleService()
    try await service.run { client in
      let reply = try await client.open("C1", headers: ["Correlation-Id": "plan-57"])
      #expect(reply.status == 201)
      #expect(reply.header("Location") == "/v1/cycles/C1")
      #expect(reply.header("ETag") == "\"1\"")
      #expect(reply.header("Review-Stream") == "cycle/C1")
      #expect(reply.header("Content-Type") == "application/json; charset=utf-8")
      #expect(reply.header("Server-Time") == service.calendar.now.description)
      #expect(reply.header("Correlation-Id") == "plan-57")
      #expect(reply.text == #"{"id":"C1","title":"Kỳ 2021"}"#)
    }
    let event = try #require(try service.logged.first)
    #expect(event.actor.description == "person/P1;on-behalf-of=unit/U1")
    #expect(event.time == service.calendar.now)
    #expect(event.trace.correlationID == "plan-57")
    #expect(event.trace.causationID.hasPrefix("request/"))
    #expect(service.wakeUps.count == 1)
  }

  @Test func `carries a valid trace on, and forgets an invalid one`() async throws {
    let valid = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    let service = SampleService()
    try await service.run { client in
      _ = try await client.open("C1", headers: ["traceparent": valid])
      _ = try await client.open(
        "C2", headers: ["traceparent": "00-x-y-z", "Idempotency-Key": "key-00000002"])
    }
    #expect(try service.logged.map(\.trace.traceparent) == [valid, nil])
  }

  @Test func `repeated with its key is answered the same and done once`() async throws {
    let service = SampleService()
    try await service.run { client in
      let first = try await client.open("C1")
      let second = try await client.open("C1")
      #expect(second.status == first.status && second.body == first.body)
      #expect(second.header("Location") == first.header("Location"))
      #expect(second.header("ETag") == first.header("ETag"))
      #expect(first.header("Idempotency-Replayed") == nil)
      #expect(second.header("Idempotency-Replayed") == "true")
    }
    #expect(try service.logged.count == 1)
    #expect(service.decisions.count == 1)
  }

  @Test func `with the key of another request is refused`() async throws {
    let service = SampleService()
    try await service.run { client in
      _ = try await client.open("C1")
      let reply = try await client.open("C2")
      #expect(reply.status == 422)
      #expect(reply.slug == "idempotency-key-reused")
      #expect(reply.problem?.field == "Idempotency-Key")
    }
    #expect(try service.logged.count == 1)
  }

  @Test func `of somebody else may use the same key`() async throws {
    let service = SampleService()
    try await service.run { client in
      _ = try await client.open("C1")
      let reply = try await client.open("C2", headers: ["Review-Actor": "person/P2"])
      #expect(reply.status == 201)
    }
  }

  @Test func `that the domain refuses is remembered, and nothing else of it is kept`() async throws
  {
    let service = SampleService()
    try await service.run { client in
      for replayed in [nil, "true"] {
        let reply = try await client.open("C1", title: "forbidden")
        #expect(reply.status == 422)
        #expect(reply.slug == "title-forbidden")
        #expect(reply.header("Content-Type") == "application/problem+json; charset=utf-8")
        #expect(reply.header("Idempotency-Replayed") == replayed)
      }
    }
    #expect(try service.logged.isEmpty)
    #expect(service.decisions.count == 1)
    #expect(service.wakeUps.count == 0)
  }

  @Test func `refused only for now is decided again`() async throws {
    let service = SampleService()
    try await service.run { client in
      for _ in 0..<2 {
        let reply = try await client.open("C1", title: "unknown")
        #expect(reply.status == 409 && reply.slug == "subject-not-yet-known")
        #expect(reply.header("Retry-After") == "1")
        #expect(reply.header("Idempotency-Replayed") == nil)
      }
    }
    #expect(service.decisions.count == 2)
  }

  @Test func `that meets an unforeseen error says nothing of it and is not remembered`()
    async throws
  {
    var service = SampleService()
    let failing = Mutex(true)
    service.inside = {
      if failing.withLock({ $0 }) { throw SampleService.Unforeseen(name: "Nguyễn Văn A") }
    }
    try await service.run { client in
      let reply = try await client.open("C1")
      #expect(reply.status == 500 && reply.slug == "internal")
      #expect(!reply.text.contains("Nguyễn"))
      failing.withLock { $0 = false }
      #expect(try await client.open("C1").status == 201)
    }
    #expect(!service.log.text.contains("Nguyễn"))
    #expect(service.log.text.contains("Unforeseen"))
  }

  @Test func `that somebody overtook is decided again, three times at most`() async throws {
    var service = SampleService()
    let overtaken = Mutex(2)
    service.inside = {
      let again = overtaken.withLock { count in
        count -= 1
        return count >= 0
      }
      if again { throw StoreError.staleStream(.repair(.intake)) }
    }
    try await service.run { client in
      #expect(try await client.open("C1").status == 201)
      overtaken.withLock { $0 = 100 }
      let reply = try await client.open("C2", headers: ["Idempotency-Key": "key-00000002"])
      #expect(reply.status == 409 && reply.slug == "changed-meanwhile")
    }
    #expect(service.decisions.count == 6)
  }

  @Test func `about an old version is refused with 412`() async throws {
    let service = SampleService()
    try await service.run { client in
      _ = try await client.open("C1")
      let missing = try await client.ask(.put, "/v1/cycles/C1/closing")
      #expect(missing.status == 428 && missing.slug == "version-required")
      let stale = try await client.ask(
        .put, "/v1/cycles/C1/closing", headers: ["If-Match": "\"9\""])
      #expect(stale.status == 412 && stale.slug == "version-stale")
      let right = try await client.ask(
        .put, "/v1/cycles/C1/closing", headers: ["If-Match": "\"1\""])
      #expect(right.status == 200 && right.header("ETag") == "\"2\"")
      #expect(right.text == #"{"sequence":2,"stream":"cycle/C1"}"#)
    }
  }

  @Test func `received before its time is decided by when it arrived`() async throws {
    var service = SampleService()
    let arrival = service.calendar.now
    service.outside = { [calendar = service.calendar] in calendar.advance(by: .seconds(3_600)) }
    try await service.run { client in _ = try await client.open("C1") }
    #expect(try service.logged.first?.time == arrival)
  }

  // MARK: The state of the service

  @Test func `without a database is told to come back`() async throws {
    let away = Mutex(true)
    let service = SampleService(fault: { away.withLock { $0 } ? .before : nil })
    try await service.run { client in
      let reply = try await client.open("C1")
      #expect(reply.status == 503 && reply.slug == "store-unavailable")
      #expect(reply.header("Retry-After") == "2")
      away.withLock { $0 = false }
      #expect(try await client.open("C1").status == 201)
    }
  }

  @Test func `whose answer was lost is answered when asked again`() async throws {
    let losing = Mutex(true)
    let service = SampleService(fault: {
      losing.withLock { losing in
        defer { losing = false }
        return losing ? .after : nil
      }
    })
    try await service.run { client in
      #expect(try await client.open("C1").status == 503)
      let reply = try await client.open("C1")
      #expect(reply.status == 201 && reply.header("Idempotency-Replayed") == "true")
    }
    #expect(try service.logged.count == 1)
  }

  @Test func `is refused while too much waits to be published, and queries are not`() async throws {
    let service = SampleService()
    try await service.run { client in
      _ = try await client.open("C1")
      service.backlog.note(Backlog(rows: 11, oldestAge: .seconds(9)))
      let reply = try await client.open("C2", headers: ["Idempotency-Key": "key-00000002"])
      #expect(reply.status == 503 && reply.slug == "publishing-behind")
      #expect(reply.header("Retry-After") == "5")
      #expect(try await client.ask(.get, "/v1/cycles/C1").status == 200)
      service.backlog.note(Backlog(rows: 10, oldestAge: .seconds(9)))
      #expect(
        try await client.open("C2", headers: ["Idempotency-Key": "key-00000002"]).status == 201)
    }
  }

  @Test func `beyond the number worked on at a time is told to come back`() async throws {
    var service = SampleService()
    service.requestsMax = 1
    let (entered, enter) = AsyncStream.makeStream(of: Void.self)
    let (leave, left) = AsyncStream.makeStream(of: Void.self)
    service.outside = {
      enter.yield()
      for await _ in leave { return }
    }
    try await service.run { client in
      async let first = client.open("C1")
      for await _ in entered { break }
      let second = try await client.open("C2", headers: ["Idempotency-Key": "key-00000002"])
      #expect(second.status == 503 && second.slug == "overloaded")
      #expect(second.header("Retry-After") == "1")
      left.yield()
      #expect(try await first.status == 201)
    }
  }

  // MARK: What is wrong with the request

  @Test(
    arguments: [
      (["Review-Actor": nil], 400, "actor-required", "Review-Actor"),
      (["Review-Actor": "P1"], 400, "malformed-actor", "Review-Actor"),
      (["Review-Actor": "person/P1;for=unit/U1"], 400, "malformed-actor", "Review-Actor"),
      (["Idempotency-Key": nil], 400, "idempotency-key-required", "Idempotency-Key"),
      (["Idempotency-Key": "short"], 400, "malformed-idempotency-key", "Idempotency-Key"),
      (["Idempotency-Key": "has a blank"], 400, "malformed-idempotency-key", "Idempotency-Key"),
      (
        ["Idempotency-Key": String(repeating: "k", count: 101)], 400, "malformed-idempotency-key",
        "Idempotency-Key"
      ),
      (["Content-Type": nil], 415, "unsupported-media-type", "Content-Type"),
      (["Content-Type": "text/plain"], 415, "unsupported-media-type", "Content-Type"),
      (
        ["Content-Type": "application/json; charset=latin1"], 415, "unsupported-media-type",
        "Content-Type"
      ),
      (["If-Match": "3"], 400, "malformed-header", "If-Match"),
      (["If-Match": "*"], 400, "malformed-header", "If-Match"),
      (["If-Match": "W/\"3\""], 400, "malformed-header", "If-Match"),
      (["Correlation-Id": "a b"], 400, "malformed-header", "Correlation-Id"),
      (
        ["Correlation-Id": String(repeating: "c", count: 129)], 400, "malformed-header",
        "Correlation-Id"
      ),
    ] as [([String: String?], Int, String, String)])
  func `with a wrong header is refused`(
    headers: [String: String?], status: Int, slug: String, field: String
  ) async throws {
    let service = SampleService()
    try await service.run { client in
      let reply = try await client.open("C1", headers: headers)
      #expect(reply.status == status)
      #expect(reply.slug == slug)
      #expect(reply.problem?.field == field)
      #expect(reply.header("Content-Type") == "application/problem+json; charset=utf-8")
    }
    #expect(try service.logged.isEmpty)
  }

  @Test func `that is too large is refused, announced or not`() async throws {
    let service = SampleService()
    try await service.run { client in
      let reply = try await client.open(
        "C1", title: String(repeating: "x", count: HTTPRoute.jsonBodyMax))
      #expect(reply.status == 413 && reply.slug == "body-too-large")
    }
    #expect(service.decisions.count == 0)
  }

  @Test func `with a malformed body leaves no trace, not even of its key`() async throws {
    let service = SampleService()
    try await service.run { client in
      let broken = try await client.ask(.post, "/v1/cycles", body: "{")
      #expect(broken.slug == "malformed-json" && broken.problem?.field == "body")
      let wrong = try await client.ask(.post, "/v1/cycles", body: #"{"id":"a b","x":1}"#)
      #expect(
        wrong.problem?.errors?.map(\.slug) == [
          "malformed-identifier", "unknown-member", "missing-member",
        ])
      let latin = try await client.ask(.post, "/v1/cycles", bytes: [0x22, 0xE9, 0x22])
      #expect(latin.slug == "invalid-utf8")
      #expect(try await client.open("C1").status == 201)
    }
  }

  @Test func `without a body refuses one`() async throws {
    let service = SampleService()
    try await service.run { client in
      let reply = try await client.ask(
        .put, "/v1/cycles/C1/closing", body: "{}", headers: ["If-Match": "\"1\""])
      #expect(reply.status == 400 && reply.problem?.field == "body")
    }
  }

  @Test func `with a table is refused whole when lines are wrong`() async throws {
    let service = SampleService()
    let csv: [String: String?] = ["Content-Type": "text/csv; charset=utf-8"]
    try await service.run { client in
      let bad = try await client.ask(
        .post, "/v1/units", body: "id,name\nU 1,A\nU2,B\nU3,\n", headers: csv)
      #expect(bad.status == 422 && bad.slug == "csv-has-errors")
      #expect(bad.problem?.errors?.map(\.line) == [2, 4])
      let good = try await client.ask(
        .post, "/v1/units?dryRun=true", body: "name,id\nA,U1\n",
        headers: csv.merging(["Idempotency-Key": "key-00000002"]) { $1 })
      #expect(good.status == 200 && good.text == #"{"dry":1,"rows":1}"#)
    }
  }
}
