internal import TextForms

/// The texts that cells refer to by number.
struct SharedStrings: Sendable {
  private var texts: [String] = []

  /// A workbook without shared texts.
  init() {}

  /// Reads the part with the texts.
  init(_ archive: ZipArchive, _ part: String) throws(SpreadsheetError) {
    let limits = archive.limits
    var bytes = 0
    var reader = try XMLReader.inside("sst", of: archive, part)
    while let child = try reader.child() {
      guard child.isSheet("si") else {
        try reader.skip()
        continue
      }
      let text = CellText.kept(try reader.richText())
      guard text.utf16.count <= limits.cellLength else { throw .tooLarge(.cellLength) }
      bytes += text.utf8.count
      guard bytes <= limits.sharedStringBytes else { throw .tooLarge(.sharedStringBytes) }
      guard texts.count < limits.sharedStrings else { throw .tooLarge(.sharedStrings) }
      texts.append(text)
    }
    try reader.finish()
  }

  /// The text of this number, if there is one.
  subscript(_ number: Int) -> String? {
    texts.indices.contains(number) ? texts[number] : nil
  }
}

/// The text of a cell in the form in which it is handed out.
enum CellText {
  static func kept(_ text: String) -> String { NormalisedText.nfc(EscapedText.read(text)) }
}
