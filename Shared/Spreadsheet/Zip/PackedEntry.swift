internal import Compression

/// The bytes of an entry on their way into a ZIP file, packed piece by piece.
struct PackedEntry {
  private let deflater = Deflater()
  /// What was packed so far.
  private(set) var packed: [UInt8] = []
  /// How many bytes came in.
  private(set) var count = 0
  /// The checksum of what came in.
  private(set) var checksum = CRC32()

  /// Takes more in.
  mutating func write(_ bytes: [UInt8]) {
    count += bytes.count
    checksum.update(bytes[...])
    deflater.write(bytes, to: &packed)
  }

  /// Ends it; nothing may be written behind this.
  mutating func finish() { deflater.finish(to: &packed) }
}
