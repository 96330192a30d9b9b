/// Why a workbook is not read.
///
/// A formula or an error value in a cell is none of these: it is handed out as what it is
/// (``CellValue``), so that all such cells can be named at once.
public enum SpreadsheetError: Error, Sendable, Hashable {
  /// No ZIP file, or one whose end is missing.
  case notAnArchive
  /// The archive's directory and its entries disagree, or the bytes of an entry are not what was
  /// packed; the entry, where one is known.
  case damagedArchive(entry: String?)
  /// The archive needs something that is refused.
  case unsupportedArchive(ArchiveFeature)
  /// A limit is passed.
  case tooLarge(SpreadsheetLimit)
  /// A part is no well-formed XML; the line is counted from 1.
  case malformedXML(part: String, line: Int)
  /// A part uses something of XML that is refused.
  case forbiddenXML(part: String, XMLFeature)
  /// There is no such part.
  case missingPart(String)
  /// A part is well-formed and still not what it should be.
  case malformedPart(String)
  /// A cell or row is written in a way that no spreadsheet program writes; row and column from 1.
  case malformedCell(sheet: String, row: Int, column: Int)

  /// What archives can have and these may not.
  public enum ArchiveFeature: String, Sendable, Hashable {
    /// Fields of 64 bits.
    case zip64
    /// Entries under a password.
    case encryption
    /// More than one file.
    case split
    /// Another method than DEFLATE.
    case method
  }

  /// What XML can have and these parts may not.
  public enum XMLFeature: String, Sendable, Hashable {
    /// A document type, with or without a subset.
    case documentType
    /// An entity other than the five that every XML has.
    case entity
    /// Another encoding than UTF-8, or bytes that are none.
    case encoding
  }
}
