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
    bytes.reserveCapacity(events.reduce(0) { $0 + $1.event.payload.count + headBytesUsual })
    for logged in events {
      writeHead(logged, to: &bytes)
      // The payload is JSON already, and its bytes are kept as they are.
      bytes.append(contentsOf: "\"payload\":".utf8)
      bytes.append(contentsOf: logged.event.payload)
      bytes.append(contentsOf: "}\n".utf8)
    }
    return bytes
  }

  /// The bytes of a line before its payload, as a guess.
  private static let headBytesUsual = 512

  /// Members in order of name, by hand: an encoder for each line takes longer than all else that is
  /// done for it.
  private static func writeHead(_ logged: LoggedEvent, to bytes: inout [UInt8]) {
    let event = logged.event
    bytes.append(UInt8(ascii: "{"))
    write("actor", JSONText.quoted(event.actor.description), to: &bytes)
    write("causationId", JSONText.quoted(event.trace.causationID), to: &bytes)
    write("correlationId", JSONText.quoted(event.trace.correlationID), to: &bytes)
    write("dataVersion", String(event.dataVersion).utf8, to: &bytes)
    write("id", JSONText.quoted(event.id), to: &bytes)
    write("position", String(logged.position).utf8, to: &bytes)
    write("sequence", String(event.sequence).utf8, to: &bytes)
    write("source", JSONText.quoted(event.area.source), to: &bytes)
    write("stream", JSONText.quoted(event.stream.description), to: &bytes)
    write("time", JSONText.quoted(event.time.description), to: &bytes)
    if let traceparent = event.trace.traceparent {
      write("traceparent", JSONText.quoted(traceparent), to: &bytes)
    }
    write("type", JSONText.quoted(event.type.name), to: &bytes)
  }

  private static func write(
    _ name: String, _ value: some Sequence<UInt8>, to bytes: inout [UInt8]
  ) {
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: name.utf8)
    bytes.append(contentsOf: "\":".utf8)
    bytes.append(contentsOf: value)
    bytes.append(UInt8(ascii: ","))
  }
}
