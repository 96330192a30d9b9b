/// How much of a workbook is read before it is refused.
///
/// The values let pass what Excel itself can write of tables of 200,000 rows; the bytes that come
/// out of a small file are bounded twice, by themselves and by their ratio.
public struct SpreadsheetLimits: Sendable, Hashable {
  /// The largest file, in bytes.
  public var fileBytes = 64 * 1_048_576
  /// The most entries of the archive.
  public var entries = 2_000
  /// The largest entry when it is unpacked, in bytes.
  public var entryBytes = 192 * 1_048_576
  /// All entries together when they are unpacked, in bytes, whether they are read or not.
  public var totalBytes = 256 * 1_048_576
  /// How many times its packed size an entry may be; DEFLATE reaches 1,032, tables 10 to 20.
  public var ratio = 100
  /// Entries up to this size, in bytes, may have any ratio: they cannot do harm.
  public var ratioFreeBytes = 1_048_576
  /// How deep elements may stand inside each other.
  public var depth = 64
  /// The most attributes of an element.
  public var attributes = 64
  /// The most prefixes that mean something at a time; programs declare about 15.
  public var namespaces = 64
  /// The most elements of one part: 200,000 rows of 20 cells have 12,200,000 at most.
  public var elements = 16_000_000
  /// The most shared strings.
  public var sharedStrings = 2_000_000
  /// All shared strings together, in bytes.
  public var sharedStringBytes = 64 * 1_048_576
  /// The most cell formats; Excel's own limit is 65,490.
  public var formats = 65_536
  /// The most sheets.
  public var sheets = 256
  /// The last row that may be used; Excel's own limit.
  public var rows = 1_048_576
  /// The last column that may be used (`XFD`); Excel's own limit.
  public var columns = 16_384
  /// The longest text of a cell, in UTF-16 code units; Excel's own limit.
  public var cellLength = 32_767

  /// The usual limits.
  public init() {}
}

/// The limits of ``SpreadsheetLimits`` by name.
public enum SpreadsheetLimit: String, Sendable, Hashable {
  /// ``SpreadsheetLimits/fileBytes``.
  case fileBytes
  /// ``SpreadsheetLimits/entries``.
  case entries
  /// ``SpreadsheetLimits/entryBytes``.
  case entryBytes
  /// ``SpreadsheetLimits/totalBytes``.
  case totalBytes
  /// ``SpreadsheetLimits/ratio``.
  case ratio
  /// ``SpreadsheetLimits/depth``.
  case depth
  /// ``SpreadsheetLimits/attributes``.
  case attributes
  /// ``SpreadsheetLimits/namespaces``.
  case namespaces
  /// ``SpreadsheetLimits/elements``.
  case elements
  /// ``SpreadsheetLimits/sharedStrings``.
  case sharedStrings
  /// ``SpreadsheetLimits/sharedStringBytes``.
  case sharedStringBytes
  /// ``SpreadsheetLimits/formats``.
  case formats
  /// ``SpreadsheetLimits/sheets``.
  case sheets
  /// ``SpreadsheetLimits/rows``.
  case rows
  /// ``SpreadsheetLimits/columns``.
  case columns
  /// ``SpreadsheetLimits/cellLength``.
  case cellLength
}
