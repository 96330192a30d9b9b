/// Going through a part element by element; each of these is called inside an open element.
extension XMLReader {
  /// The root, which must be a workbook's, sheet's, strings' or styles' element of this name.
  static func inside(
    _ root: String, of archive: ZipArchive, _ part: String,
    _ namespace: XMLElement.Namespace = .spreadsheet
  ) throws(SpreadsheetError) -> XMLReader {
    var reader = try XMLReader(archive, part)
    guard case .start(let element) = try reader.next(), element.name == root,
      element.namespace == namespace
    else { throw .malformedPart(part) }
    return reader
  }

  /// The next element in the open one, which it opens; `nil` when the open one was closed.
  mutating func child() throws(SpreadsheetError) -> XMLElement? {
    while true {
      switch try next() {
      case .start(let element): return element
      case .end: return nil
      case .text: continue
      case .finished: throw .malformedPart(part)
      }
    }
  }

  /// Closes the open element and forgets what it holds.
  mutating func skip() throws(SpreadsheetError) {
    var depth = 1
    while depth > 0 {
      switch try next() {
      case .start: depth += 1
      case .end: depth -= 1
      case .text: continue
      case .finished: throw .malformedPart(part)
      }
    }
  }

  /// Closes the open element, which holds nothing but text.
  mutating func content() throws(SpreadsheetError) -> String {
    var content = ""
    while true {
      switch try next() {
      case .text(let text):
        content = content.isEmpty ? text : content + text
        try checkLength(of: content)
      case .end: return content
      case .start, .finished: throw .malformedPart(part)
      }
    }
  }

  /// Reads the rest of the part, of which only this is left to know: that it is whole.
  mutating func finish() throws(SpreadsheetError) {
    guard case .finished = try next() else { throw .malformedPart(part) }
  }

  /// Closes the open element, which holds text in pieces (`si`, `is`); how it is pronounced (`rPh`)
  /// is no part of it.
  mutating func richText() throws(SpreadsheetError) -> String {
    var text = ""
    while let child = try child() {
      if child.isSheet("t") {
        text += try content()
      } else if child.isSheet("r") {
        while let piece = try self.child() {
          if piece.isSheet("t") { text += try content() } else { try skip() }
        }
      } else {
        try skip()
      }
      try checkLength(of: text)
    }
    return text
  }
}
