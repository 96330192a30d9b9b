import EventStream
import HTTPTypes
import HummingbirdTesting
import ReviewEvents
import TestSupport
import Testing

@testable import ServiceRuntime
@testable import Telemetry

@Suite struct `A query` {
  @Test func `shows what was just done, with its version`() async throws {
    let service = SampleService()
    try await service.run { client in
      _ = try await client.open("C1")
      let reply = try await client.ask(.get, "/v1/cycles/C1?atLeast=cycle/C1:1")
      #expect(reply.status == 200 && reply.header("ETag") == "\"1\"")
      #expect(reply.header("Cache-Control") == "no-store")
    }
  }

  @Test func `for what is not there yet waits a bounded time`() async throws {
    var http = SampleService().http
    http.pace = VirtualPace()
    let reply = try await http.application(host: "127.0.0.1", port: 0).test(.router) { client in
      try await Client(client: client).ask(.get, "/v1/cycles/C1?atLeast=cycle%2FC1:1")
    }
    #expect(reply.status == 503 && reply.slug == "not-yet-visible")
    #expect(reply.header("Retry-After") == "1")
  }

  @Test func `for what another service did waits for its consumer`() async throws {
    let service = SampleService()
    try await service.run { client in
      _ = try await client.open("C1")
      async let reply = client.ask(.get, "/v1/cycles/C1?atLeast=case/K1:3")
      try await service.store.commit { transaction in
        try transaction.setFences("intake.cases", to: [StreamID("case/K1"): 3])
      }
      #expect(try await reply.status == 200)
    }
  }

  @Test func `for a stream that nobody here follows is refused`() async throws {
    let service = SampleService()
    try await service.run { client in
      let reply = try await client.ask(.get, "/v1/cycles/C1?atLeast=rating/R1:1")
      #expect(reply.status == 400 && reply.problem?.field == "atLeast")
    }
  }

  @Test func `for a file is answered with one`() async throws {
    try await SampleService().run { client in
      let reply = try await client.ask(.get, "/v1/units/export")
      #expect(reply.text == "\u{FEFF}id,name\r\nU1,'=1+1\r\n")
      #expect(reply.header("Content-Type") == "text/csv; charset=utf-8")
      #expect(reply.header("Content-Disposition") == "attachment; filename=\"units.csv\"")
      let workbook = try await client.ask(.get, "/v1/units/export?format=xlsx")
      #expect(workbook.header("Content-Type") == TableFormat.xlsx.mediaType)
      #expect(workbook.header("Content-Disposition") == "attachment; filename=\"units.xlsx\"")
      let table = try SampleService.table.read(workbook: workbook.body, sheet: "Units")
      #expect(table.rows.map { $0["name"] } == ["=1+1"])
    }
  }

  @Test func `for a file waits for none of the few places of large bodies`() async throws {
    var service = SampleService()
    let (entered, enter) = AsyncStream.makeStream(of: Void.self)
    let (leave, left) = AsyncStream.makeStream(of: Void.self)
    service.outside = {
      enter.yield()
      for await _ in leave { return }
    }
    var http = service.http
    http.limits.largeMax = 1
    let workbook = RawWorkbook(lines: "id,name").bytes
    try await http.application(host: "127.0.0.1", port: 0).test(.router) { client in
      let client = Client(client: client)
      async let first = client.ask(.get, "/v1/units/export")
      for await _ in entered { break }
      let second = try await client.ask(.get, "/v1/units/export")
      #expect(second.status == 503 && second.slug == "overloaded")
      // However small it is: nobody knows what it unpacks to.
      let third = try await client.ask(
        .post, "/v1/units", bytes: workbook,
        headers: ["Content-Type": TableFormat.xlsx.mediaType])
      #expect(third.status == 503 && third.slug == "overloaded")
      left.yield()
      #expect(try await first.status == 200)
    }
  }

  @Test(arguments: [
    ("/v1/cycles/C1?atLeast=C1", "malformed-parameter", "atLeast"),
    ("/v1/cycles/C1?atLeast=cycle/C1:0", "malformed-parameter", "atLeast"),
    ("/v1/cycles/C1?year=abc", "wrong-type", "year"),
    ("/v1/cycles/C1?year=1999", "out-of-range", "year"),
    ("/v1/cycles/C1?year=2021&year=2021", "duplicate-parameter", "year"),
    ("/v1/cycles/C1?asOf=2021-12-10", "malformed-instant", "asOf"),
    ("/v1/cycles/C1?color=red", "unknown-parameter", "color"),
    ("/v1/cycles/C1?year=%ZZ", "malformed-parameter", "year"),
    ("/v1/cycles/C1?year=%FF", "malformed-parameter", "year"),
    ("/v1/cycles/a%20b", "malformed-path", "cycle"),
    ("/v1/cycles/%FF", "malformed-path", "cycle"),
    ("/v1/cycles/%00", "malformed-path", "cycle"),
    ("/v1/cycles/..%2F..%2Fetc", "malformed-path", "cycle"),
  ]) func `with a wrong path or parameter is refused`(uri: String, slug: String, field: String)
    async throws
  {
    try await SampleService().run { client in
      let reply = try await client.ask(.get, uri)
      #expect(reply.status == 400)
      #expect(reply.slug == slug)
      #expect(reply.problem?.field == field)
    }
  }

  @Test func `takes a moment with a plus sign as it stands`() async throws {
    let service = SampleService()
    try await service.run { client in
      _ = try await client.open("C1")
      let reply = try await client.ask(.get, "/v1/cycles/C1?asOf=2021-12-10T00:00:00+07:00")
      #expect(reply.status == 200)
    }
  }

  @Test func `that nobody answers is a problem like any other`() async throws {
    try await SampleService().run { client in
      for uri in ["/", "/v1", "/v1/cycles/C1/", "/v1//cycles", "/v1/cycles/C1/x", "/metrics"] {
        let reply = try await client.ask(.get, uri)
        #expect(reply.status == 404 && reply.slug == "unknown-route", "\(uri)")
      }
      let wrong = try await client.ask(.delete, "/v1/cycles/C1")
      #expect(wrong.status == 405 && wrong.slug == "method-not-allowed")
      #expect(wrong.header("Allow") == "GET")
      #expect(try await client.ask(.patch, "/v1/cycles").header("Allow") == "POST")
    }
  }

  @Test func `that fails unforeseen shows nothing of why`() async throws {
    let service = SampleService()
    try await service.run { client in
      let reply = try await client.ask(.get, "/v1/broken")
      #expect(reply.status == 500 && reply.slug == "internal")
      #expect(!reply.text.contains("Nguyễn"))
    }
    #expect(!service.log.text.contains("Nguyễn"))
  }
}

@Suite struct `The access log` {
  @Test func `says what happened and names nobody`() async throws {
    let service = SampleService()
    try await service.run { client in
      _ = try await client.open("SECRET-CYCLE", title: "Nguyễn Văn A")
      _ = try await client.ask(.get, "/v1/cycles/SECRET-CYCLE?year=2021&who=Nguyen")
      _ = try await client.ask(.get, "/unknown/SECRET-PATH")
      _ = try await client.ask(.post, "/v1/cycles", body: #"{"SECRET-MEMBER":1}"#)
    }
    let text = service.log.text
    for secret in ["SECRET", "Nguy", "P1", "U1", "key-0000", "2021&"] {
      #expect(!text.contains(secret), "\(secret)")
    }
    #expect(text.contains(#""route":"/v1/cycles""#))
    #expect(text.contains(#""status":201"#))
    #expect(text.contains(#""route":"unknown""#))
    #expect(service.log.all.count == 4)
  }

  @Test func `has metrics beside it, by the route as declared`() async throws {
    let service = SampleService()
    try await service.run { client in
      _ = try await client.open("C1")
      _ = try await client.ask(.get, "/v1/cycles/C1")
      _ = try await client.ask(.get, "/nowhere/C1")
    }
    let page = service.registry.page()
    #expect(
      page.contains(
        #"review_http_requests_total{method="GET",route="/v1/cycles/{cycle}",status="200"} 1"#))
    #expect(
      page.contains(#"review_http_requests_total{method="any",route="unknown",status="404"} 1"#))
    #expect(!page.contains("C1"))
  }
}
