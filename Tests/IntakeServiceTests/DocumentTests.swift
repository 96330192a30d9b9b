import EventStream
import ReviewEvents
import Testing

@testable import IntakeService

@Suite(.timeLimit(.minutes(3))) struct `The registry of documents` {
  @Test func `holds a document once, under whatever spelling it comes`() async throws {
    try await IntakeDesk.with { desk in
      _ = try await desk.table("/v1/units/import", Province.units)
      let first = try await desk.register("plan", "57/KH-TU", by: Province.district)
      #expect(first.status == 201 && first.sequence == 1)
      #expect(first.location == "/v1/documents/plan")
      let again = try await desk.register("plan", "57-KH/TU", of: "TỈNH UỶ MẪU")
      #expect(again.status == 200 && again.sequence == 1)
      let twin = try await desk.register("other", "57 kh-tu", of: " tỉnh  ủy mẫu")
      #expect(twin.status == 409 && twin.slug == "document-known" && twin.field == "documentId")
      #expect(twin["detail"]?.contains("plan") == true)
      let taken = try await desk.register("plan", "58-KH/TU")
      #expect(taken.status == 409 && taken.slug == "document-exists")
      let shown = try await desk.get("/v1/documents/plan")
      #expect(shown.sequence == 1 && shown["number"] == "57/KH-TU" && shown["key"] == "57-KH/TU")
      #expect(shown["issuer"] == "Tỉnh ủy Mẫu" && shown["issuedOn"] == "2021-11-01")
      #expect(try await desk.story(of: .document(id("plan"))) == ["document-registered"])
      #expect(try await desk.rows("select count(*) from registered_document") == ["1"])
    }
  }

  @Test func `holds 132-QĐ/TW of 2018 and of 2023 as two, and finds both by any spelling`()
    async throws
  {
    try await IntakeDesk.with { desk in
      _ = try await desk.table("/v1/units/import", Province.units)
      for (name, day) in [("rules-2018", "2018-03-08"), ("rules-2023", "2023-10-27")] {
        let registered = try await desk.register(name, "132-QĐ/TW", of: "Bộ Chính trị", on: day)
        #expect(registered.status == 201)
      }
      #expect(try await desk.register("district", "132-QĐ/TW", of: "Huyện ủy").status == 201)
      let number = "132%2FQ%C4%90-TW"
      let all = try await desk.get("/v1/documents?number=\(number)")
      #expect(all["documents.0.documentId"] == "district")
      #expect(all["documents.1.issuedOn"] == "2018-03-08")
      #expect(all["documents.2.issuedOn"] == "2023-10-27")
      #expect(all["documents.3.documentId"] == nil && all["next"] == nil)
      let issuer = "b%E1%BB%99%20ch%C3%ADnh%20tr%E1%BB%8B"
      let own = try await desk.get("/v1/documents?number=\(number)&issuer=\(issuer)&limit=1")
      #expect(own["documents.0.documentId"] == "rules-2018" && own["next"] == "rules-2018")
      let rest = try await desk.get(
        "/v1/documents?number=\(number)&issuer=\(issuer)&after=rules-2018")
      #expect(rest["documents.0.documentId"] == "rules-2023")
      #expect(rest["documents.1.documentId"] == nil)
    }
  }

  @Test func `is filled by registered organisations`() async throws {
    try await IntakeDesk.with { desk in
      let early = try await desk.register("plan", "57-KH/TU")
      #expect(early.status == 403 && early.slug == "not-an-organisation")
      _ = try await desk.table("/v1/units/import", Province.units)
      for actor in ["person/secretary", "person/x;on-behalf-of=unit/nowhere"] {
        #expect(
          try await desk.register("plan", "57-KH/TU", by: actor).slug == "not-an-organisation")
      }
      #expect(
        try await desk.register("plan", "57-KH/TU", by: "unit/cell-1").status == 201)
    }
  }
}

extension IntakeDesk {
  /// Registers a document.
  func register(
    _ name: String, _ number: String, of issuer: String = "Tỉnh ủy Mẫu",
    on day: String = "2021-11-01", by actor: String = Province.province
  ) async throws -> Answer {
    try await send(
      "/v1/documents",
      #"{"documentId":"\#(name)","issuer":"\#(issuer)","number":"\#(number)","issuedOn":"\#(day)"}"#,
      by: actor)
  }
}
