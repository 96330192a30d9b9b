/// A JSON text as it was read: numbers as written, members in their order.
indirect enum JSONValue: Sendable, Hashable {
  case null
  case boolean(Bool)
  case number(String)
  case text(String)
  case list([JSONValue])
  case object([Member])

  struct Member: Sendable, Hashable {
    let name: String
    let value: JSONValue
  }
}

/// A place inside a JSON text: `matters[2].text`.
struct JSONPath: Sendable, Hashable {
  private(set) var text = ""

  /// The longest part of a name that is repeated to the client.
  static let nameMax = 64

  func member(_ name: String) -> JSONPath {
    let shown = String(
      String.UnicodeScalarView(
        name.unicodeScalars.prefix(Self.nameMax).map { $0.isControl ? "\u{FFFD}" : $0 }))
    return JSONPath(text: text.isEmpty ? shown : "\(text).\(shown)")
  }

  func item(_ index: Int) -> JSONPath { JSONPath(text: "\(text)[\(index)]") }
}

extension Unicode.Scalar {
  /// C0, DEL and C1.
  var isControl: Bool { value < 0x20 || (0x7F...0x9F).contains(value) }
}
