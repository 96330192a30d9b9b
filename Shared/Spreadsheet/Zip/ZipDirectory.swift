/// Reads the central directory of a ZIP file, entry by entry.
struct ZipDirectory {
  private let bytes: [UInt8]
  private let start: Int
  private let end: Int
  private var place: Int
  private var left: Int

  /// Finds the directory.
  init(_ bytes: [UInt8], _ limits: SpreadsheetLimits) throws(SpreadsheetError) {
    guard let place = Self.end(of: bytes) else { throw .notAnArchive }
    guard !bytes.has(ZipFormat.zip64LocatorSignature, at: place - ZipFormat.zip64LocatorBytes)
    else { throw .unsupportedArchive(.zip64) }
    guard let disk = bytes.number16(at: place + 4), let firstDisk = bytes.number16(at: place + 6),
      let here = bytes.number16(at: place + 8), let count = bytes.number16(at: place + 10),
      let length = bytes.number32(at: place + 12), let start = bytes.number32(at: place + 16)
    else { throw .notAnArchive }
    guard count != 0xFFFF, length != 0xFFFF_FFFF, start != 0xFFFF_FFFF else {
      throw .unsupportedArchive(.zip64)
    }
    guard disk == 0, firstDisk == 0, here == count else { throw .unsupportedArchive(.split) }
    guard count <= limits.entries else { throw .tooLarge(.entries) }
    guard start + length == place else { throw .damagedArchive(entry: nil) }
    self.bytes = bytes
    self.start = start
    end = place
    self.place = start
    left = count
  }

  /// Where the end record begins: it reaches exactly to the end of the file.
  private static func end(of bytes: [UInt8]) -> Int? {
    let last = bytes.count - ZipFormat.endBytes
    guard last >= 0 else { return nil }
    let first = max(0, last - ZipFormat.commentBytesMax)
    return (first...last).reversed().first { place in
      bytes.has(ZipFormat.endSignature, at: place)
        && bytes.number16(at: place + 20) == last - place
    }
  }

  /// The next entry, or `nil` behind the last one.
  mutating func next() throws(SpreadsheetError) -> ZipArchive.Entry? {
    guard left > 0 else {
      guard place == end else { throw .damagedArchive(entry: nil) }
      return nil
    }
    left -= 1
    guard bytes.has(ZipFormat.centralSignature, at: place),
      let flags = bytes.number16(at: place + 8), let method = bytes.number16(at: place + 10),
      let checksum = bytes.number32(at: place + 16), let packed = bytes.number32(at: place + 20),
      let size = bytes.number32(at: place + 24), let nameLength = bytes.number16(at: place + 28),
      let extraLength = bytes.number16(at: place + 30),
      let commentLength = bytes.number16(at: place + 32),
      let disk = bytes.number16(at: place + 34), let header = bytes.number32(at: place + 42)
    else { throw .damagedArchive(entry: nil) }
    let nameStart = place + ZipFormat.centralBytes
    place = nameStart + nameLength + extraLength + commentLength
    guard place <= end,
      let name = String(validating: bytes[nameStart..<nameStart + nameLength], as: UTF8.self)
    else { throw .damagedArchive(entry: nil) }
    guard flags & ZipFormat.encryptionFlags == 0 else { throw .unsupportedArchive(.encryption) }
    guard method == ZipFormat.methodStored || method == ZipFormat.methodDeflated else {
      throw .unsupportedArchive(.method)
    }
    guard packed != 0xFFFF_FFFF, size != 0xFFFF_FFFF, header != 0xFFFF_FFFF else {
      throw .unsupportedArchive(.zip64)
    }
    guard disk == 0 else { throw .unsupportedArchive(.split) }
    return try located(
      ZipArchive.Entry(
        name: name, isDeflated: method == ZipFormat.methodDeflated,
        checksum: UInt32(truncatingIfNeeded: checksum), packedBytes: packed, bytes: size,
        headerStart: header))
  }

  /// The entry with the place of its bytes; its own header must say the same as the directory.
  private func located(_ entry: ZipArchive.Entry) throws(SpreadsheetError) -> ZipArchive.Entry {
    let header = entry.headerStart
    guard bytes.has(ZipFormat.localSignature, at: header),
      let flags = bytes.number16(at: header + 6), let method = bytes.number16(at: header + 8),
      let checksum = bytes.number32(at: header + 14), let packed = bytes.number32(at: header + 18),
      let size = bytes.number32(at: header + 22), let nameLength = bytes.number16(at: header + 26),
      let extraLength = bytes.number16(at: header + 28)
    else { throw .damagedArchive(entry: entry.name) }
    guard flags & ZipFormat.encryptionFlags == 0 else { throw .unsupportedArchive(.encryption) }
    var entry = entry
    let nameStart = header + ZipFormat.localBytes
    entry.start = nameStart + nameLength + extraLength
    let isToldLater = flags & ZipFormat.descriptorFlag != 0
    let agrees =
      isToldLater
      || (checksum == Int(entry.checksum) && packed == entry.packedBytes && size == entry.bytes)
    guard agrees, (method == ZipFormat.methodDeflated) == entry.isDeflated,
      entry.isDeflated || entry.packedBytes == entry.bytes,
      entry.start + entry.packedBytes <= start,
      bytes[nameStart..<nameStart + nameLength].elementsEqual(entry.name.utf8)
    else { throw .damagedArchive(entry: entry.name) }
    return entry
  }
}
