/// The hash by which Kafka's clients choose a partition for a key.
enum Murmur2 {
  static func partition(of key: String, among count: Int32) -> Int32 {
    Int32(hash(Array(key.utf8)) & 0x7FFF_FFFF) % count
  }

  static func hash(_ bytes: [UInt8]) -> UInt32 {
    let multiplier: UInt32 = 0x5BD1_E995
    var hash: UInt32 = 0x9747_B28C ^ UInt32(truncatingIfNeeded: bytes.count)
    let whole = bytes.count & ~3
    for start in stride(from: 0, to: whole, by: 4) {
      var word =
        UInt32(bytes[start]) | UInt32(bytes[start + 1]) << 8 | UInt32(bytes[start + 2]) << 16
        | UInt32(bytes[start + 3]) << 24
      word &*= multiplier
      word ^= word >> 24
      word &*= multiplier
      hash &*= multiplier
      hash ^= word
    }
    let rest = bytes.count - whole
    if rest > 0 {
      for index in (0..<rest).reversed() { hash ^= UInt32(bytes[whole + index]) << (8 * index) }
      hash &*= multiplier
    }
    hash ^= hash >> 13
    hash &*= multiplier
    return hash ^ (hash >> 15)
  }
}
