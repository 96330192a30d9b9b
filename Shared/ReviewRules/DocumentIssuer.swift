/// Who issued a document, whichever way it was typed: `Tỉnh ủy Mẫu`, `TỈNH UỶ MẪU` and
/// ` Tỉnh  ủy Mẫu` are one.
public struct DocumentIssuer: Sendable, Hashable, CustomStringConvertible {
  /// As it was typed, without spare white space.
  public let printed: String
  /// The one spelling by which issuers are compared; empty for a blank text.
  public let key: String

  /// Reads a name in NFC, as every input is.
  public init(_ text: String) {
    printed = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    key = Self.withTonesInOnePlace(printed.lowercased())
  }

  /// As it was typed.
  public var description: String { printed }

  /// Issuers are the same whose keys are.
  public static func == (left: Self, right: Self) -> Bool { left.key == right.key }
  /// Hashes the key.
  public func hash(into hasher: inout Hasher) { hasher.combine(key) }

  // Both schools of spelling are in print: the tone of `oa`, `oe` and `uy` stands on the first
  // vowel (`ủy`, `hòa`) or on the second (`uỷ`, `hoà`).
  private static let tonedFirst: [Character: (vowel: Character, tone: Int)] = [
    "ò": ("o", 0), "ó": ("o", 1), "ỏ": ("o", 2), "õ": ("o", 3), "ọ": ("o", 4),
    "ù": ("u", 0), "ú": ("u", 1), "ủ": ("u", 2), "ũ": ("u", 3), "ụ": ("u", 4),
  ]
  private static let tonedSecond: [String: [Character]] = [
    "oa": ["à", "á", "ả", "ã", "ạ"], "oe": ["è", "é", "ẻ", "ẽ", "ẹ"],
    "uy": ["ỳ", "ý", "ỷ", "ỹ", "ỵ"],
  ]

  private static func withTonesInOnePlace(_ text: String) -> String {
    var moved = ""
    for character in text {
      if let last = moved.last, let first = tonedFirst[last],
        let second = tonedSecond[String([first.vowel, character])]
      {
        moved.removeLast()
        moved.append(first.vowel)
        moved.append(second[first.tone])
      } else {
        moved.append(character)
      }
    }
    return moved
  }
}
