internal import Compression

/// Writes a ZIP file into memory; the same entries always become the same bytes.
package struct ZipWriter {
  /// 1 January 1980, midnight: the moment of writing is nothing that a file should tell.
  private static let date = 0x0021
  private static let time = 0
  /// ZIP 2.0, which brought DEFLATE.
  private static let version = 20

  private var bytes: [UInt8] = []
  private var directory: [UInt8] = []
  private var count = 0

  /// An archive without entries.
  package init() {}

  /// Adds a small entry at once.
  package mutating func add(_ name: String, _ bytes: [UInt8], isDeflated: Bool = true) {
    guard isDeflated else {
      var checksum = CRC32()
      checksum.update(bytes[...])
      add(name, bytes, of: bytes.count, checksum, method: ZipFormat.methodStored)
      return
    }
    var entry = PackedEntry()
    entry.write(bytes)
    entry.finish()
    add(name, entry)
  }

  /// Adds an entry that was packed and ended.
  mutating func add(_ name: String, _ entry: PackedEntry) {
    add(name, entry.packed, of: entry.count, entry.checksum, method: ZipFormat.methodDeflated)
  }

  private mutating func add(
    _ name: String, _ packed: [UInt8], of size: Int, _ checksum: CRC32, method: Int
  ) {
    // What both headers say, from the needed version on to the length of the extra field.
    var common: [UInt8] = []
    common.append16(Self.version)
    common.append16(ZipFormat.unicodeFlag)
    common.append16(method)
    common.append16(Self.time)
    common.append16(Self.date)
    common.append32(Int(checksum.value))
    common.append32(packed.count)
    common.append32(size)
    common.append16(name.utf8.count)
    common.append16(0)
    directory.append32(Int(ZipFormat.centralSignature))
    directory.append16(Self.version)
    directory += common
    // No comment, disk 0, no attributes.
    directory.append16(0)
    directory.append16(0)
    directory.append16(0)
    directory.append32(0)
    directory.append32(bytes.count)
    directory += name.utf8
    bytes.append32(Int(ZipFormat.localSignature))
    bytes += common
    bytes += name.utf8
    bytes += packed
    count += 1
    precondition(bytes.count <= UInt32.max && count < 0xFFFF, "no zip64 is written")
  }

  /// The whole file.
  package consuming func finish() -> [UInt8] {
    let start = bytes.count
    bytes += directory
    bytes.append32(Int(ZipFormat.endSignature))
    bytes.append16(0)
    bytes.append16(0)
    bytes.append16(count)
    bytes.append16(count)
    bytes.append32(directory.count)
    bytes.append32(start)
    bytes.append16(0)
    return bytes
  }
}
