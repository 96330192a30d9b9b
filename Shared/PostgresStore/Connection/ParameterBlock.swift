import CLibPQ
import EventStream
import ReviewEvents

/// A parameter as the engine's own statements use it.
enum Parameter: Sendable {
  /// What a service can pass, too.
  case value(SQLValue)
  /// `text[]` of texts that are at hand as bytes.
  case payloads([[UInt8]])
  /// `bytea[]`.
  case blobs([[UInt8]])
}

/// The parameters of one statement, laid out as libpq wants them: one block of bytes and the place
/// of each parameter in it.
///
/// Scalars travel as text with no type, so that the server takes the type the statement asks for.
/// Lists and bytes travel in binary form, which needs no quoting and no parsing; their type is part
/// of the statement's identity.
struct ParameterBlock {
  private(set) var bytes: [UInt8] = []
  private(set) var starts: [Int?] = []
  private(set) var lengths: [Int32] = []
  private(set) var formats: [Int32] = []
  private(set) var types: [Oid] = []

  init(_ parameters: [Parameter]) throws(StoreError) {
    for parameter in parameters { try append(parameter) }
    // libpq refuses a null base address even where no byte is read.
    bytes.append(0)
  }

  private mutating func append(_ parameter: Parameter) throws(StoreError) {
    switch parameter {
    case .value(let value): try append(value)
    case .payloads(let texts):
      array(of: .text, texts.count) { block, index in
        block.element { $0.append(contentsOf: texts[index]) }
      }
    case .blobs(let blobs):
      array(of: .bytea, blobs.count) { block, index in
        block.element { $0.append(contentsOf: blobs[index]) }
      }
    }
  }

  private mutating func append(_ value: SQLValue) throws(StoreError) {
    switch value {
    case .null: place(start: nil, length: 0, isBinary: false, type: 0)
    case .text(let text): try scalar(text)
    case .integer(let number): try scalar(String(number))
    case .boolean(let flag): try scalar(flag ? "t" : "f")
    case .instant(let instant): try scalar(instant.description)
    case .bytes(let blob):
      place(start: bytes.count, length: blob.count, isBinary: true, type: ElementType.bytea.oid)
      bytes.append(contentsOf: blob)
    case .texts(let texts):
      array(of: .text, texts.count) { $0.element(texts[$1]) }
    case .optionalTexts(let texts):
      array(of: .text, texts.count, hasNull: texts.contains(nil)) { block, index in
        texts[index].map { block.element($0) } ?? block.nullElement()
      }
    case .integers(let numbers):
      array(of: .bigint, numbers.count) { $0.element(numbers[$1]) }
    case .optionalIntegers(let numbers):
      array(of: .bigint, numbers.count, hasNull: numbers.contains(nil)) { block, index in
        numbers[index].map { block.element($0) } ?? block.nullElement()
      }
    case .booleans(let flags):
      array(of: .boolean, flags.count) { block, index in
        block.element { $0.append(flags[index] ? 1 : 0) }
      }
    case .instants(let instants):
      array(of: .timestamptz, instants.count) { $0.element(instants[$1].microsecondsSince2000) }
    case .optionalInstants(let instants):
      array(of: .timestamptz, instants.count, hasNull: instants.contains(nil)) { block, index in
        instants[index].map { block.element($0.microsecondsSince2000) } ?? block.nullElement()
      }
    }
  }

  private mutating func place(start: Int?, length: Int, isBinary: Bool, type: Oid) {
    starts.append(start)
    lengths.append(Int32(length))
    formats.append(isBinary ? 1 : 0)
    types.append(type)
  }

  private mutating func scalar(_ text: String) throws(StoreError) {
    let start = bytes.count
    bytes.append(contentsOf: text.utf8)
    // libpq reads up to the first zero byte: a text that holds one would be cut in silence.
    guard !bytes[start...].contains(0) else {
      throw .refused(sqlState: "22021", message: "a text holds a zero byte")
    }
    place(start: start, length: bytes.count - start, isBinary: false, type: 0)
    bytes.append(0)
  }

  // MARK: PostgreSQL's binary arrays

  private enum ElementType {
    case text, bigint, boolean, timestamptz, bytea

    /// From PostgreSQL's `pg_type`, where these numbers never change.
    var oid: Oid {
      switch self {
      case .boolean: 16
      case .bytea: 17
      case .bigint: 20
      case .text: 25
      case .timestamptz: 1184
      }
    }

    var arrayOID: Oid {
      switch self {
      case .boolean: 1000
      case .bytea: 1001
      case .bigint: 1016
      case .text: 1009
      case .timestamptz: 1185
      }
    }
  }

  private mutating func array(
    of type: ElementType, _ count: Int, hasNull: Bool = false,
    _ element: (inout ParameterBlock, Int) -> Void
  ) {
    let start = bytes.count
    bytes.appendBigEndian(Int32(count == 0 ? 0 : 1))  // dimensions
    bytes.appendBigEndian(Int32(hasNull ? 1 : 0))
    bytes.appendBigEndian(Int32(bitPattern: type.oid))
    if count > 0 {
      bytes.appendBigEndian(Int32(count))
      bytes.appendBigEndian(Int32(1))  // number of the first element
    }
    for index in 0..<count { element(&self, index) }
    place(start: start, length: bytes.count - start, isBinary: true, type: type.arrayOID)
  }

  private mutating func element(_ write: (inout [UInt8]) -> Void) {
    let start = bytes.count
    bytes.appendBigEndian(Int32(0))
    write(&bytes)
    let length = Int32(bytes.count - start - 4)
    for place in 0..<4 {
      bytes[start + place] = UInt8(truncatingIfNeeded: length >> (24 - 8 * place))
    }
  }

  private mutating func element(_ text: String) { element { $0.append(contentsOf: text.utf8) } }

  private mutating func element(_ number: Int64) {
    bytes.appendBigEndian(Int32(8))
    bytes.appendBigEndian(number)
  }

  private mutating func nullElement() { bytes.appendBigEndian(Int32(-1)) }
}

extension [UInt8] {
  fileprivate mutating func appendBigEndian<Number: FixedWidthInteger>(_ number: Number) {
    for shift in stride(from: Number.bitWidth - 8, through: 0, by: -8) {
      append(UInt8(truncatingIfNeeded: number >> Number(shift)))
    }
  }
}

extension Instant {
  /// PostgreSQL counts time from 2000-01-01T00:00:00Z.
  fileprivate var microsecondsSince2000: Int64 { (milliseconds - 946_684_800_000) * 1_000 }
}
