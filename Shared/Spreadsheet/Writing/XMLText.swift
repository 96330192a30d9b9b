/// Text as it stands in XML.
enum XMLText {
  /// `text` with the characters replaced that mean something in elements and attributes.
  static func escaped(_ text: String) -> String {
    var target: [UInt8] = []
    target.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "&"): target += "&amp;".utf8
      case UInt8(ascii: "<"): target += "&lt;".utf8
      case UInt8(ascii: ">"): target += "&gt;".utf8
      case UInt8(ascii: "\""): target += "&quot;".utf8
      default: target.append(byte)
      }
    }
    return String(decoding: target, as: UTF8.self)
  }
}
