/// The parts that a workbook of one sheet needs (ECMA-376 part 1, chapter 12).
enum WorkbookParts {
  static let sheetPart = "xl/worksheets/sheet1.xml"
  /// Places in the list of formats below.
  static let plainStyle = 0
  static let textStyle = 1
  static let headerStyle = 2
  static let sheetEnd = "</sheetData></worksheet>"

  private static let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
  private static let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
  private static let relations =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
  private static let packageRelations =
    "http://schemas.openxmlformats.org/package/2006/relationships"
  private static let types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
  /// Wide enough for a name, in characters.
  private static let columnWidth = 24

  /// The sheet up to its first row: the first row stays in sight, and what is typed into new rows
  /// stays a text.
  static func sheetBegin(columns: Int) -> String {
    """
    \(head)<worksheet xmlns="\(main)"><sheetViews><sheetView workbookViewId="0">\
    <pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>\
    </sheetView></sheetViews><cols><col min="1" max="\(columns)" width="\(columnWidth)" \
    style="\(textStyle)" customWidth="1"/></cols><sheetData>
    """
  }

  /// Every part but the sheet, with its name.
  static func fixed(sheet: String) -> [(name: String, text: String)] {
    [
      ("[Content_Types].xml", contentTypes), ("_rels/.rels", archiveRelations),
      ("xl/workbook.xml", workbook(sheet)), ("xl/_rels/workbook.xml.rels", workbookRelations),
      ("xl/styles.xml", styles),
    ]
  }

  private static let contentTypes = """
    \(head)<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">\
    <Default Extension="rels" \
    ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
    <Default Extension="xml" ContentType="application/xml"/>\
    <Override PartName="/xl/workbook.xml" ContentType="\(types).sheet.main+xml"/>\
    <Override PartName="/\(sheetPart)" ContentType="\(types).worksheet+xml"/>\
    <Override PartName="/xl/styles.xml" ContentType="\(types).styles+xml"/></Types>
    """

  private static let archiveRelations = """
    \(head)<Relationships xmlns="\(packageRelations)"><Relationship Id="rId1" \
    Type="\(relations)/officeDocument" Target="xl/workbook.xml"/></Relationships>
    """

  private static func workbook(_ sheet: String) -> String {
    """
    \(head)<workbook xmlns="\(main)" xmlns:r="\(relations)"><bookViews><workbookView/></bookViews>\
    <sheets><sheet name="\(XMLText.escaped(sheet))" sheetId="1" r:id="rId1"/></sheets></workbook>
    """
  }

  private static let workbookRelations = """
    \(head)<Relationships xmlns="\(packageRelations)"><Relationship Id="rId1" \
    Type="\(relations)/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" \
    Type="\(relations)/styles" Target="styles.xml"/></Relationships>
    """

  /// Format 49 is "text"; the second font is bold.
  private static let styles = """
    \(head)<styleSheet xmlns="\(main)"><fonts count="2"><font><sz val="11"/>\
    <name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>\
    <fills count="2"><fill><patternFill patternType="none"/></fill>\
    <fill><patternFill patternType="gray125"/></fill></fills>\
    <borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
    <cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
    <cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>\
    <xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
    <xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" \
    applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" \
    builtinId="0"/></cellStyles></styleSheet>
    """
}
