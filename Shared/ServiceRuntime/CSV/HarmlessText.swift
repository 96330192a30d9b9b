/// Texts in CSV that spreadsheet programs would take for formulas.
///
/// Such a text is written with an apostrophe before it, and so is one that already has an
/// apostrophe there; reading takes exactly one away. So whatever was written is read again as it
/// was, and a text like `=1+1` that somebody else wrote stays as it is.
enum HarmlessText {
  private static let apostrophe = UInt8(ascii: "'")

  /// The text as it is written.
  static func write(_ text: String) -> String { isFormula(text.utf8) ? "'" + text : text }

  /// The text that was meant.
  static func read(_ text: String) -> String {
    guard text.utf8.first == apostrophe, isFormula(text.utf8) else { return text }
    return String(text.unicodeScalars.dropFirst())
  }

  /// Whether it begins, behind any apostrophes, as formulas do.
  private static func isFormula(_ bytes: String.UTF8View) -> Bool {
    switch bytes.first(where: { $0 != apostrophe }) {
    case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), 0x09, 0x0A,
      0x0D:
      true
    default: false
    }
  }
}
