internal import EventStream
internal import ReviewEvents

/// A header as it stands on the wire.
struct HeaderField: Hashable, Sendable {
  var name: String
  /// `nil` for a header without a value, which is not the same as an empty one.
  var value: [UInt8]?

  init(_ name: String, _ value: [UInt8]?) {
    self.name = name
    self.value = value
  }
  init(_ name: String, _ value: String) { self.init(name, Array(value.utf8)) }
}

/// The names of the headers this system reads and writes (`docs/reference/wire.md`).
enum HeaderName: String, CaseIterable, Sendable {
  case specVersion = "ce_specversion"
  case id = "ce_id"
  case type = "ce_type"
  case source = "ce_source"
  case subject = "ce_subject"
  case time = "ce_time"
  case sequence = "ce_sequence"
  case dataVersion = "ce_dataversion"
  case actor = "ce_actor"
  case contentType = "content-type"
  case correlationID = "correlationid"
  case causationID = "causationid"
  case traceparent
  case republished
}

/// Turns events into headers and back, without a broker.
enum EnvelopeHeaders {
  /// More headers than this make a record malformed, whatever they are.
  static let headersMax = 64
  /// The longest value of a header, in bytes.
  static let valueBytesMax = 512
  static let specVersion = "1.0"
  static let contentType = "application/json"

  /// The headers of a record to publish; the key is the stream, the body the payload.
  static func fields(of record: OutgoingRecord) -> [(HeaderName, String)] {
    let event = record.event
    var fields: [(HeaderName, String)] = [
      (.specVersion, specVersion), (.id, event.id), (.type, event.type.name),
      (.source, event.area.source), (.subject, event.stream.description),
      (.time, event.time.description), (.sequence, String(event.sequence)),
      (.dataVersion, String(event.dataVersion)), (.actor, event.actor.description),
      (.contentType, contentType), (.correlationID, event.trace.correlationID),
      (.causationID, event.trace.causationID),
    ]
    if let traceparent = event.trace.traceparent { fields.append((.traceparent, traceparent)) }
    if record.isRepublished { fields.append((.republished, "true")) }
    return fields
  }

  /// The event of a record, or why it is none.
  static func event(
    topic: Topic, key: [UInt8]?, headers: [HeaderField], value: [UInt8]?
  ) -> Result<EventEnvelope, MalformedRecord> {
    Result { () throws(MalformedRecord) in
      try event(from: try HeaderValues(headers), topic: topic, key: key, value: value)
    }
  }

  private static func event(
    from headers: HeaderValues, topic: Topic, key: [UInt8]?, value: [UInt8]?
  ) throws(MalformedRecord) -> EventEnvelope {
    try headers.require(.specVersion, toBe: specVersion)
    try headers.require(.contentType, toBe: contentType)
    try headers.require(.source, toBe: topic.area.source)
    let stream = try headers.read(.subject) { text in try StreamID(text) }
    guard let key else { throw MalformedRecord(problem: "no key") }
    guard key.elementsEqual(stream.description.utf8) else {
      throw MalformedRecord(problem: "key differs from ce_subject")
    }
    guard let value, !value.isEmpty else { throw MalformedRecord(problem: "no body") }
    let envelope = EventEnvelope(
      stream: stream,
      sequence: try headers.number(.sequence),
      type: try eventType(in: headers, of: topic.area),
      dataVersion: try headers.number(.dataVersion),
      area: topic.area,
      time: try headers.read(.time) { text in try Instant(text) },
      actor: try headers.read(.actor) { text in try ActorContext(text) },
      trace: try trace(in: headers),
      payload: value)
    try headers.require(.id, toBe: envelope.id)
    return envelope
  }

  private static func eventType(
    in headers: HeaderValues, of area: ServiceArea
  ) throws(MalformedRecord) -> EventType {
    let name = try headers.text(.type)
    let prefix = "review." + area.rawValue + "."
    let isSpelled = name.utf8.dropFirst(prefix.utf8.count).allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
    }
    guard name.hasPrefix(prefix), name.utf8.count > prefix.utf8.count, isSpelled else {
      throw MalformedRecord(problem: "ce_type is malformed")
    }
    return EventType(name)
  }

  private static func trace(in headers: HeaderValues) throws(MalformedRecord) -> TraceContext {
    TraceContext(
      correlationID: try headers.label(.correlationID),
      causationID: try headers.label(.causationID),
      // An event is never refused for its trace: a broken one starts anew, as W3C asks.
      traceparent: headers.lenientText(.traceparent).flatMap { isTraceparent($0) ? $0 : nil })
  }

  /// W3C trace context: `<version>-<trace id>-<parent id>-<flags>` in lower-case hexadecimal.
  private static func isTraceparent(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.count == 55 else { return false }
    let parts = [bytes[..<2], bytes[3..<35], bytes[36..<52], bytes[53...]]
    let isHexadecimal = parts.joined().allSatisfy { byte in
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
    let isDivided = [2, 35, 52].allSatisfy { bytes[$0] == UInt8(ascii: "-") }
    let isNotZero = parts[1...2].allSatisfy { part in part.contains { $0 != UInt8(ascii: "0") } }
    return isDivided && isHexadecimal && isNotZero && !parts[0].elementsEqual("ff".utf8)
  }
}

/// The known headers of one record, each at most once.
private struct HeaderValues {
  /// A few short names: looking through them is faster than hashing them.
  private let fields: [HeaderField]

  init(_ fields: [HeaderField]) throws(MalformedRecord) {
    guard fields.count <= EnvelopeHeaders.headersMax else {
      throw MalformedRecord(problem: "too many headers")
    }
    self.fields = fields
  }

  private func bytes(_ name: HeaderName) throws(MalformedRecord) -> [UInt8] {
    let text = name.rawValue
    guard let place = fields.firstIndex(where: { $0.name == text }) else {
      throw MalformedRecord(problem: "\(text) is missing")
    }
    guard !fields[(place + 1)...].contains(where: { $0.name == text }) else {
      throw MalformedRecord(problem: "\(text) stands more than once")
    }
    guard let bytes = fields[place].value else {
      throw MalformedRecord(problem: "\(text) has no value")
    }
    guard bytes.count <= EnvelopeHeaders.valueBytesMax else {
      throw MalformedRecord(problem: "\(text) is too long")
    }
    return bytes
  }

  func text(_ name: HeaderName) throws(MalformedRecord) -> String {
    guard let text = String(validating: try bytes(name), as: UTF8.self) else {
      throw MalformedRecord(problem: "\(name.rawValue) is not UTF-8")
    }
    return text
  }

  /// The text of a header that may be missing or broken without harm.
  func lenientText(_ name: HeaderName) -> String? {
    do { return try text(name) } catch { return nil }
  }

  func require(_ name: HeaderName, toBe expected: String) throws(MalformedRecord) {
    if try bytes(name).elementsEqual(expected.utf8) { return }
    guard try text(name) == expected else {
      throw MalformedRecord(problem: "\(name.rawValue) is not the expected one")
    }
  }

  func read<Value>(_ name: HeaderName, _ read: (String) throws -> Value) throws(MalformedRecord)
    -> Value
  {
    let text = try text(name)
    do { return try read(text) } catch {
      throw MalformedRecord(problem: "\(name.rawValue) is malformed")
    }
  }

  /// A whole number from 1, in its one spelling.
  func number<Number: FixedWidthInteger>(_ name: HeaderName) throws(MalformedRecord) -> Number {
    let text = try text(name)
    guard let number = Number(text), number >= 1, String(number) == text else {
      throw MalformedRecord(problem: "\(name.rawValue) is no number from 1")
    }
    return number
  }

  /// A short text for people and logs, without control characters.
  func label(_ name: HeaderName) throws(MalformedRecord) -> String {
    let text = try text(name)
    guard (1...TraceContext.lengthMax).contains(text.utf8.count),
      text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
    else { throw MalformedRecord(problem: "\(name.rawValue) is malformed") }
    return text
  }
}
