internal import EventStream
internal import ReviewEvents

/// The log as JSON lines, for readers that copy it (contract 11).
enum EventLogLines {
  static let contentType = "application/x-ndjson; charset=utf-8"
  /// The most lines of one answer.
  static let limitMax: Int64 = 5_000
  /// The lines of one answer unless said otherwise.
  static let limit: Int64 = 500

  static func write(_ events: [LoggedEvent]) -> [UInt8] {
    var bytes: [UInt8] = []
    for logged in events {
      bytes.append(contentsOf: head(logged).dropLast())
      // The payload is JSON already, and its bytes are kept as they are.
      bytes.append(contentsOf: ",\"payload\":".utf8)
      bytes.append(contentsOf: logged.event.payload)
      bytes.append(contentsOf: "}\n".utf8)
    }
    return bytes
  }

  private static func head(_ logged: LoggedEvent) -> [UInt8] {
    let event = logged.event
    return JSONText.encode(
      Head(
        position: logged.position, id: event.id, type: event.type.name,
        dataVersion: event.dataVersion, source: event.area.source,
        stream: event.stream.description, sequence: event.sequence, time: event.time,
        actor: event.actor.description, correlationId: event.trace.correlationID,
        causationId: event.trace.causationID, traceparent: event.trace.traceparent))
  }

  private struct Head: Encodable {
    let position: Int64
    let id: String
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
}
