extension CSVTable {
  /// Reads and checks a whole table.
  ///
  /// What makes the rows unreadable (encoding, header, too many rows) is thrown; errors of single
  /// rows are collected.
  /// - Throws: 400 `invalid-utf8`, `malformed-csv`, `unknown-column`, `missing-column`,
  ///   `duplicate-column`, `too-many-rows`.
  package func read(_ bytes: [UInt8]) throws(Problem) -> CSVSheet {
    if let offset = UTF8Check.firstInvalid(in: bytes) {
      let line = bytes[..<offset].count { $0 == UInt8(ascii: "\n") } + 1
      throw Problem.invalid([
        FieldError(
          slug: RuntimeSlug.invalidUTF8.rawValue, field: "body",
          reason: "Dòng \(line) có byte không thuộc ký tự UTF-8 hợp lệ.", line: line)
      ])
    }
    var reader = CSVReader(bytes)
    guard let header = reader.next() else {
      throw Problem(.malformedCSV, detail: "Thiếu dòng tiêu đề.", field: "body")
    }
    if let fault = header.fault {
      throw Problem(.malformedCSV, detail: "Dòng \(fault.line): \(fault.reason).", field: "body")
    }
    let names = header.fields.map {
      TableReading.Heading(name: String(decoding: $0, as: UTF8.self))
    }
    var reading = try TableReading(self, names, line: header.line)
    while let record = reader.next() {
      try reading.begin()
      if let fault = record.fault {
        reading.errors.add(.malformedCSV, line: fault.line, column: "", reason: fault.reason)
      } else if record.fields.count != reading.width {
        reading.errors.add(
          .malformedCSV, line: record.line, column: "",
          reason: "có \(record.fields.count) ô, cần \(reading.width) ô")
      } else {
        reading.take(line: record.line) { place, _ in
          .fits(HarmlessText.read(String(decoding: record.fields[place], as: UTF8.self)))
        }
      }
    }
    return reading.sheet
  }
}
