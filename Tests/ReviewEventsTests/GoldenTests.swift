import Foundation
import ReviewEvents
import Testing

/// The bytes that were published once and must be readable for ever.
///
/// A golden file never changes and is never written by a test.
@Suite struct `What was ever published` {
  static let catalogue = EventCatalogue.all.map { GoldenType($0) }

  @Test(arguments: catalogue)
  func `has a golden file for every version`(_ golden: GoldenType) {
    for version in 1...golden.type.version {
      let file = Golden.file(golden.type.type, version)
      #expect(
        FileManager.default.fileExists(atPath: file.path()),
        "\(file.lastPathComponent) is missing: write it by hand before \(golden) is published")
    }
  }

  @Test(arguments: catalogue)
  func `can be read in every version`(_ golden: GoldenType) throws {
    for version in 1...golden.type.version {
      _ = try Golden.decodeAndEncode(golden.type, Golden.bytes(golden.type.type, version), version)
    }
  }

  @Test(arguments: catalogue)
  func `is written with the same bytes today`(_ golden: GoldenType) throws {
    let version = golden.type.version
    let bytes = try Golden.bytes(golden.type.type, version)
    let written = try Golden.decodeAndEncode(golden.type, bytes, version)
    #expect(String(decoding: written, as: UTF8.self) == String(decoding: bytes, as: UTF8.self))
  }

  @Test func `is all known to this build`() throws {
    let known = Set(
      EventCatalogue.all.flatMap { type in
        (1...type.version).map { Golden.file(type.type, $0).lastPathComponent }
      })
    let files = try FileManager.default.contentsOfDirectory(atPath: Golden.folder.path())
    #expect(Set(files).subtracting(known).isEmpty)
  }

  @Test func `reaches the newest version by a chain without gaps`() {
    for type in EventCatalogue.all {
      #expect(
        EventCatalogue.upcasters.unreachable(type.type, newest: type.version).isEmpty,
        "\(type.type)")
    }
  }
}

@Suite struct `The catalogue` {
  @Test func `names every type once`() {
    let names = EventCatalogue.all.map { $0.type }
    #expect(Set(names).count == names.count)
  }

  @Test(arguments: ServiceArea.allCases)
  func `names types by their area, in lower case, with a past participle`(_ area: ServiceArea) {
    for type in EventCatalogue.types(of: area) {
      #expect(type.name.wholeMatch(of: /review\.[a-z]+\.[a-z]+(-[a-z]+)+/) != nil, "\(type)")
      #expect(type.name.hasPrefix("review.\(area.rawValue)."), "\(type)")
    }
  }

  @Test(arguments: ServiceArea.allCases)
  func `gives every area a way to ask for repair`(_ area: ServiceArea) {
    let wishes = EventCatalogue.events(of: area).filter { $0 is any RepublishRequest.Type }
    #expect(wishes.map { $0.type } == [EventType("review.\(area.rawValue).republish-requested")])
  }
}

/// A type as an argument of a test, shown by its name.
struct GoldenType: Sendable, CustomTestStringConvertible {
  let type: any ReviewEvent.Type
  init(_ type: any ReviewEvent.Type) { self.type = type }
  var testDescription: String { "\(type.type)" }
}

enum Golden {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Golden", directoryHint: .isDirectory)

  static func file(_ type: EventType, _ version: Int) -> URL {
    folder.appending(path: "\(type.name).v\(version).json")
  }

  static func bytes(_ type: EventType, _ version: Int) throws -> [UInt8] {
    Array(try Data(contentsOf: file(type, version)))
  }

  static func decodeAndEncode(
    _ type: any ReviewEvent.Type, _ payload: [UInt8], _ version: Int
  ) throws -> [UInt8] {
    try decode(type, payload, version)
  }

  private static func decode<Event: ReviewEvent>(
    _ type: Event.Type, _ payload: [UInt8], _ version: Int
  ) throws -> [UInt8] {
    let envelope = try Sample.envelope(Event.type, version: version, payload: payload)
    return EventCodec.encode(try EventCodec.decode(Event.self, from: envelope))
  }
}

enum Sample {
  static func envelope(
    _ type: EventType, version: Int = 1, payload: [UInt8]
  ) throws -> EventEnvelope {
    EventEnvelope(
      stream: try StreamID("report/R1"), sequence: 7, type: type, dataVersion: version,
      area: .intake, time: Instant(milliseconds: 0),
      actor: ActorContext(actor: .service(.intake)),
      trace: TraceContext(correlationID: "c", causationID: "d"), payload: payload)
  }
}
