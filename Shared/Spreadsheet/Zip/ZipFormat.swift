/// The parts of ZIP that are needed here (APPNOTE 6.3.10, chapter 4.3).
enum ZipFormat {
  static let localSignature: UInt32 = 0x0403_4B50
  static let centralSignature: UInt32 = 0x0201_4B50
  static let endSignature: UInt32 = 0x0605_4B50
  static let zip64LocatorSignature: UInt32 = 0x0706_4B50
  static let localBytes = 30
  static let centralBytes = 46
  static let endBytes = 22
  static let zip64LocatorBytes = 20
  static let commentBytesMax = 65_535
  static let methodStored = 0
  static let methodDeflated = 8
  /// Encrypted (bits 0, 6), or with a hidden directory (bit 13).
  static let encryptionFlags = 0x2041
  /// Checksum and sizes stand behind the data; the directory has them as well.
  static let descriptorFlag = 0x0008
  /// Names are UTF-8.
  static let unicodeFlag = 0x0800
}

extension [UInt8] {
  /// Two bytes, the lowest first; `nil` behind the end.
  func number16(at place: Int) -> Int? {
    guard place >= 0, place + 2 <= count else { return nil }
    return Int(self[place]) | Int(self[place + 1]) << 8
  }

  /// Four bytes, the lowest first; `nil` behind the end.
  func number32(at place: Int) -> Int? {
    guard let low = number16(at: place), let high = number16(at: place + 2) else { return nil }
    return low | high << 16
  }

  /// Whether these four bytes stand there.
  func has(_ signature: UInt32, at place: Int) -> Bool {
    number32(at: place) == Int(signature)
  }

  mutating func append16(_ number: Int) {
    append(UInt8(truncatingIfNeeded: number))
    append(UInt8(truncatingIfNeeded: number >> 8))
  }

  mutating func append32(_ number: Int) {
    append16(number)
    append16(number >> 16)
  }
}
