import ReviewEvents
import Testing

/// Streams, actors and moments are read byte by byte.
///
/// Beside them stand readers that go character by character, as a person would write them, and
/// both must say the same of every text.
@Suite struct `Read byte by byte` {
  @Test(arguments: ["case/C1", "report/2021.u-U1", "repair/intake", "rating/\(Hostile.longest)"])
  func `a stream is what it is character by character`(_ written: String) {
    for text in Hostile.variants(of: written) {
      let expected = Plain.isStream(text) ? text : nil
      #expect((try? StreamID(text))?.description == expected, "\(text)")
      #expect((try? StreamID(utf8: text.utf8.span))?.description == expected, "\(text)")
    }
  }

  @Test(arguments: [
    "person/P1", "service/case", "person/P1;on-behalf-of=unit/U1",
    "unit/\(Hostile.longest);on-behalf-of=service/notification",
  ])
  func `who acts is who he is character by character`(_ written: String) {
    for text in Hostile.variants(of: written) {
      let expected = Plain.actor(text)
      #expect((try? ActorContext(text))?.description == expected, "\(text)")
      #expect((try? ActorContext(utf8: text.utf8.span))?.description == expected, "\(text)")
    }
  }

  @Test(arguments: [
    "2021-12-09 17:00:00.123+00", "2024-02-29 23:59:59+00", "0001-01-01 00:00:00.123456+00",
  ])
  func `a moment of PostgreSQL is what it is character by character`(_ written: String) {
    for text in Hostile.variants(of: written) {
      let moment = try? Instant(timestampInUTC: text.utf8.span)
      #expect(moment == Plain.timestamp(text), "\(text)")
    }
  }

  @Test(arguments: ["2021-12-09T17:00:00.123Z", "2024-02-29T23:59:59+07:00"])
  func `a moment in RFC 3339 is the same from bytes`(_ written: String) {
    for text in Hostile.variants(of: written) {
      let moment = try? Instant(utf8: text.utf8.span)
      #expect(moment == (try? Instant(text)), "\(text)")
      if let moment { #expect(text.utf8.count <= 35 && moment.description.hasSuffix("Z")) }
    }
  }

  @Test func `bytes that are no text are never read`() {
    for bytes: [UInt8] in [[0xFF], [0xC3, 0x28], [0xED, 0xA0, 0x80], [0xF0, 0x9F]] {
      let stream = Array("case/C1".utf8) + bytes
      let kind = Array("ca".utf8) + bytes + Array("se/C1".utf8)
      let actor = Array("person/P1;on-behalf-of".utf8) + bytes + Array("=unit/U1".utf8)
      #expect(throws: MalformedIdentifier.self) { try StreamID(utf8: stream.span) }
      #expect(throws: MalformedIdentifier.self) { try StreamID(utf8: kind.span) }
      #expect(throws: MalformedIdentifier.self) { try ActorContext(utf8: stream.span) }
      #expect(throws: MalformedIdentifier.self) { try ActorContext(utf8: actor.span) }
      #expect(throws: MalformedInstant.self) { try Instant(utf8: bytes.span) }
      #expect(throws: MalformedInstant.self) { try Instant(timestampInUTC: bytes.span) }
    }
  }
}

@Suite struct `Written byte by byte` {
  @Test(arguments: [
    (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
    (1_639_069_200_007, "2021-12-09T17:00:00.007Z"),
    (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
    (253_402_300_800_000, "10000-01-01T00:00:00.000Z"),
    (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
    (-62_167_219_200_001, "00-1-12-31T23:59:59.999Z"),
  ])
  func `a moment has all its digits`(_ milliseconds: Int64, _ text: String) {
    #expect(Instant(milliseconds: milliseconds).description == text)
    var bytes = Array("at ".utf8)
    Instant(milliseconds: milliseconds).appendDescription(to: &bytes)
    #expect(bytes == Array("at \(text)".utf8))
  }

  @Test(arguments: [1, 9, 1_000_000, Int64.max])
  func `an event has its own id`(_ sequence: Int64) throws {
    let event = EventEnvelope(
      stream: try StreamID("case/C1"), sequence: sequence, type: "review.case.case-proposed",
      dataVersion: 1, area: .case, time: Instant(milliseconds: 0),
      actor: ActorContext(actor: .service(.case)),
      trace: TraceContext(correlationID: "a", causationID: "b"), payload: [])
    var bytes: [UInt8] = []
    event.appendID(to: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == event.id)
    #expect(event.id == "case/C1@\(sequence)")
  }

  @Test(arguments: ServiceArea.allCases) func `an area names its topic and source`(
    _ area: ServiceArea
  ) {
    #expect(area.topic.name == "review.\(area.rawValue).v1")
    #expect(area.source == "/review/\(area.rawValue)")
    #expect(Topic(name: area.topic.name) == area.topic)
  }
}

/// Texts that are nearly what is wanted.
private enum Hostile {
  static let longest = String(repeating: "x", count: 160)
  private static let strange = [
    "", " ", "/", "//", ";", ";;", "=", "@", "+", "-", "0", "A", "T", "Z", "\u{0}", "\n", "\r\n",
    "é", "Đ", "\u{301}", "\u{212A}", "\u{37E}", "０", "ａ", "\u{202E}", "\u{FFFD}", "😀",
    "on-behalf-of=",
  ]

  /// `text`, and `text` with something strange before, behind or instead of each character, and
  /// each beginning and end of it.
  static func variants(of text: String) -> Set<String> {
    var variants: Set<String> = [text, text + text, text.uppercased(), "x" + longest, ""]
    for place in text.unicodeScalars.indices {
      let before = String(text.unicodeScalars[..<place])
      let behind = String(text.unicodeScalars[place...])
      let next = String(behind.unicodeScalars.dropFirst())
      variants.formUnion([before, behind])
      for strange in strange {
        variants.formUnion([before + strange + behind, before + strange + next])
      }
    }
    variants.formUnion(strange.map { text + $0 })
    return variants
  }
}

/// The same readers, character by character.
private enum Plain {
  private static func isIdentifier(_ text: Substring) -> Bool {
    (1...160).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
        default: false
        }
      }
  }

  private static func halves(of text: String, at separator: Unicode.Scalar) -> (
    before: Substring, behind: Substring
  )? {
    guard let place = text.unicodeScalars.firstIndex(of: separator) else { return nil }
    return (text[..<place], text[text.unicodeScalars.index(after: place)...])
  }

  static func isStream(_ text: String) -> Bool {
    guard let (kind, id) = halves(of: text, at: "/") else { return false }
    return StreamKind(rawValue: String(kind)) != nil && isIdentifier(id)
  }

  static func actor(_ text: String) -> String? {
    guard let (actor, rest) = halves(of: text, at: ";") else { return isActor(text) ? text : nil }
    let marker = "on-behalf-of="
    guard rest.hasPrefix(marker) else { return nil }
    let principal = String(rest.dropFirst(marker.count))
    guard isActor(String(actor)), isActor(principal) else { return nil }
    return principal == actor ? principal : text
  }

  private static func isActor(_ text: String) -> Bool {
    guard let (kind, id) = halves(of: text, at: "/") else { return false }
    switch String(kind) {
    case "person", "unit": return isIdentifier(id)
    case "service": return ServiceArea(rawValue: String(id)) != nil
    default: return false
    }
  }

  static func timestamp(_ text: String) -> Instant? {
    let parts = text.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[1].hasSuffix("+00") else { return nil }
    return try? Instant("\(parts[0])T\(parts[1].dropLast(3))Z")
  }
}
