internal import FoundationEssentials
import Glibc
public import Logging

/// Writes each log entry as one JSON object on one line.
public struct JSONLogHandler: LogHandler {
  /// What every entry of this logger carries.
  public var metadata: Logger.Metadata = [:]
  /// Adds what the task at hand carries.
  public var metadataProvider: Logger.MetadataProvider?
  /// Entries below it are dropped.
  public var logLevel: Logger.Level
  private let label: String
  private let write: @Sendable (String) -> Void

  /// A handler whose lines go to `write`, each with its line break.
  public init(
    label: String, level: Logger.Level = .info,
    write: @escaping @Sendable (String) -> Void = JSONLogHandler.standardOutput
  ) {
    self.label = label
    logLevel = level
    self.write = write
  }

  /// One value that every entry of this logger carries.
  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Writes one line.
  public func log(event: LogEvent) {
    var values = metadata
    if let provided = metadataProvider?.get() { values.merge(provided) { _, new in new } }
    if let given = event.metadata { values.merge(given) { _, new in new } }
    // Only the type: what an error says of itself may hold what somebody typed.
    if let error = event.error { values["error"] = "\(type(of: error))" }
    var line = "{\"time\":\"\(Self.timestamp())\",\"level\":\"\(event.level.rawValue)\""
    line += ",\"logger\":\(LogText.quoted(label))"
    line += ",\"message\":\(LogText.quoted(event.message.description))"
    for (key, value) in values.sorted(by: { $0.key < $1.key }) {
      line += ",\(LogText.quoted(Self.reserved.contains(key) ? key + "_" : key)):"
      line += LogText.json(value)
    }
    write(line + "}\n")
  }

  private static let reserved: Set<String> = ["time", "level", "logger", "message"]

  private static func timestamp() -> String {
    Date.now.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }

  /// Writes to standard output at once: a killed process loses no line.
  @Sendable public static func standardOutput(_ line: String) {
    var rest = Array(line.utf8)[...]
    while !rest.isEmpty {
      let written = unsafe rest.withUnsafeBytes { bytes in
        unsafe Glibc.write(STDOUT_FILENO, bytes.baseAddress, bytes.count)
      }
      if written < 0 && errno == EINTR { continue }
      // A log that cannot be written stops nothing.
      if written <= 0 { return }
      rest = rest.dropFirst(written)
    }
  }
}

/// How values are written in JSON.
enum LogText {
  /// The longest text in a line, in bytes.
  static let textMax = 8_192

  static func json(_ value: Logger.MetadataValue) -> String {
    switch value {
    case .string(let text): quoted(text)
    case .stringConvertible(let value): number(value) ?? quoted(value.description)
    case .array(let items): "[\(items.map(json).joined(separator: ","))]"
    case .dictionary(let members):
      "{\(members.sorted { $0.key < $1.key }.map { "\(quoted($0)):\(json($1))" }.joined(separator: ","))}"
    }
  }

  private static func number(_ value: any CustomStringConvertible) -> String? {
    switch value {
    case let value as any BinaryInteger: value.description
    case let value as Bool: value.description
    case let value as Double where value.isFinite: value.description
    default: nil
    }
  }

  static func quoted(_ text: String) -> String {
    var result = "\""
    var bytes = 0
    for scalar in text.unicodeScalars {
      bytes += UTF8.width(scalar)
      guard bytes <= textMax else {
        result += "…"
        break
      }
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      // Line separators would break a line for some readers.
      case _ where scalar.value < 0x20 || scalar.value == 0x2028 || scalar.value == 0x2029:
        let hex = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
