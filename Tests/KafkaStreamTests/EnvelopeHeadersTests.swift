import EventStream
import ReviewEvents
import Testing

@testable import KafkaStream

@Suite struct `Headers of an event` {
  @Test(arguments: [false, true])
  func `an event comes back as it was sent`(isRepublished: Bool) throws {
    var event = try Sample.event(payload: Array("{\"text\":\"Đảng bộ\"}".utf8))
    #expect(try read(event, isRepublished: isRepublished).get() == event)
    event.trace.traceparent = nil
    #expect(try read(event, isRepublished: isRepublished).get() == event)
  }

  @Test func `only what is sent again says so`() throws {
    let event = try Sample.event()
    let first = Wire(event).headers
    let again = Wire(event, isRepublished: true).headers
    #expect(!first.contains { $0.name == "republished" })
    #expect(again.filter { $0.name == "republished" }.map(\.value) == [Array("true".utf8)])
  }

  @Test func `are written as the wire asks`() throws {
    let written = Wire(try Sample.event("case/C1", 12), isRepublished: true).headers
    #expect(
      written == [
        HeaderField("ce_specversion", "1.0"), HeaderField("ce_id", "case/C1@12"),
        HeaderField("ce_type", "review.case.case-proposed"),
        HeaderField("ce_source", "/review/case"), HeaderField("ce_subject", "case/C1"),
        HeaderField("ce_time", "2021-12-09T17:00:00.123Z"), HeaderField("ce_sequence", "12"),
        HeaderField("ce_dataversion", "2"),
        HeaderField("ce_actor", "person/P1;on-behalf-of=unit/U1"),
        HeaderField("content-type", "application/json"),
        HeaderField("correlationid", "request-1"), HeaderField("causationid", "case/C0@7"),
        HeaderField("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        HeaderField("republished", "true"),
      ])
  }

  @Test func `hold nothing of the record before`() throws {
    var other = try Sample.event("case/C2", Int64.max)
    other.actor = try ActorContext("service/notification")
    other.trace.traceparent = nil
    let events = [try Sample.event(), other, other, try Sample.event("case/C3", 3)]
    var headers = OutgoingHeaders()
    for event in events {
      headers.write(OutgoingRecord(event: event, isRepublished: false))
      #expect(Wire.fields(headers) == Wire(event).headers)
      #expect(try Wire(event).read().get() == event)
    }
  }

  @Test func `are understood in any order`() throws {
    let event = try Sample.event()
    var record = Wire(event)
    for _ in record.headers.indices {
      record.headers.append(record.headers.removeFirst())
      #expect(try record.read().get() == event)
    }
    record.headers.reverse()
    #expect(try record.read().get() == event)
  }

  @Test(arguments: [
    "", "0", "00", "01", "+1", "-1", "1 ", " 1", "1.0", "１", "1_000", "0x1", "9223372036854775808",
    "18446744073709551617", "99999999999999999999999999", "1\u{0}",
  ]) func `spell a number in one way only`(_ text: String) {
    #expect(Int64(from1: text.utf8.span) == nil)
  }

  @Test(arguments: [1, 9, 10, 12_345, Int64.max - 1, Int64.max])
  func `tell every number from 1`(_ number: Int64) {
    #expect(Int64(from1: String(number).utf8.span) == number)
    #expect(Int8(from1: String(number).utf8.span) == Int8(exactly: number))
  }

  @Test func `headers of others are left alone, even twice or broken`() throws {
    let event = try Sample.event()
    var record = Wire(event)
    record.headers += [
      HeaderField("X-Other", "1"), HeaderField("X-Other", nil), HeaderField("", [0xFF]),
      HeaderField("CE_ID", "case/C9@1"),
    ]
    #expect(try record.read().get() == event)
  }

  @Test(arguments: [
    [UInt8](), Array("00-xyz".utf8), [0xFF, 0xFE], Array(repeating: 0x30, count: 100_000),
    Array("00-00000000000000000000000000000000-b7ad6b7169203331-01".utf8),
    Array("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01".utf8),
    Array("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".utf8),
    Array("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01".utf8),
    Array("00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".utf8),
    Array("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g".utf8),
    Array("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-".utf8),
  ]) func `a broken trace starts anew and never costs the event`(_ value: [UInt8]) throws {
    var event = try Sample.event()
    var record = Wire(event)
    record.set("traceparent", value)
    event.trace.traceparent = nil
    #expect(try record.read().get() == event)
  }

  @Test(arguments: Hostile.all) func `is refused with its reason and without data`(
    _ hostile: Hostile
  ) throws {
    var record = Wire(try Sample.event())
    hostile.change(&record)
    #expect(record.read() == .failure(MalformedRecord(problem: hostile.problem)))
  }

  private func read(
    _ event: EventEnvelope, isRepublished: Bool
  ) -> Result<EventEnvelope, MalformedRecord> {
    Wire(event, isRepublished: isRepublished).read()
  }
}

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

/// A record as it stands on the wire.
struct Wire {
  var topic = Sample.topic
  var key: [UInt8]?
  var headers: [HeaderField]
  var value: [UInt8]?

  init(_ event: EventEnvelope, isRepublished: Bool = false) {
    key = Array(event.stream.description.utf8)
    value = event.payload
    var headers = OutgoingHeaders()
    headers.write(OutgoingRecord(event: event, isRepublished: isRepublished))
    self.headers = Self.fields(headers)
  }

  static func fields(_ headers: OutgoingHeaders) -> [HeaderField] {
    headers.fields.map { HeaderField($0.name.spelling, Array(headers.bytes[$0.value])) }
  }

  mutating func set(_ name: String, _ value: [UInt8]?) {
    headers = headers.map { $0.name == name ? HeaderField(name, value) : $0 }
  }

  mutating func set(_ name: String, _ value: String) { set(name, Array(value.utf8)) }

  mutating func remove(_ name: String) { headers.removeAll { $0.name == name } }

  func read() -> Result<EventEnvelope, MalformedRecord> {
    var known = IncomingHeaders()
    for header in headers {
      if let value = header.value {
        known.add(header.name.utf8.span, value.span)
      } else {
        known.add(header.name.utf8.span, nil)
      }
    }
    guard let key else {
      return EnvelopeHeaders.event(topic: topic, key: nil, headers: known, value: value)
    }
    return EnvelopeHeaders.event(topic: topic, key: key.span, headers: known, value: value)
  }
}

/// One thing that is wrong with a record.
struct Hostile: Sendable, CustomTestStringConvertible {
  let problem: String
  let testDescription: String
  let change: @Sendable (inout Wire) -> Void

  init(
    _ description: String, _ problem: String, _ change: @escaping @Sendable (inout Wire) -> Void
  ) {
    testDescription = description
    self.problem = problem
    self.change = change
  }

  static let required = [
    "ce_specversion", "ce_id", "ce_type", "ce_source", "ce_subject", "ce_time", "ce_sequence",
    "ce_dataversion", "ce_actor", "content-type", "correlationid", "causationid",
  ]

  static let all: [Hostile] =
    required.flatMap { name in
      [
        Hostile("without \(name)", "\(name) is missing") { $0.remove(name) },
        Hostile("\(name) without a value", "\(name) has no value") { $0.set(name, nil) },
        Hostile("\(name) twice", "\(name) stands more than once") { record in
          record.headers += record.headers.filter { $0.name == name }
        },
        Hostile("\(name) not in UTF-8", "\(name) is not UTF-8") { $0.set(name, [0xC3, 0x28]) },
        Hostile("\(name) over-long", "\(name) is too long") { record in
          record.set(name, Array(repeating: 0x31, count: EnvelopeHeaders.valueBytesMax + 1))
        },
      ]
    } + values + bodies

  static let values: [Hostile] = [
    Hostile("of another specification", "ce_specversion is not the expected one") {
      $0.set("ce_specversion", "1.1")
    },
    Hostile("of another content type", "content-type is not the expected one") {
      $0.set("content-type", "application/avro")
    },
    Hostile("of another area", "ce_source is not the expected one") {
      $0.set("ce_source", "/review/rating")
    },
    Hostile("on another topic", "ce_source is not the expected one") {
      $0.topic = ServiceArea.rating.topic
    },
    Hostile("with an id that is not derived", "ce_id is not the expected one") {
      $0.set("ce_id", "case/C1@2")
    },
    Hostile("with a type of another area", "ce_type is malformed") {
      $0.set("ce_type", "review.rating.rating-decided")
    },
    Hostile("with an oddly spelled type", "ce_type is malformed") {
      $0.set("ce_type", "review.case.CaseProposed")
    },
    Hostile("with a type that is only a prefix", "ce_type is malformed") {
      $0.set("ce_type", "review.case.")
    },
    Hostile("with an unknown kind of stream", "ce_subject is malformed") {
      $0.set("ce_subject", "folder/C1")
    },
    Hostile("with the sequence 0", "ce_sequence is no number from 1") {
      $0.set("ce_sequence", "0")
    },
    Hostile("with a leading zero", "ce_sequence is no number from 1") {
      $0.set("ce_sequence", "01")
    },
    Hostile("with a sign", "ce_sequence is no number from 1") { $0.set("ce_sequence", "+1") },
    Hostile("with a sequence out of range", "ce_sequence is no number from 1") {
      $0.set("ce_sequence", "9223372036854775808")
    },
    Hostile("with a version below 1", "ce_dataversion is no number from 1") {
      $0.set("ce_dataversion", "-1")
    },
    Hostile("with a number that is no text", "ce_sequence is not UTF-8") {
      $0.set("ce_sequence", [0x31, 0xFF])
    },
    Hostile("with an id that only begins alike", "ce_id is not the expected one") {
      $0.set("ce_id", "case/C1@11")
    },
    Hostile("with an id that is divided otherwise", "ce_id is not the expected one") {
      $0.set("ce_id", "case/C1#1")
    },
    Hostile("with a type that is only almost this area's", "ce_type is malformed") {
      $0.set("ce_type", "review.cases.case-proposed")
    },
    Hostile("with a type in other letters", "ce_type is malformed") {
      $0.set("ce_type", "review.case.đề-xuất")
    },
    Hostile("with an empty subject", "ce_subject is malformed") { $0.set("ce_subject", "") },
    Hostile("with an empty time", "ce_time is malformed") { $0.set("ce_time", "") },
    Hostile("with an empty actor", "ce_actor is malformed") { $0.set("ce_actor", "") },
    Hostile("with a day that is none", "ce_time is malformed") {
      $0.set("ce_time", "2021-02-30T00:00:00Z")
    },
    Hostile("by nobody", "ce_actor is malformed") { $0.set("ce_actor", "somebody") },
    Hostile("with a line break in a label", "correlationid is malformed") {
      $0.set("correlationid", "a\nb")
    },
    Hostile("with an empty label", "causationid is malformed") { $0.set("causationid", "") },
    Hostile("with a long label", "causationid is malformed") {
      $0.set("causationid", String(repeating: "x", count: TraceContext.lengthMax + 1))
    },
  ]

  static let bodies: [Hostile] = [
    Hostile("without a key", "no key") { $0.key = nil },
    Hostile("with another key", "key differs from ce_subject") { $0.key = Array("case/C2".utf8) },
    Hostile("with a key that only begins alike", "key differs from ce_subject") {
      $0.key = Array("case/C11".utf8)
    },
    Hostile("without a body", "no body") { $0.value = nil },
    Hostile("with an empty body", "no body") { $0.value = [] },
    Hostile("without headers", "ce_specversion is missing") { $0.headers = [] },
    Hostile("with more headers than anybody needs", "too many headers") { record in
      record.headers += (0...EnvelopeHeaders.headersMax).map { HeaderField("x-\($0)", "1") }
    },
  ]
}
