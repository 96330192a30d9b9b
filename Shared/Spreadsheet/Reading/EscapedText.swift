/// Characters that XML cannot hold, as workbooks write them: `_x0007_` (ECMA-376 part 1, 22.9.2.19).
enum EscapedText {
  private static let bytes = 7

  /// The text that is meant.
  static func read(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "_")) else { return text }
    let source = Array(text.utf8)
    var target: [UInt8] = []
    target.reserveCapacity(source.count)
    var place = 0
    while place < source.count {
      // Half a pair stays as it is written.
      if let unit = unit(source, at: place), let scalar = Unicode.Scalar(unit) {
        target += String(Character(scalar)).utf8
        place += bytes
      } else {
        target.append(source[place])
        place += 1
      }
    }
    return String(decoding: target, as: UTF8.self)
  }

  /// The text as it is written.
  static func write(_ text: String) -> String {
    let source = Array(text.utf8)
    var target: [UInt8] = []
    target.reserveCapacity(source.count)
    for (place, byte) in source.enumerated() {
      switch byte {
      case 0..<0x20 where byte != 0x09 && byte != 0x0A: target += escape(byte)
      // The last `_` may be the first of the next such character.
      case UInt8(ascii: "_") where digits(source, at: place) != nil: target += escape(byte)
      default: target.append(byte)
      }
    }
    return String(decoding: target, as: UTF8.self)
  }

  private static func escape(_ byte: UInt8) -> [UInt8] {
    let digits = Array("0123456789ABCDEF".utf8)
    return Array("_x00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      + [UInt8(ascii: "_")]
  }

  /// The code unit that is written at `place`, if one is.
  private static func unit(_ text: [UInt8], at place: Int) -> UInt16? {
    guard place + bytes <= text.count, text[place + 6] == UInt8(ascii: "_") else { return nil }
    return digits(text, at: place)
  }

  /// The code unit whose `_x` and digits stand at `place`.
  private static func digits(_ text: [UInt8], at place: Int) -> UInt16? {
    guard place + bytes - 1 <= text.count, text[place] == UInt8(ascii: "_"),
      text[place + 1] == UInt8(ascii: "x")
    else { return nil }
    var unit: UInt16 = 0
    for byte in text[place + 2..<place + 6] {
      guard byte < 0x80, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        return nil
      }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }
}
