/// Reads JSON strictly (RFC 8259): valid UTF-8, one value, bounded depth, no repeated members.
///
/// Foundation's decoder keeps one of two equal members silently, so it cannot be used here.
struct JSONParser {
  /// How deep lists and objects may stand inside each other.
  static let depthMax = 32
  /// The most values in one text, so that a small body cannot become a large tree.
  static let valuesMax = 500_000

  private let bytes: [UInt8]
  private var position = 0
  private var values = 0
  private var duplicates: [FieldError] = []

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The value in `bytes` and the members that stand twice.
  /// - Throws: 400 `invalid-utf8`, `malformed-json` or `too-deep`, with the position.
  static func parse(_ bytes: [UInt8]) throws(Problem) -> (JSONValue, duplicates: [FieldError]) {
    if let offset = UTF8Check.firstInvalid(in: bytes) {
      throw Problem(
        .invalidUTF8, detail: "Byte thứ \(offset + 1) không thuộc một ký tự UTF-8 hợp lệ.",
        field: "body")
    }
    var parser = JSONParser(bytes)
    parser.skipBlanks()
    let value = try parser.value(at: JSONPath(), depth: 0)
    parser.skipBlanks()
    guard parser.position == bytes.count else {
      throw parser.malformed("có nội dung thừa sau giá trị")
    }
    return (value, parser.duplicates)
  }

  // MARK: Values

  private mutating func value(at path: JSONPath, depth: Int) throws(Problem) -> JSONValue {
    values += 1
    guard values <= Self.valuesMax else {
      throw Problem(.tooManyItems, detail: "Có hơn \(Self.valuesMax) giá trị.", field: "body")
    }
    guard let byte = peek else { throw malformed("thiếu giá trị") }
    switch byte {
    case UInt8(ascii: "{"): return try object(at: path, depth: depth + 1)
    case UInt8(ascii: "["): return try list(at: path, depth: depth + 1)
    case UInt8(ascii: "\""): return .text(try text())
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
    default: throw malformed("gặp ký tự không thể bắt đầu một giá trị")
    }
  }

  private mutating func object(at path: JSONPath, depth: Int) throws(Problem) -> JSONValue {
    try enter(depth)
    var members: [JSONValue.Member] = []
    var names: Set<String> = []
    skipBlanks()
    if take("}") { return .object([]) }
    while true {
      skipBlanks()
      guard peek == UInt8(ascii: "\"") else { throw malformed("thiếu tên thành phần") }
      let name = try text()
      skipBlanks()
      guard take(":") else { throw malformed("thiếu dấu hai chấm") }
      skipBlanks()
      let place = path.member(name)
      let value = try value(at: place, depth: depth)
      if names.insert(name).inserted {
        members.append(.init(name: name, value: value))
      } else {
        let slug = RuntimeSlug.duplicateMember
        duplicates.append(
          FieldError(slug: slug.rawValue, field: place.text, reason: slug.title))
      }
      skipBlanks()
      if take("}") { return .object(members) }
      guard take(",") else { throw malformed("thiếu dấu phẩy hoặc ngoặc nhọn đóng") }
    }
  }

  private mutating func list(at path: JSONPath, depth: Int) throws(Problem) -> JSONValue {
    try enter(depth)
    var items: [JSONValue] = []
    skipBlanks()
    if take("]") { return .list([]) }
    while true {
      skipBlanks()
      items.append(try value(at: path.item(items.count), depth: depth))
      skipBlanks()
      if take("]") { return .list(items) }
      guard take(",") else { throw malformed("thiếu dấu phẩy hoặc ngoặc vuông đóng") }
    }
  }

  private mutating func word(_ word: StaticString, _ value: JSONValue) throws(Problem)
    -> JSONValue
  {
    let expected = Array(word.description.utf8)
    guard bytes[position...].starts(with: expected) else {
      throw malformed("chỉ chấp nhận true, false hoặc null")
    }
    position += expected.count
    return value
  }

  private mutating func number() throws(Problem) -> String {
    let start = position
    _ = take("-")
    let first = peek
    guard digits() > 0 else { throw malformed("số thiếu chữ số") }
    if first == UInt8(ascii: "0"), bytes[start..<position].drop(while: { $0 == 0x2D }).count > 1 {
      throw malformed("số không được bắt đầu bằng số không thừa")
    }
    if take("."), digits() == 0 { throw malformed("số thiếu phần thập phân") }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      guard digits() > 0 else { throw malformed("số thiếu số mũ") }
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func digits() -> Int {
    let start = position
    while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    return position - start
  }

  // MARK: Texts

  private mutating func text() throws(Problem) -> String {
    position += 1
    var content: [UInt8] = []
    while true {
      let plain = plainBytes()
      guard let byte = peek else { throw malformed("văn bản thiếu dấu nháy đóng") }
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        // Most texts hold nothing that is escaped, and need no copy.
        if content.isEmpty { return String(decoding: plain, as: UTF8.self) }
        content.append(contentsOf: plain)
        return String(decoding: content, as: UTF8.self)
      case UInt8(ascii: "\\"):
        position += 1
        content.append(contentsOf: plain)
        try escape(into: &content)
      default: throw malformed("ký tự điều khiển phải được viết dạng thoát")
      }
    }
  }

  /// Moves on to the next byte that means something inside a text, or to the end.
  private mutating func plainBytes() -> ArraySlice<UInt8> {
    let start = position
    var end = start
    while end < bytes.count, bytes[end] >= 0x20, bytes[end] != UInt8(ascii: "\""),
      bytes[end] != UInt8(ascii: "\\")
    {
      end += 1
    }
    position = end
    return bytes[start..<end]
  }

  private mutating func escape(into content: inout [UInt8]) throws(Problem) {
    guard let byte = peek else { throw malformed("văn bản thiếu dấu nháy đóng") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(byte)
    case UInt8(ascii: "b"): content.append(0x08)
    case UInt8(ascii: "f"): content.append(0x0C)
    case UInt8(ascii: "n"): content.append(0x0A)
    case UInt8(ascii: "r"): content.append(0x0D)
    case UInt8(ascii: "t"): content.append(0x09)
    case UInt8(ascii: "u"):
      content.append(contentsOf: String(Character(try scalar())).utf8)
    default: throw malformed("chuỗi thoát không được biết đến")
    }
  }

  private mutating func scalar() throws(Problem) -> Unicode.Scalar {
    let unit = try unit()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    // A high surrogate must be followed by a low one.
    guard (0xD800..<0xDC00).contains(unit), take("\\"), take("u") else {
      throw malformed("cặp mã thay thế không đầy đủ")
    }
    let low = try self.unit()
    guard (0xDC00..<0xE000).contains(low),
      let scalar = Unicode.Scalar(
        0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00))
    else { throw malformed("cặp mã thay thế không đầy đủ") }
    return scalar
  }

  private mutating func unit() throws(Problem) -> UInt16 {
    guard position + 4 <= bytes.count else { throw malformed("mã thoát thiếu chữ số") }
    var unit: UInt16 = 0
    for byte in bytes[position..<position + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw malformed("mã thoát thiếu chữ số")
      }
      unit = unit << 4 | UInt16(digit)
    }
    position += 4
    return unit
  }

  // MARK: Moving on

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func skipBlanks() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  private mutating func enter(_ depth: Int) throws(Problem) {
    guard depth <= Self.depthMax else {
      throw Problem(.tooDeep, detail: "Sâu nhất \(Self.depthMax) mức.", field: "body")
    }
    position += 1
  }

  private func malformed(_ reason: String) -> Problem {
    let before = bytes[..<min(position, bytes.count)]
    let line = before.count { $0 == 0x0A } + 1
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    // Continuation bytes are no columns.
    let column = before[lineStart...].count { $0 & 0xC0 != 0x80 } + 1
    return Problem(
      .malformedJSON, detail: "Dòng \(line), cột \(column): \(reason).", field: "body")
  }
}

/// Finds bytes that are no UTF-8.
enum UTF8Check {
  /// The offset of the first byte that belongs to no valid character.
  static func firstInvalid(in bytes: [UInt8]) -> Int? {
    if String(validating: bytes, as: UTF8.self) != nil { return nil }
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var offset = 0
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): offset += UTF8.width(scalar)
      case .emptyInput, .error: return min(offset, bytes.count - 1)
      }
    }
  }
}
