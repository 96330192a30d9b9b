/// Reads XML 1.0 as spreadsheets need it, and nothing beyond: UTF-8 alone, no document type, no
/// entities but the five that every XML has, bounded depth, names, attributes and texts.
///
/// The bytes are taken block by block, so a part is never in memory as a whole.
struct XMLReader {
  /// What comes next.
  enum Event {
    case start(XMLElement)
    case text(String)
    case end
    /// The root was closed and nothing follows.
    case finished
  }

  static let blockBytes = 65_536
  /// The longest name of an element or attribute, in bytes.
  static let nameBytesMax = 256
  /// The most bytes of one text for each character that a cell may hold: `_xFFFF_` is a character.
  static let bytesPerCharacter = 8

  let part: String
  private let stream: PartStream
  private let limits: SpreadsheetLimits
  private var block = [UInt8](repeating: 0, count: blockBytes)
  private var position = 0
  private var filled = 0
  private var line = 1
  private var token: [UInt8] = []
  private var scope = XMLScope()
  private var isEmptyElement = false
  private var isBegun = false
  private var hadRoot = false
  private var elementCount = 0

  init(_ archive: ZipArchive, _ part: String) throws(SpreadsheetError) {
    self.part = part
    stream = try PartStream(archive, part)
    limits = archive.limits
  }

  // MARK: Events

  mutating func next() throws(SpreadsheetError) -> Event {
    if !isBegun { try begin() }
    if isEmptyElement {
      isEmptyElement = false
      _ = scope.close()
      return .end
    }
    while let byte = try peek() {
      guard byte == UInt8(ascii: "<") else {
        let text = try text()
        if scope.depth > 0 { return .text(text) }
        guard text.utf8.allSatisfy(Self.isBlank) else { throw malformed }
        continue
      }
      position += 1
      if let event = try markup() { return event }
    }
    guard scope.depth == 0, hadRoot else { throw malformed }
    return .finished
  }

  /// What follows `<`; nothing for what means nothing.
  private mutating func markup() throws(SpreadsheetError) -> Event? {
    switch try peek() {
    case UInt8(ascii: "/"):
      position += 1
      let name = try name()
      try skipBlanks()
      try expect(">")
      guard scope.close() == name else { throw malformed }
      return .end
    case UInt8(ascii: "?"):
      position += 1
      try instruction()
      return nil
    case UInt8(ascii: "!"):
      position += 1
      return try declaration()
    default: return .start(try start())
    }
  }

  private mutating func start() throws(SpreadsheetError) -> XMLElement {
    guard scope.depth > 0 || !hadRoot else { throw malformed }
    hadRoot = true
    guard scope.depth < limits.depth else { throw .tooLarge(.depth) }
    elementCount += 1
    guard elementCount <= limits.elements else { throw .tooLarge(.elements) }
    let name = try name()
    var attributes: [(name: String, value: String)] = []
    while true {
      let isApart = try skipBlanks()
      guard let byte = try peek() else { throw malformed }
      if byte == UInt8(ascii: ">") {
        position += 1
        break
      }
      if byte == UInt8(ascii: "/") {
        position += 1
        try expect(">")
        isEmptyElement = true
        break
      }
      guard isApart else { throw malformed }
      guard attributes.count < limits.attributes else { throw .tooLarge(.attributes) }
      let attribute = try attribute()
      guard !attributes.contains(where: { $0.name == attribute.name }) else { throw malformed }
      attributes.append(attribute)
    }
    guard let element = scope.open(name, attributes) else { throw malformed }
    guard scope.prefixCount <= limits.namespaces else { throw .tooLarge(.namespaces) }
    return element
  }

  private mutating func attribute() throws(SpreadsheetError) -> (name: String, value: String) {
    let name = try name()
    try skipBlanks()
    try expect("=")
    try skipBlanks()
    guard let quote = try take(), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
      throw malformed
    }
    token.removeAll(keepingCapacity: true)
    while let byte = try take() {
      switch byte {
      case quote: return (name, try taken())
      case UInt8(ascii: "<"): throw malformed
      case UInt8(ascii: "&"): try reference()
      case 0x0D: if try peek() != 0x0A { token.append(0x20) }
      case 0x09, 0x0A: token.append(0x20)
      case 0..<0x20: throw malformed
      default: token.append(byte)
      }
      try checkToken()
    }
    throw malformed
  }

  // MARK: Texts

  /// Everything up to the next `<`.
  private mutating func text() throws(SpreadsheetError) -> String {
    token.removeAll(keepingCapacity: true)
    while let byte = try peek(), byte != UInt8(ascii: "<") {
      switch byte {
      case UInt8(ascii: "&"):
        position += 1
        try reference()
      case 0x0D:
        // Any line end is one line feed (XML 1.0, 2.11).
        position += 1
        if try peek() != 0x0A { token.append(0x0A) }
      case 0x0A, 0x09:
        if byte == 0x0A { line += 1 }
        position += 1
        token.append(byte)
      case 0..<0x20: throw malformed
      default: takePlain()
      }
      try checkToken()
    }
    return try taken()
  }

  /// Takes what means nothing but itself, as far as the block holds it.
  private mutating func takePlain() {
    var end = position
    while end < filled, block[end] >= 0x20, block[end] != UInt8(ascii: "<"),
      block[end] != UInt8(ascii: "&")
    {
      end += 1
    }
    token += block[position..<end]
    position = end
  }

  /// What follows `&`.
  private mutating func reference() throws(SpreadsheetError) {
    var name: [UInt8] = []
    while true {
      guard let byte = try take(), name.count < 10 else { throw malformed }
      if byte == UInt8(ascii: ";") { break }
      name.append(byte)
    }
    switch String(decoding: name, as: UTF8.self) {
    case "lt": token.append(UInt8(ascii: "<"))
    case "gt": token.append(UInt8(ascii: ">"))
    case "amp": token.append(UInt8(ascii: "&"))
    case "quot": token.append(UInt8(ascii: "\""))
    case "apos": token.append(UInt8(ascii: "'"))
    case let number where number.hasPrefix("#"):
      guard let scalar = Self.scalar(number.dropFirst()) else { throw malformed }
      token += String(Character(scalar)).utf8
    default: throw .forbiddenXML(part: part, .entity)
    }
  }

  private static func scalar(_ number: Substring) -> Unicode.Scalar? {
    let isHexadecimal = number.hasPrefix("x")
    let digits = isHexadecimal ? number.dropFirst() : number
    guard digits.utf8.first.map({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }) == true,
      let value = UInt32(digits, radix: isHexadecimal ? 16 : 10)
    else { return nil }
    switch value {
    case 0x09, 0x0A, 0x0D, 0x20...0xD7FF, 0xE000...0xFFFD, 0x1_0000...0x10_FFFF:
      return Unicode.Scalar(value)
    default: return nil
    }
  }

  // MARK: What is skipped

  private mutating func declaration() throws(SpreadsheetError) -> Event? {
    switch try peek() {
    case UInt8(ascii: "-"):
      try expect("--")
      try skip(behind: "--")
      try expect(">")
      return nil
    case UInt8(ascii: "["):
      try expect("[CDATA[")
      guard scope.depth > 0 else { throw malformed }
      try skip(behind: "]]>")
      token.removeLast(3)
      return .text(try taken())
    default: throw .forbiddenXML(part: part, .documentType)
    }
  }

  /// Takes everything up to `end` and `end` itself.
  private mutating func skip(behind end: StaticString) throws(SpreadsheetError) {
    let end = Array(end.description.utf8)
    token.removeAll(keepingCapacity: true)
    while !token.suffix(end.count).elementsEqual(end) {
      guard let byte = try take(), byte >= 0x20 || Self.isBlank(byte) else { throw malformed }
      token.append(byte)
      try checkToken()
    }
  }

  /// An instruction; the XML declaration only at the very beginning.
  private mutating func instruction() throws(SpreadsheetError) {
    let target = try name()
    guard target.lowercased() == "xml" else {
      try skip(behind: "?>")
      return
    }
    guard !hadRoot, line == 1, target == "xml" else { throw malformed }
    while true {
      try skipBlanks()
      if try peek() == UInt8(ascii: "?") { break }
      let attribute = try attribute()
      if attribute.name == "encoding", attribute.value.lowercased() != "utf-8" {
        throw .forbiddenXML(part: part, .encoding)
      }
    }
    try expect("?>")
  }

  /// Takes a byte order mark, and sees whether the bytes can be UTF-8 at all.
  private mutating func begin() throws(SpreadsheetError) {
    isBegun = true
    switch try peek() {
    case 0xEF:
      position += 1
      guard try take() == 0xBB, try take() == 0xBF else {
        throw .forbiddenXML(part: part, .encoding)
      }
    case 0xFE, 0xFF, 0x00: throw .forbiddenXML(part: part, .encoding)
    default: break
    }
  }

  // MARK: Bytes

  private mutating func peek() throws(SpreadsheetError) -> UInt8? {
    if position == filled {
      filled = try stream.next(into: &block)
      position = 0
      if filled == 0 { return nil }
    }
    return block[position]
  }

  private mutating func take() throws(SpreadsheetError) -> UInt8? {
    guard let byte = try peek() else { return nil }
    position += 1
    if byte == 0x0A { line += 1 }
    return byte
  }

  private mutating func expect(_ text: StaticString) throws(SpreadsheetError) {
    for byte in text.description.utf8 {
      guard try take() == byte else { throw malformed }
    }
  }

  @discardableResult
  private mutating func skipBlanks() throws(SpreadsheetError) -> Bool {
    var isAny = false
    while let byte = try peek(), Self.isBlank(byte) {
      if byte == 0x0A { line += 1 }
      position += 1
      isAny = true
    }
    return isAny
  }

  private mutating func name() throws(SpreadsheetError) -> String {
    token.removeAll(keepingCapacity: true)
    while let byte = try peek(), Self.isName(byte) {
      guard token.count < Self.nameBytesMax else { throw malformed }
      token.append(byte)
      position += 1
    }
    guard let first = token.first, first != UInt8(ascii: "-"), first != UInt8(ascii: "."),
      !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
    else { throw malformed }
    return try taken()
  }

  /// The token as text.
  private func taken() throws(SpreadsheetError) -> String {
    // Names and most values are ASCII, for which looking is quicker than validating.
    if token.allSatisfy({ $0 < 0x80 }) { return String(decoding: token, as: UTF8.self) }
    guard let text = String(validating: token, as: UTF8.self) else {
      throw .forbiddenXML(part: part, .encoding)
    }
    return text
  }

  private func checkToken() throws(SpreadsheetError) {
    guard token.count <= textBytesMax else { throw .tooLarge(.cellLength) }
  }

  /// Refuses a text that grows piece by piece beyond what a cell can hold.
  func checkLength(of text: String) throws(SpreadsheetError) {
    guard text.utf8.count <= textBytesMax else { throw .tooLarge(.cellLength) }
  }

  private var textBytesMax: Int { limits.cellLength * Self.bytesPerCharacter }

  private var malformed: SpreadsheetError { .malformedXML(part: part, line: line) }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D
  }

  private static func isName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: ":"),
      UInt8(ascii: "-"), UInt8(ascii: "."), 0x80...:
      true
    default: false
    }
  }
}
