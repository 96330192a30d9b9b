import EventStream
import Foundation
import ReviewEvents
import TestSupport
import Testing

@testable import ServiceRuntime

@Suite struct `A line of a log` {
  private static func logged(_ correlation: String, traceparent: String? = nil) -> LoggedEvent {
    var event = Samples.envelope(
      ReportDrafted(reportID: Samples.id("R1"), contentHash: "Đảng bộ \"x\"/\\"),
      in: Samples.stream("report/R1"), at: 7)
    event.trace = TraceContext(
      correlationID: correlation, causationID: "case/C1@2", traceparent: traceparent)
    return LoggedEvent(position: 9_007_199_254_740_993, event: event)
  }

  /// The members before the payload, as a decoder reads them.
  private static func decoded(_ head: ArraySlice<UInt8>) -> [String: Any]? {
    let text = Data(head.dropLast()) + Data("}".utf8)
    return (try? JSONSerialization.jsonObject(with: text)) as? [String: Any]
  }

  @Test(arguments: [
    "request-1", "", "\"", "\\", "a/b", "\u{0}\u{1F}\u{7F}", "\n\t\r\u{8}\u{C}", "Đảng bộ 📕",
    "e\u{301}", "\u{2028}", "payload", "\",\"payload\":{",
  ]) func `is JSON that says what the event says`(_ text: String) throws {
    let event = Self.logged(text, traceparent: "00-1-2-03")
    let bytes = EventLogLines.write([event, Self.logged(text)])
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    #expect(lines.count == 2 && bytes.last == UInt8(ascii: "\n"))
    let members = try #require(
      try JSONSerialization.jsonObject(with: Data(lines[0])) as? [String: Any])
    #expect(
      members.keys.sorted() == [
        "actor", "causationId", "correlationId", "dataVersion", "id", "payload", "position",
        "sequence", "source", "stream", "time", "traceparent", "type",
      ])
    #expect(
      (members["correlationId"] as? String)?.unicodeScalars.elementsEqual(text.unicodeScalars)
        == true)
    #expect((members["position"] as? NSNumber)?.int64Value == event.position)
    #expect(members["time"] as? String == event.event.time.description)
    #expect(try JSONSerialization.jsonObject(with: Data(lines[1])) is [String: Any])
    // What holds no escapes is read without a decoder, to the same effect.
    guard let flat = FlatLine(lines[0]) else { return #expect(lines[0].contains(0x5C)) }
    #expect(try flat.text("correlationId") == text)
    #expect(try flat.number("position") == event.position)
    #expect(try flat.optionalText("traceparent") == "00-1-2-03")
    #expect(try flat.optionalText("elsewhere") == nil)
    #expect(Array(flat.payload) == event.event.payload)
  }

  @Test func `reads as a decoder reads it, or not at all, however it is broken`() throws {
    var generator = SplitMix64(seed: 20_211_210)
    let good = Array(EventLogLines.write([Self.logged("r", traceparent: "t")]).dropLast())
    let telling = Array("{}[]\":,\\0129-+.eu tfn\u{1F}".utf8) + [0x00, 0x80, 0xC3, 0xFF]
    var read = 0
    for _ in 0..<20_000 {
      var bytes = good
      for _ in 0..<Int.random(in: 1...2, using: &generator) {
        let place = Int.random(in: 0..<bytes.count - 1, using: &generator)
        let byte = telling[Int.random(in: 0..<telling.count, using: &generator)]
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes[place] = byte
        case 1: bytes.insert(byte, at: place)
        default: bytes.remove(at: place)
        }
      }
      guard let flat = FlatLine(bytes[...]) else { continue }
      read += 1
      let head = bytes[..<(flat.payload.startIndex - "\"payload\":".utf8.count)]
      let members = try #require(Self.decoded(head), "\(String(decoding: bytes, as: UTF8.self))")
      for name in ["actor", "correlationId", "id", "source", "stream", "time", "type"] {
        #expect((try? flat.text(name)) == members[name] as? String)
      }
      for name in ["dataVersion", "position", "sequence"] {
        #expect((try? flat.number(name) as Int64) == (members[name] as? NSNumber)?.int64Value)
      }
    }
    #expect(read > 1_000)
  }
}
