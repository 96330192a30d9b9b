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
    let order = try order(of: header)
    let places = Dictionary(
      uniqueKeysWithValues: columns.enumerated().map { ($1.name, $0) })
    var rows: [CSVRow] = []
    var errors = CSVErrors()
    var count = 0
    while let record = reader.next() {
      count += 1
      guard count <= rowsMax else {
        throw Problem(.tooManyRows, detail: "Nhiều nhất \(rowsMax) dòng.", field: "body")
      }
      if let fields = check(record, order, &errors) {
        rows.append(CSVRow(line: record.line, places: places, fields: fields))
      }
    }
    return CSVSheet(rows: rows, errors: errors)
  }

  /// For each place of a record, which declared column stands there.
  private func order(of header: CSVReader.Record) throws(Problem) -> [Int] {
    if let fault = header.fault {
      throw Problem(.malformedCSV, detail: "Dòng \(fault.line): \(fault.reason).", field: "body")
    }
    var order: [Int] = []
    var errors: [FieldError] = []
    func note(_ slug: RuntimeSlug, _ name: String) {
      errors.append(
        FieldError(
          slug: slug.rawValue, field: JSONPath().member(name).text, reason: slug.title, line: 1))
    }
    for bytes in header.fields {
      let name = NormalisedText.nfc(String(decoding: bytes, as: UTF8.self))
      guard let place = columns.firstIndex(where: { $0.name == name }) else {
        note(.unknownColumn, name)
        continue
      }
      if order.contains(place) { note(.duplicateColumn, name) }
      order.append(place)
    }
    for (place, column) in columns.enumerated() where !order.contains(place) {
      note(.missingColumn, column.name)
    }
    guard errors.isEmpty else { throw Problem.invalid(errors) }
    return order
  }

  /// The record's fields in the order of the columns, or `nil` with what is wrong noted.
  private func check(_ record: CSVReader.Record, _ order: [Int], _ errors: inout CSVErrors)
    -> [String?]?
  {
    if let fault = record.fault {
      errors.add(.malformedCSV, line: fault.line, column: "", reason: fault.reason)
      return nil
    }
    guard record.fields.count == order.count else {
      errors.add(
        .malformedCSV, line: record.line, column: "",
        reason: "có \(record.fields.count) ô, cần \(order.count) ô")
      return nil
    }
    var fields = [String?](repeating: nil, count: columns.count)
    var isFine = true
    for (bytes, place) in zip(record.fields, order) {
      let column = columns[place]
      switch check(bytes, column) {
      case .success(let text): fields[place] = text
      case .failure(let fault):
        isFine = false
        errors.add(fault.slug, line: record.line, column: column.name, reason: fault.reason)
      }
    }
    return isFine ? fields : nil
  }

  private struct Fault: Error {
    let slug: RuntimeSlug
    let reason: String
  }

  private func check(_ bytes: [UInt8], _ column: Field) -> Result<String?, Fault> {
    if bytes.isEmpty {
      guard column.isRequired else { return .success(nil) }
      return .failure(Fault(slug: .missingValue, reason: RuntimeSlug.missingValue.title))
    }
    guard bytes.count <= Self.fieldMax else {
      return .failure(Fault(slug: .textTooLong, reason: "dài nhất \(Self.fieldMax) byte"))
    }
    switch ScalarCheck.check(String(decoding: bytes, as: UTF8.self), column.shape) {
    case .fits(let text): return .success(text)
    case .violates(let slug, let reason): return .failure(Fault(slug: slug, reason: reason))
    }
  }
}

extension CSVErrors {
  mutating func add(_ slug: RuntimeSlug, line: Int, column: String, reason: String) {
    add(line: line, column: column, slug: slug.rawValue, reason: reason)
  }
}
