internal import Compression

/// The bytes of one entry, block by block; whoever reads to the end knows that they are what was
/// packed.
final class PartStream {
  /// The entry's name.
  let part: String
  private let archive: ZipArchive
  private let entry: ZipArchive.Entry
  private let inflater: Inflater?
  private var position: Int
  private var count = 0
  private var checksum = CRC32()
  private var isDone = false

  /// Begins to read an entry.
  /// - Throws: `missingPart` when there is none of this name.
  init(_ archive: ZipArchive, _ part: String) throws(SpreadsheetError) {
    guard let entry = archive[part] else { throw .missingPart(part) }
    self.part = part
    self.archive = archive
    self.entry = entry
    // The directory's size is within the limits, so more than it cannot come out.
    inflater = entry.isDeflated ? Inflater(outputMax: entry.bytes) : nil
    position = entry.start
  }

  /// Fills `block` from its beginning.
  /// - Returns: how many bytes, 0 at the end.
  /// - Throws: `damagedArchive`.
  func next(into block: inout [UInt8]) throws(SpreadsheetError) -> Int {
    guard !isDone else { return 0 }
    let end = entry.start + entry.packedBytes
    let length: Int
    if let inflater {
      do {
        length = try inflater.inflate(archive.bytes, from: &position, to: end, into: &block)
      } catch { throw .damagedArchive(entry: part) }
      isDone = inflater.isFinished
    } else {
      length = min(block.count, end - position)
      block.replaceSubrange(..<length, with: archive.bytes[position..<position + length])
      position += length
      isDone = position == end
    }
    count += length
    checksum.update(block[..<length])
    if isDone {
      guard position == end, count == entry.bytes, checksum.value == entry.checksum else {
        throw .damagedArchive(entry: part)
      }
    }
    return length
  }
}
