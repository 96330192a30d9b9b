internal import EventStream
internal import ReviewEvents
internal import ServiceRuntime

/// Reads the JSON lines that a service's admin port gives of its log.
enum EventLogLine {
  private struct Head: Decodable {
    let position: Int64
    let type: String
    let dataVersion: Int
    let source: String
    let stream: String
    let sequence: Int64
    let time: Instant
    let actor: String
    let correlationId: String
    let causationId: String
    let traceparent: String?
  }

  /// - Throws: ``MalformedLogLine``.
  static func read(_ body: [UInt8]) throws -> [LoggedEvent] {
    try body.split(separator: UInt8(ascii: "\n")).map { line in try read(line: line) }
  }

  /// The payload stands last and is taken as it is: its bytes are what was first written.
  private static func read(line: ArraySlice<UInt8>) throws -> LoggedEvent {
    if let line = FlatLine(line) { return try event(head(of: line), Array(line.payload)) }
    let mark = Array(",\"payload\":".utf8)
    // Inside a text the quotes would be escaped, so the first one is the member.
    guard let start = line.indices.first(where: { line[$0...].starts(with: mark) }),
      line.last == UInt8(ascii: "}")
    else { throw MalformedLogLine() }
    let head: Head
    do {
      head = try JSONText.decode(Head.self, from: Array(line[..<start]) + [UInt8(ascii: "}")])
    } catch { throw MalformedLogLine() }
    return try event(head, Array(line[(start + mark.count)...].dropLast()))
  }

  private static func head(of line: FlatLine) throws(MalformedLogLine) -> Head {
    do {
      return Head(
        position: try line.number("position"), type: try line.text("type"),
        dataVersion: try line.number("dataVersion"), source: try line.text("source"),
        stream: try line.text("stream"), sequence: try line.number("sequence"),
        time: try Instant(try line.text("time")), actor: try line.text("actor"),
        correlationId: try line.text("correlationId"),
        causationId: try line.text("causationId"),
        traceparent: try line.optionalText("traceparent"))
    } catch { throw MalformedLogLine() }
  }

  private static func event(
    _ head: Head, _ payload: [UInt8]
  ) throws(MalformedLogLine) -> LoggedEvent {
    do {
      guard let area = ServiceArea.allCases.first(where: { $0.source == head.source }) else {
        throw MalformedLogLine()
      }
      return LoggedEvent(
        position: head.position,
        event: EventEnvelope(
          stream: try StreamID(head.stream), sequence: head.sequence, type: EventType(head.type),
          dataVersion: head.dataVersion, area: area, time: head.time,
          actor: try ActorContext(head.actor),
          trace: TraceContext(
            correlationID: head.correlationId, causationID: head.causationId,
            traceparent: head.traceparent),
          payload: payload))
    } catch { throw MalformedLogLine() }
  }
}

/// A line of a log that is none.
struct MalformedLogLine: Error, Sendable, CustomStringConvertible {
  var description: String { "a service's admin port gives something else than its log" }
}
