import Foundation
import Logging
import Synchronization
import Testing

@testable import Telemetry

@Suite struct `A line of the log` {
  private func lines(_ write: (Logger) -> Void, level: Logger.Level = .info) -> [String] {
    let written = Lines()
    var logger = Logger(label: "test") { label in
      JSONLogHandler(label: label, level: level, write: written.append)
    }
    logger[metadataKey: "service"] = "intake"
    write(logger)
    return written.all
  }

  private func object(_ line: String) throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
    return try #require(value as? [String: Any])
  }

  @Test func `is one JSON object, whatever stands in it`() throws {
    let nasty = "a\"b\\c\nd\te\u{1}\u{2028}Đảng"
    let line = try #require(
      lines { $0.info("\(nasty)", metadata: ["\(nasty)": "\(nasty)"]) }.first)
    #expect(line.hasSuffix("}\n"))
    #expect(line.count { $0.isNewline } == 1)
    let object = try object(line)
    #expect(object["message"] as? String == nasty)
    #expect(object[nasty] as? String == nasty)
    #expect(object["service"] as? String == "intake")
    #expect(object["level"] as? String == "info")
  }

  @Test func `keeps numbers as numbers and nests`() throws {
    let line = try #require(
      lines {
        $0.info(
          "x",
          metadata: [
            "n": .stringConvertible(7), "list": ["a", "b"],
            "inner": ["k": .stringConvertible(true)],
          ])
      }.first)
    let object = try object(line)
    #expect(object["n"] as? Int == 7)
    #expect(object["list"] as? [String] == ["a", "b"])
    #expect((object["inner"] as? [String: Any])?["k"] as? Bool == true)
  }

  @Test func `never lets metadata take the place of the message`() throws {
    let line = try #require(lines { $0.info("real", metadata: ["message": "fake"]) }.first)
    #expect(try object(line)["message"] as? String == "real")
  }

  @Test func `below the level is not written`() {
    #expect(lines({ $0.debug("quiet") }).isEmpty)
    #expect(lines({ $0.debug("loud") }, level: .debug).count == 1)
  }

  @Test func `is bounded`() throws {
    let line = try #require(lines { $0.info("\(String(repeating: "x", count: 100_000))") }.first)
    #expect(line.utf8.count < 9_000)
  }

  @Test func `says of an error only its kind`() throws {
    struct Told: Error { let secret = "Nguyễn Văn A" }
    let line = try #require(lines { $0.error("failed", error: Told()) }.first)
    #expect(!line.contains("Nguyễn"))
    #expect(line.contains("Told"))
  }
}

private final class Lines: Sendable {
  private let state = Mutex<[String]>([])
  var all: [String] { state.withLock { $0 } }
  @Sendable func append(_ line: String) { state.withLock { $0.append(line) } }
}
