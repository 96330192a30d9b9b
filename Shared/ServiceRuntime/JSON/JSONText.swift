internal import FoundationEssentials

/// How answers are written: members in order of name, slashes not escaped.
package enum JSONText {
  package static let contentType = "application/json; charset=utf-8"
  static let problemContentType = "application/problem+json; charset=utf-8"

  package static func encode(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do { return Array(try encoder.encode(value)) } catch {
      preconditionFailure("answers hold strings, numbers and lists only: \(error)")
    }
  }

  /// One text with its quotes; many are written for a large body, so no encoder is made for each.
  static func quoted(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = [UInt8(ascii: "\"")]
    bytes.reserveCapacity(text.utf8.count + 2)
    // In most texts nothing has to be escaped.
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") })
    {
      bytes.append(contentsOf: text.utf8)
      bytes.append(UInt8(ascii: "\""))
      return bytes
    }
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0..<0x20:
        bytes.append(contentsOf: "\\u00".utf8)
        for digit in [byte >> 4, byte & 0xF] {
          bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
    return bytes
  }

  /// Reads a text that was checked before.
  package static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8])
    throws(Problem)
    -> Value
  {
    do { return try JSONDecoder().decode(Value.self, from: Data(bytes)) } catch {
      throw Problem.undecodable(error)
    }
  }
}
