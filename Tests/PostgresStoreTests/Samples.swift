import EventStream
import ReviewEvents

extension StreamID {
  static func sample(_ name: String) throws -> StreamID { .report(try ReportID(name)) }
}

extension EventOrigin {
  static func sample(_ time: String = "2021-12-09T17:00:00.123Z") throws -> EventOrigin {
    EventOrigin(
      time: try Instant(time), actor: try ActorContext("person/P1;on-behalf-of=unit/U1"),
      trace: TraceContext(
        correlationID: "request-1", causationID: "request-1",
        traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"))
  }
}

extension StreamAppend {
  /// Facts that return a report, with a reason in Vietnamese.
  static func sample(_ stream: StreamID, after expected: Int64, count: Int = 1) throws
    -> StreamAppend
  {
    let events = try (0..<count).map { number in
      ReportReturned(
        reportID: try ReportID(stream.id), cycleID: try CycleID("2021"),
        subjectID: try SubjectID("person/P1"), version: number + 1,
        reasons: [
          .init(section: try SectionCode("S1"), reason: "Chưa nêu \"nguyên nhân\" \\ '{}'")
        ])
    }
    return StreamAppend(stream: stream, expected: expected, events: events, origin: try .sample())
  }
}
