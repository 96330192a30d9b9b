/// Reads tables strictly (RFC 4180): what is not exactly right is an error with its line, and
/// formulas are nothing but text.
struct CSVReader {
  private let bytes: [UInt8]
  private var position = 0
  private var line = 1

  /// One record as it stands in the file.
  struct Record {
    /// The line it begins on.
    let line: Int
    var fields: [[UInt8]] = []
    /// What is wrong with its form, and on which line.
    var fault: (line: Int, reason: String)?
  }

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    // A byte order mark says nothing in UTF-8; spreadsheets write it.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// The next record, or `nil` at the end.
  mutating func next() -> Record? {
    guard position < bytes.count else { return nil }
    var record = Record(line: line)
    while true {
      record.fields.append(field(&record))
      guard position < bytes.count else { return record }
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: ",") {
        // A comma at the very end of the file still begins an empty field.
        if position == bytes.count { record.fields.append([]) }
        if position == bytes.count { return record }
        continue
      }
      if byte == UInt8(ascii: "\r") { position += 1 }
      line += 1
      return record
    }
  }

  /// One field; ends before a comma, a line break or the end.
  private mutating func field(_ record: inout Record) -> [UInt8] {
    guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
      return plain(&record)
    }
    position += 1
    var content: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      guard byte == UInt8(ascii: "\"") else {
        if byte == UInt8(ascii: "\n") { line += 1 }
        content.append(byte)
        continue
      }
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
        return closed(content, &record)
      }
      position += 1
      content.append(byte)
    }
    fault(&record, "thiếu dấu nháy kép đóng", at: record.line)
    return content
  }

  /// What follows a closing quote must end the field.
  private mutating func closed(_ content: [UInt8], _ record: inout Record) -> [UInt8] {
    guard position < bytes.count, !endsField(position) else { return content }
    fault(&record, "có ký tự sau dấu nháy kép đóng", at: line)
    _ = plain(&record)
    return content
  }

  private mutating func plain(_ record: inout Record) -> [UInt8] {
    let start = position
    while position < bytes.count, !endsField(position) {
      switch bytes[position] {
      case UInt8(ascii: "\""): fault(&record, "dấu nháy kép phải bao cả ô", at: line)
      case UInt8(ascii: "\r"): fault(&record, "ký tự CR không kèm LF", at: line)
      default: break
      }
      position += 1
    }
    return Array(bytes[start..<position])
  }

  private func endsField(_ index: Int) -> Bool {
    switch bytes[index] {
    case UInt8(ascii: ","), UInt8(ascii: "\n"): true
    case UInt8(ascii: "\r"): index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "\n")
    default: false
    }
  }

  private func fault(_ record: inout Record, _ reason: String, at line: Int) {
    if record.fault == nil { record.fault = (line, reason) }
  }
}
