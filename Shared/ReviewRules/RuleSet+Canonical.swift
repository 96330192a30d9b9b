extension RuleSet {
  /// Everything the file says as one text, whose fingerprint is what the authority approves: for
  /// each value a line with its place, a tab and the value, in the order of the file.
  ///
  /// Comments, quotes and layout are no part of it. The order is, because that of levels and of
  /// sections has a meaning; who moves members about needs a new approval, and never gets one for
  /// what nobody has seen.
  public var canonicalText: String {
    lines.map { "\(Self.onOneLine($0.path))\t\(Self.onOneLine($0.value))\n" }.joined()
  }

  /// `text` without tabs and line breaks, such that another text becomes another.
  private static func onOneLine(_ text: String) -> String {
    let marks = "\\\t\r\n".utf8
    guard text.utf8.contains(where: { marks.contains($0) }) else { return text }
    var line = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": line.append(contentsOf: "\\\\".unicodeScalars)
      case "\t": line.append(contentsOf: "\\t".unicodeScalars)
      case "\r": line.append(contentsOf: "\\r".unicodeScalars)
      case "\n": line.append(contentsOf: "\\n".unicodeScalars)
      default: line.append(scalar)
      }
    }
    return String(line)
  }
}
