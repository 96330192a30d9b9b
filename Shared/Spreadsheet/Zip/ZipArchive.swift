/// A ZIP file whose directory was checked before anything of it is unpacked.
///
/// What the entries are called never becomes the name of a file: they are looked up here and
/// nowhere else.
struct ZipArchive: Sendable {
  /// One packed file.
  struct Entry: Sendable, Hashable {
    let name: String
    let isDeflated: Bool
    let checksum: UInt32
    let packedBytes: Int
    let bytes: Int
    /// Where its local header begins.
    let headerStart: Int
    /// Where its packed bytes begin.
    var start = 0
  }

  let bytes: [UInt8]
  let limits: SpreadsheetLimits
  /// By name in lower case: the names of parts do not tell cases apart (ECMA-376 part 2, 6.2.2).
  private let entries: [String: Entry]

  /// Reads the directory.
  /// - Throws: ``SpreadsheetError`` for what is damaged, refused or too large.
  init(_ bytes: [UInt8], _ limits: SpreadsheetLimits) throws(SpreadsheetError) {
    guard bytes.count <= limits.fileBytes else { throw .tooLarge(.fileBytes) }
    self.bytes = bytes
    self.limits = limits
    var directory = try ZipDirectory(bytes, limits)
    var entries: [String: Entry] = [:]
    var total = 0
    while let entry = try directory.next() {
      guard entries.updateValue(entry, forKey: entry.name.lowercased()) == nil else {
        throw .damagedArchive(entry: entry.name)
      }
      try Self.checkSize(of: entry, limits)
      total += entry.bytes
      guard total <= limits.totalBytes else { throw .tooLarge(.totalBytes) }
    }
    try Self.checkOverlaps(entries.values.sorted { $0.headerStart < $1.headerStart })
    self.entries = entries
  }

  /// The entry of this name, if there is one.
  subscript(_ name: String) -> Entry? { entries[name.lowercased()] }

  private static func checkSize(
    of entry: Entry, _ limits: SpreadsheetLimits
  ) throws(SpreadsheetError) {
    guard entry.bytes <= limits.entryBytes else { throw .tooLarge(.entryBytes) }
    guard entry.bytes > limits.ratioFreeBytes else { return }
    guard entry.bytes / limits.ratio <= entry.packedBytes else { throw .tooLarge(.ratio) }
  }

  /// Entries that share bytes unpack to far more than the file could hold.
  private static func checkOverlaps(_ entries: [Entry]) throws(SpreadsheetError) {
    for (entry, next) in zip(entries, entries.dropFirst())
    where entry.start + entry.packedBytes > next.headerStart {
      throw .damagedArchive(entry: next.name)
    }
  }
}
