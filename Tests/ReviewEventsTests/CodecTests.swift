import ReviewEvents
import Testing

@Suite struct `Reading a payload` {
  private func decode(_ json: String, version: Int = 1) throws -> ReportDrafted {
    try EventCodec.decode(
      ReportDrafted.self,
      from: try Sample.envelope(
        ReportDrafted.type, version: version, payload: Array(json.utf8)))
  }

  private func problem(_ json: String, version: Int = 1) -> UndecodableEvent.Problem? {
    do { _ = try decode(json, version: version) } catch let error as UndecodableEvent {
      return error.problem
    } catch {}
    return nil
  }

  @Test func `tolerates members it does not know`() throws {
    let read = try decode(#"{"reportID":"R1","contentHash":"x","colour":{"a":[1]}}"#)
    #expect(read == ReportDrafted(reportID: try ReportID("R1"), contentHash: "x"))
  }

  @Test(arguments: [
    "", "{", "null", "[]", #"{"reportID":"R1"}"#, #"{"reportID":null,"contentHash":"x"}"#,
    #"{"reportID":"R 1","contentHash":"x"}"#, #"{"reportID":"","contentHash":"x"}"#,
    #"{"reportID":1,"contentHash":"x"}"#, "{\"reportID\":\"R1\",\"contentHash\":\"\u{0}\"",
  ])
  func `refuses what does not fit, without saying what it was`(_ json: String) {
    #expect(problem(json) == .malformedPayload)
  }

  @Test func `refuses bytes that are no text`() throws {
    let envelope = try Sample.envelope(ReportDrafted.type, payload: [0xFF, 0xFE, 0x00, 0x7B])
    #expect(throws: UndecodableEvent(eventID: "report/R1@7", problem: .malformedPayload)) {
      try EventCodec.decode(ReportDrafted.self, from: envelope)
    }
  }

  @Test func `refuses a newer version, another type and a version that never was`() throws {
    let json = #"{"reportID":"R1","contentHash":"x"}"#
    #expect(problem(json, version: 2) == .newerVersion)
    #expect(problem(json, version: 0) == .malformedPayload)
    #expect(problem(json, version: .min) == .malformedPayload)
    let other = try Sample.envelope(CycleClosed.type, payload: Array(json.utf8))
    #expect(throws: UndecodableEvent(eventID: "report/R1@7", problem: .unknownType)) {
      try EventCodec.decode(ReportDrafted.self, from: other)
    }
  }

  @Test func `writes members in order of name, without white space or escaped slashes`() throws {
    let text = String(
      decoding: EventCodec.encode(
        CaseIssued(
          caseID: try CaseID("C1"), cycleID: try CycleID("2021"),
          subjectID: .person(try PersonID("P1")), authorityID: try UnitID("U0"),
          authorityLevel: try LevelCode("DISTRICT"), documentNumber: "12-CV/HU", matters: [],
          acknowledgeBefore: Instant(milliseconds: 0))), as: UTF8.self)
    #expect(
      text == #"{"acknowledgeBefore":"1970-01-01T00:00:00.000Z","authorityID":"U0","#
        + #""authorityLevel":"DISTRICT","caseID":"C1","cycleID":"2021","#
        + #""documentNumber":"12-CV/HU","matters":[],"subjectID":"person/P1"}"#)
  }
}

@Suite struct `Chains of upcasters` {
  private func chain(_ versions: Int...) -> UpcasterChains {
    UpcasterChains(versions.map { Upcaster(ReportDrafted.type, from: $0) { $0 } })
  }

  @Test func `without gaps reach the newest version`() {
    #expect(chain(1, 2, 3).unreachable(ReportDrafted.type, newest: 4).isEmpty)
    #expect(chain().unreachable(ReportDrafted.type, newest: 1).isEmpty)
  }

  @Test func `with a gap say where it is`() {
    #expect(chain(1, 3).unreachable(ReportDrafted.type, newest: 4) == [2])
    #expect(chain().unreachable(ReportDrafted.type, newest: 3) == [1, 2])
  }
}
