extension JSONShape {
  /// Reads `bytes`, checks them against this shape and gives back the JSON with every text in NFC.
  /// - Throws: 400 with all violations; slug and field are those of the first.
  func checked(_ bytes: [UInt8]) throws(Problem) -> [UInt8] {
    let (value, duplicates) = try JSONParser.parse(bytes)
    var check = ShapeCheck(errors: duplicates)
    check.value(value, self, at: JSONPath())
    guard check.errors.isEmpty else {
      var problem = Problem.invalid(Array(check.errors.prefix(ShapeCheck.errorsMax)))
      if check.errors.count > ShapeCheck.errorsMax { problem.errorsTotal = check.errors.count }
      throw problem
    }
    return check.output
  }
}

/// Walks a value and a shape together; writes what fits and notes what does not.
private struct ShapeCheck {
  /// The most violations that an answer lists.
  static let errorsMax = 100

  var errors: [FieldError]
  private(set) var output: [UInt8] = []

  init(errors: [FieldError]) { self.errors = errors }

  mutating func value(_ value: JSONValue, _ shape: JSONShape, at path: JSONPath) {
    switch (shape, value) {
    case (.nullable, .null): output.append(contentsOf: "null".utf8)
    case (.nullable(let shape), _): self.value(value, shape, at: path)
    case (.object(let fields), .object(let members)): object(members, fields, at: path)
    case (.list(let element, let min, let max), .list(let items)):
      list(items, of: element, min: min, max: max, at: path)
    case (.boolean, .boolean(let truth)): output.append(contentsOf: "\(truth)".utf8)
    case (.integer(let range), .number(let text)):
      keep(ScalarCheck.integer(text, in: range), at: path) { Array($0.utf8) }
    case (.string, .text(let text)), (.choice, .text(let text)), (.identifier, .text(let text)),
      (.identifierPart, .text(let text)), (.subject, .text(let text)),
      (.instant, .text(let text)), (.date, .text(let text)):
      keep(ScalarCheck.check(text, shape), at: path, JSONText.quoted)
    default: violate(.wrongType, shape.expectation, at: path)
    }
  }

  private mutating func object(
    _ members: [JSONValue.Member], _ fields: [Field], at path: JSONPath
  ) {
    var missing = fields
    output.append(UInt8(ascii: "{"))
    var separator: String = ""
    for member in members {
      let place = path.member(member.name)
      guard let index = missing.firstIndex(where: { $0.name == member.name }) else {
        violate(.unknownMember, RuntimeSlug.unknownMember.title, at: place)
        continue
      }
      let field = missing.remove(at: index)
      // A missing value and `null` mean the same.
      if case .null = member.value, !field.isRequired { continue }
      output.append(contentsOf: separator.utf8)
      separator = ","
      output.append(contentsOf: JSONText.quoted(field.name))
      output.append(UInt8(ascii: ":"))
      value(member.value, field.shape, at: place)
    }
    output.append(UInt8(ascii: "}"))
    for field in missing where field.isRequired {
      violate(.missingMember, RuntimeSlug.missingMember.title, at: path.member(field.name))
    }
  }

  private mutating func list(
    _ items: [JSONValue], of element: JSONShape, min: Int, max: Int, at path: JSONPath
  ) {
    guard items.count <= max else {
      return violate(.tooManyItems, "nhiều nhất \(max) mục", at: path)
    }
    guard items.count >= min else {
      return violate(.missingMember, "ít nhất \(min) mục", at: path)
    }
    output.append(UInt8(ascii: "["))
    for (index, item) in items.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      value(item, element, at: path.item(index))
    }
    output.append(UInt8(ascii: "]"))
  }

  private mutating func keep(
    _ checked: Checked, at path: JSONPath, _ write: (String) -> [UInt8]
  ) {
    switch checked {
    case .fits(let text): output.append(contentsOf: write(text))
    case .violates(let slug, let reason): violate(slug, reason, at: path)
    }
  }

  private mutating func violate(_ slug: RuntimeSlug, _ reason: String, at path: JSONPath) {
    let field = path.text.isEmpty ? "body" : path.text
    errors.append(FieldError(slug: slug.rawValue, field: field, reason: reason))
  }
}

extension JSONShape {
  /// What should have stood there, in Vietnamese.
  fileprivate var expectation: String {
    switch self {
    case .object: "phải là một đối tượng JSON"
    case .list: "phải là một danh sách"
    case .boolean: "phải là true hoặc false"
    case .integer: "phải là số nguyên"
    case .nullable(let shape): shape.expectation
    case .string, .choice, .identifier, .identifierPart, .subject, .instant, .date:
      "phải là văn bản"
    }
  }
}
