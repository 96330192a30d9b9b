internal import EventStream
internal import ReviewEvents

/// Turns headers into events, without a broker; ``OutgoingHeaders`` is the way back.
enum EnvelopeHeaders {
  /// More headers than this make a record malformed, whatever they are.
  static let headersMax = 64
  /// The longest value of a header, in bytes.
  static let valueBytesMax = 512
  static let specVersion = "1.0"
  static let contentType = "application/json"

  /// The event of a record, or why it is none.
  static func event(
    topic: Topic, key: Span<UInt8>?, headers: IncomingHeaders, value: [UInt8]?
  ) -> Result<EventEnvelope, MalformedRecord> {
    do throws(MalformedRecord) {
      return .success(try event(from: headers, topic: topic, key: key, value: value))
    } catch {
      return .failure(error)
    }
  }

  private static func event(
    from headers: IncomingHeaders, topic: Topic, key: Span<UInt8>?, value: [UInt8]?
  ) throws(MalformedRecord) -> EventEnvelope {
    guard headers.count <= headersMax else { throw MalformedRecord(problem: "too many headers") }
    try headers.require(.specVersion, toBe: specVersion)
    try headers.require(.contentType, toBe: contentType)
    try headers.require(.source, toBe: topic.area.source)
    let stream = try headers.read(.subject) { bytes in try StreamID(utf8: bytes) }
    guard let key else { throw MalformedRecord(problem: "no key") }
    guard key.equals(stream.description.utf8.span) else {
      throw MalformedRecord(problem: "key differs from ce_subject")
    }
    guard let value, !value.isEmpty else { throw MalformedRecord(problem: "no body") }
    let envelope = EventEnvelope(
      stream: stream,
      sequence: try headers.number(.sequence),
      type: try eventType(in: headers, of: topic.area),
      dataVersion: try headers.number(.dataVersion),
      area: topic.area,
      time: try headers.read(.time) { bytes in try Instant(utf8: bytes) },
      actor: try headers.read(.actor) { bytes in try ActorContext(utf8: bytes) },
      trace: try trace(in: headers),
      payload: value)
    if try headers.isJoined(.id, of: .subject, "@", .sequence) { return envelope }
    try headers.require(.id, toBe: envelope.id)
    return envelope
  }

  private static func eventType(
    in headers: IncomingHeaders, of area: ServiceArea
  ) throws(MalformedRecord) -> EventType {
    let prefix = "review." + area.rawValue + "."
    let name = try headers.text(.type) { bytes in
      let own = prefix.utf8.count
      return bytes.count > own && bytes.extracting(first: own).equals(prefix.utf8.span)
        && isSpelled(bytes.extracting(droppingFirst: own))
    }
    return EventType(name)
  }

  /// Whether the own part of a type is made of lower-case letters, digits and dashes.
  private static func isSpelled(_ bytes: Span<UInt8>) -> Bool {
    bytes.indices.allSatisfy { index in
      switch bytes[index] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "-"):
        true
      default: false
      }
    }
  }

  private static func trace(in headers: IncomingHeaders) throws(MalformedRecord) -> TraceContext {
    TraceContext(
      correlationID: try headers.text(.correlationID, if: isLabel),
      causationID: try headers.text(.causationID, if: isLabel),
      // An event is never refused for its trace: a broken one starts anew, as W3C asks.
      traceparent: headers.lenientText(.traceparent, if: isTraceparent))
  }

  /// A short text for people and logs, without control characters.
  private static func isLabel(_ bytes: Span<UInt8>) -> Bool {
    bytes.count >= 1 && bytes.count <= TraceContext.lengthMax
      && bytes.indices.allSatisfy { bytes[$0] >= 0x20 && bytes[$0] != 0x7F }
  }

  /// W3C trace context: `<version>-<trace id>-<parent id>-<flags>` in lower-case hexadecimal.
  private static func isTraceparent(_ bytes: Span<UInt8>) -> Bool {
    guard bytes.count == 55, [2, 35, 52].allSatisfy({ bytes[$0] == UInt8(ascii: "-") }) else {
      return false
    }
    let (version, traceID) = (0..<2, 3..<35)
    let (parentID, flags) = (36..<52, 53..<55)
    let isHexadecimal = [version, traceID, parentID, flags].allSatisfy { part in
      part.allSatisfy { isHexadecimalDigit(bytes[$0]) }
    }
    let isNotZero = [traceID, parentID].allSatisfy { part in
      part.contains { bytes[$0] != UInt8(ascii: "0") }
    }
    return isHexadecimal && isNotZero && !version.allSatisfy { bytes[$0] == UInt8(ascii: "f") }
  }

  private static func isHexadecimalDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
    default: false
    }
  }
}
