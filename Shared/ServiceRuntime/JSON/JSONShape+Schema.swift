extension JSONShape {
  /// This shape as JSON Schema.
  var schema: SchemaValue {
    switch self {
    case .object(let fields):
      return .object(
        [
          ("type", .text("object")),
          ("properties", .object(fields.map { ($0.name, $0.schema) })),
          ("additionalProperties", .boolean(false)),
        ] + required(fields))
    case .list(let element, let min, let max):
      return .object(
        [("type", .text("array")), ("items", element.schema)]
          + (min > 0 ? [("minItems", .number(Int64(min)))] : [])
          + [("maxItems", .number(Int64(max)))])
    case .string(let min, let max):
      return .object(
        [("type", .text("string"))] + (min > 0 ? [("minLength", .number(Int64(min)))] : [])
          + [("maxLength", .number(Int64(max)))])
    case .choice(let choices):
      return .object([("type", .text("string")), ("enum", .list(choices.map { .text($0) }))])
    case .identifier:
      return .object([("type", .text("string")), ("pattern", .text("^[A-Za-z0-9._-]{1,160}$"))])
    case .identifierPart(let max):
      return .object([
        ("type", .text("string")), ("pattern", .text("^[A-Za-z0-9._-]{1,\(max)}$")),
      ])
    case .subject:
      return .object([
        ("type", .text("string")), ("pattern", .text("^(unit|person)/[A-Za-z0-9._-]{1,160}$")),
      ])
    case .instant: return .object([("type", .text("string")), ("format", .text("date-time"))])
    case .date: return .object([("type", .text("string")), ("format", .text("date"))])
    case .boolean: return .object([("type", .text("boolean"))])
    case .integer(let range):
      return .object([
        ("type", .text("integer")), ("minimum", .number(range.lowerBound)),
        ("maximum", .number(range.upperBound)),
      ])
    case .nullable(let shape): return shape.schemaOrNull
    }
  }

  /// This shape or `null`.
  var schemaOrNull: SchemaValue {
    .object([("anyOf", .list([schema, .object([("type", .text("null"))])]))])
  }

  private func required(_ fields: [Field]) -> [(name: String, value: SchemaValue)] {
    let names = fields.filter(\.isRequired).map { SchemaValue.text($0.name) }
    return names.isEmpty ? [] : [("required", .list(names))]
  }
}

extension Field {
  /// The schema of the part inside an object.
  var schema: SchemaValue {
    let schema = isRequired ? shape.schema : shape.schemaOrNull
    guard let summary, case .object(let members) = schema else { return schema }
    return .object(members + [("description", .text(summary))])
  }
}
