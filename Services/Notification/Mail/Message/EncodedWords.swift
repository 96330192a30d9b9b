private import Foundation

/// Header values as RFC 2047 asks for them.
enum EncodedWords {
  static let wordCharactersMax = 75
  static let lineCharactersMax = 76
  private static let opening = "=?UTF-8?B?"
  private static let closing = "?="

  /// The value as it stands behind `name: `, folded with white space between the words.
  ///
  /// Short ASCII stays readable; everything else becomes encoded words, which also folds long text.
  static func headerValue(_ text: String, headerName: String) -> String {
    let used = headerName.utf8.count + 2
    let isPlain =
      text.utf8.allSatisfy(ASCII.isPrintable) && !text.contains("=?")
      && text == text.trimmingCharacters(in: .whitespaces)
      && used + text.utf8.count <= lineCharactersMax
    return isPlain ? text : encoded(text, firstLineUsed: used)
  }

  /// Encoded words for `text`; the first line already holds `firstLineUsed` characters.
  static func encoded(_ text: String, firstLineUsed: Int) -> String {
    var words: [String] = []
    var current: [UInt8] = []
    for piece in pieces(of: text) {
      let lineUsed = words.isEmpty ? firstLineUsed : 1
      if current.count + piece.count > bytesMax(lineUsed: lineUsed) {
        words.append(word(current))
        current = []
      }
      current += piece
    }
    words.append(word(current))
    return words.joined(separator: "\r\n ")
  }

  /// What may not be torn apart: whole characters, or whole scalars where somebody piles more
  /// marks on one character than a word can hold.
  private static func pieces(of text: String) -> [[UInt8]] {
    text.flatMap { character -> [[UInt8]] in
      let whole = Array(character.utf8)
      guard whole.count > bytesMax(lineUsed: lineCharactersMax / 2) else { return [whole] }
      return character.unicodeScalars.map { Array(String($0).utf8) }
    }
  }

  /// How many bytes a word can carry on a line with `lineUsed` characters before it.
  private static func bytesMax(lineUsed: Int) -> Int {
    let room = min(wordCharactersMax, lineCharactersMax - lineUsed)
    return (room - opening.utf8.count - closing.utf8.count) / 4 * 3
  }

  private static func word(_ bytes: [UInt8]) -> String {
    opening + Data(bytes).base64EncodedString() + closing
  }
}
