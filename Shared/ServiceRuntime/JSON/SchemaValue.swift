/// A JSON Schema (2020-12) under construction: members keep an order that never depends on a hash.
indirect enum SchemaValue: Sendable, Hashable {
  case text(String)
  case number(Int64)
  case boolean(Bool)
  case list([SchemaValue])
  case object([(name: String, value: SchemaValue)])

  static func == (left: Self, right: Self) -> Bool { left.json == right.json }

  func hash(into hasher: inout Hasher) { hasher.combine(json) }

  /// The JSON text, two blanks for each level, members in the order given.
  var json: String { json(indent: "") }

  private func json(indent: String) -> String {
    let inner = indent + "  "
    switch self {
    case .text(let text): return String(decoding: JSONText.quoted(text), as: UTF8.self)
    case .number(let number): return String(number)
    case .boolean(let truth): return String(truth)
    case .list(let items) where items.isEmpty: return "[]"
    case .list(let items):
      let lines = items.map { inner + $0.json(indent: inner) }
      return "[\n\(lines.joined(separator: ",\n"))\n\(indent)]"
    case .object(let members) where members.isEmpty: return "{}"
    case .object(let members):
      let lines = members.map { name, value in
        "\(inner)\(SchemaValue.text(name).json): \(value.json(indent: inner))"
      }
      return "{\n\(lines.joined(separator: ",\n"))\n\(indent)}"
    }
  }
}
