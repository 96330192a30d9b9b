/// What the formats of a workbook say about the numbers that they show.
struct CellFormats: Sendable {
  /// What a format makes of a number.
  enum Kind: Sendable, Hashable {
    /// Shows it as it is.
    case plain
    /// Shows a day, a time or both.
    case date
    /// Shows something else: another unit, leading zeros, words.
    case shaped
  }

  /// General, and whole numbers without anything.
  private static let plainIDs: Set<Int> = [0, 1, 49]
  /// The formats for days and times that every workbook has (ECMA-376 part 1, 18.8.30).
  private static let dateIDs: Set<Int> = Set(
    Array(14...22) + Array(27...36) + Array(45...47) + Array(50...58))
  /// The longest code that Excel takes, in UTF-8 bytes.
  private static let codeBytesMax = 1_020
  /// Numbers from here on are the workbook's own.
  private static let firstOwnID = 164

  private var kinds: [Kind] = []

  /// The formats of a workbook without styles.
  init() {}

  /// Reads the part with the styles.
  init(_ archive: ZipArchive, _ part: String) throws(SpreadsheetError) {
    var own: [Int: Kind] = [:]
    var reader = try XMLReader.inside("styleSheet", of: archive, part)
    while let child = try reader.child() {
      if child.isSheet("numFmts") {
        try Self.readOwn(&reader, archive.limits, &own)
      } else if child.isSheet("cellXfs") {
        while let format = try reader.child() {
          guard kinds.count < archive.limits.formats else { throw .tooLarge(.formats) }
          guard let id = Int(format["numFmtId"] ?? "0") else { throw .malformedPart(part) }
          kinds.append(own[id] ?? Self.kind(ofCommon: id))
          try reader.skip()
        }
      } else {
        try reader.skip()
      }
    }
    try reader.finish()
  }

  /// What the format of a cell does; `nil` when the workbook has no such format.
  subscript(_ style: Int) -> Kind? {
    if kinds.isEmpty && style == 0 { return .plain }
    return kinds.indices.contains(style) ? kinds[style] : nil
  }

  private static func readOwn(
    _ reader: inout XMLReader, _ limits: SpreadsheetLimits, _ own: inout [Int: Kind]
  ) throws(SpreadsheetError) {
    while let format = try reader.child() {
      guard own.count < limits.formats else { throw .tooLarge(.formats) }
      guard let id = format["numFmtId"].flatMap({ Int($0) }), let code = format["formatCode"] else {
        throw .malformedPart(reader.part)
      }
      own[id] = kind(of: code)
      try reader.skip()
    }
  }

  private static func kind(ofCommon id: Int) -> Kind {
    if plainIDs.contains(id) || id >= firstOwnID { return .plain }
    return dateIDs.contains(id) ? .date : .shaped
  }

  /// What a code like `dd/mm/yyyy` or `"Số "0` does.
  static func kind(of code: String) -> Kind {
    guard code.utf8.count <= codeBytesMax else { return .shaped }
    if ["general", "0", "@"].contains(code.lowercased()) { return .plain }
    var isQuoted = false
    var isEscaped = false
    var bracket: String?
    for character in code.lowercased() {
      if isEscaped {
        isEscaped = false
      } else if isQuoted {
        isQuoted = character != "\""
      } else if let inside = bracket {
        // Hours that go on behind 24, such as [h]; other brackets are colours and conditions.
        if character == "]", ["h", "m", "s"].contains(inside.prefix(1)), Set(inside).count == 1 {
          return .date
        }
        bracket = character == "]" ? nil : inside + String(character)
      } else {
        switch character {
        case "\\", "_", "*": isEscaped = true
        case "\"": isQuoted = true
        case "[": bracket = ""
        case "y", "m", "d", "h", "s": return .date
        default: break
        }
      }
    }
    return .shaped
  }
}
