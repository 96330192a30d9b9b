import EventStream
import PostgresStore
import PostgresTestSupport
import ReviewEvents
import TestSupport
import Testing

@testable import Operations

@Suite(.timeLimit(.minutes(3))) struct `Facts as operators see them` {
  private func shown(_ stream: String, _ payload: String, reveals: Bool = false) -> String {
    var event = Samples.envelope(
      CaseApproved(caseID: Samples.id("C1")), in: Samples.stream(stream), at: 1)
    event.payload = Array(payload.utf8)
    return ShownPayload(event, reveals: reveals).line
  }

  @Test func `about persons and units show only what is known to hold no name`() {
    let payload =
      #"{"fullName":"Hoa","level":"PROVINCE","nick":{"a":"Hoa"},"parentID":"U1","reviewed":true}"#
    let hidden =
      #"{"fullName":"•••","level":"PROVINCE","nick":"•••","parentID":"U1","reviewed":true}"#
    #expect(shown("person/P1", payload) == hidden)
    #expect(shown("unit/U1", payload) == hidden)
    #expect(shown("person/P1", payload, reveals: true) == payload)
    #expect(shown("person/P1", #"["Hoa"]"#) == #""•••""#)
    #expect(shown("unit/U1", #"{"role":"Bà Hoa"}"#) == #"{"role":"•••"}"#)
  }

  @Test func `about anything else hide free text`() {
    #expect(
      shown(
        "report/R1",
        #"{"a":["Bà Hoa",1,null,2.5],"at":"2021-12-09T17:00:00.000Z","no":"57-KH/TU","m":"a@b.vn"}"#
      )
        == #"{"a":["•••",1,null,2.5],"at":"2021-12-09T17:00:00.000Z","m":"•••","no":"57-KH/TU"}"#)
    #expect(shown("report/R1", #"{"Bà Hoa":1}"#) == #"{"•••":1}"#)
    #expect(shown("report/R1", "Bà Hoa") == "(7 bytes that are no JSON)")
  }

  @Test func `are one line each with zone, place, type and actor`() async throws {
    try await OperationsBench.with { bench in
      try await bench.advance("C1", "C2", "C1")
      let lines = try #require(try await bench.run("events tail", ["limit": "2"]) as? EventLines)
      #expect(lines.facts.map(\.id) == ["case/C2@1", "case/C1@2"])
      #expect(!lines.isComplete)
      #expect(
        lines.facts[0].line
          == "2021-12-09 04:46:40 (+07:00)  case/C2@1  review.case.case-approved  service/intake  "
          + #"{"caseID":"C2"}"#)
      let one = try #require(
        try await bench.run("events tail", ["stream": "case/C1"]) as? EventLines)
      #expect(one.facts.map(\.id) == ["case/C1@1", "case/C1@2"])
      #expect(one.isComplete)
      let shown = try #require(
        try await bench.run("events show", ["stream": "case/C1", "sequence": "2"]) as? EventLines)
      #expect(shown.facts.map(\.id) == ["case/C1@2"])
    }
  }

  @Test func `that come are shown while somebody follows`() async throws {
    try await OperationsBench.with { bench in
      try await bench.advance("C1")
      async let following = bench.run("events tail", ["follow": "true", "seconds": "3"])
      try await Task.sleep(for: .milliseconds(700))
      try await bench.advance("C2")
      try await bench.advance("C1")
      let lines = try #require(try await following as? EventLines)
      #expect(lines.facts.map(\.id) == ["case/C1@1", "case/C2@1", "case/C1@2"])
    }
  }

  @Test func `cannot be found by what is hidden`() async throws {
    try await OperationsBench.with { bench in
      try await bench.store.commit { transaction in
        let person = bench.writer.register("P1", name: "Nguyễn Thị Hoa")
        try transaction.append([
          StreamAppend(
            stream: person.stream, expected: 0,
            events: [try EventCodec.decode(PersonRegistered.self, from: person)],
            origin: Samples.origin)
        ])
      }
      func found(_ text: String, _ more: [String: String] = [:]) async throws -> [String] {
        let values = ["text": text].merging(more) { $1 }
        return try #require(try await bench.run("events grep", values) as? EventLines)
          .facts.map(\.id)
      }
      #expect(try await found("Hoa") == [])
      #expect(try await found(#""personID":"P1""#) == ["person/P1@1"])
      #expect(
        try await found("Hoa", ["reveal": "true", "operator": "an", "reason": "a complaint"])
          == ["person/P1@1"])
      let list = try #require(try await bench.run("audit list") as? AuditList)
      #expect(list.rows.map(\.operation) == ["events grep", "events grep"])
    }
  }

  @Test func `leave audit rows that can be copied elsewhere`() async throws {
    try await OperationsBench.with { bench in
      await bench.expectRefusal("no-such-run", "replay pause")
      let all = try #require(try await bench.run("audit export", ["after": "0"]) as? AuditExport)
      #expect(all.rows.map(\.outcome) == ["begun", "refused"])
      #expect(all.text.split(separator: "\n").count == 2)
      let rest = try #require(
        try await bench.run("audit export", ["after": "\(all.rows[0].id)"]) as? AuditExport)
      #expect(rest.rows == [all.rows[1]])
      let nobodys = try #require(
        try await bench.run("audit list", ["by": "nobody"]) as? AuditList)
      #expect(nobodys.rows == [])
    }
  }
}
