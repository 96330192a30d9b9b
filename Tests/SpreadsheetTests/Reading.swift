import TestSupport

@testable import Spreadsheet

/// The rows of a sheet.
func rows(
  _ bytes: [UInt8], sheet name: String? = nil, limits: SpreadsheetLimits = SpreadsheetLimits()
) throws(SpreadsheetError) -> [SheetRow] {
  let workbook = try Workbook(bytes, limits: limits)
  guard let sheet = workbook.sheet(named: name) else { return [] }
  var reader = try workbook.rows(of: sheet)
  var rows: [SheetRow] = []
  while let row = try reader.next() { rows.append(row) }
  return rows
}

/// The cells of the first row of a raw sheet, by their letters.
func cells(_ workbook: RawWorkbook) throws(SpreadsheetError) -> [String: CellValue] {
  var cells: [String: CellValue] = [:]
  for cell in try rows(workbook.bytes).first?.cells ?? [] {
    cells[CellReference.letters(of: cell.column)] = cell.value
  }
  return cells
}

/// What is wrong with a workbook; `nil` when nothing is.
func fault(
  _ bytes: [UInt8], limits: SpreadsheetLimits = SpreadsheetLimits()
) -> SpreadsheetError? {
  do throws(SpreadsheetError) {
    _ = try rows(bytes, limits: limits)
    return nil
  } catch { return error }
}

/// Reads all of a part with this content.
func fault(xml: [UInt8], limits: SpreadsheetLimits = SpreadsheetLimits()) -> SpreadsheetError? {
  do throws(SpreadsheetError) {
    var archive = ZipWriter()
    archive.add("x.xml", xml)
    var reader = try XMLReader(try ZipArchive(archive.finish(), limits), "x.xml")
    while true { if case .finished = try reader.next() { return nil } }
  } catch { return error }
}
