import ReviewEvents
import ReviewRules
import RuleSets
import Testing

@Suite struct `The text of a rule set that is approved` {
  private static func canonical(_ change: (String) -> String = { $0 }) throws -> String {
    let book = try RuleSets.parse([("rules.yaml", change(try Shipped.text("132-2018")))])
    let id = try #require(book.ids.first)
    return try #require(book[id]).canonicalText
  }

  /// What an author may do to a file without saying anything else.
  private static let layouts: [(what: String, change: @Sendable (String) -> String)] = [
    (
      "comments",
      { text in
        "# Của tỉnh Mẫu\n\n"
          + text.split(separator: "\n", omittingEmptySubsequences: false)
          .map { $0.isEmpty ? "# trống" : $0 + " # đã xem" }.joined(separator: "\n")
      }
    ),
    ("quotes", { $0.replacing("id: 132-2018", with: "id: '132-2018'") }),
    (
      "blanks",
      { text in
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
          // White space inside a text is said, and stays.
          line.contains("\"") || !line.contains("{ ")
            ? line : line.replacing("{ ", with: "{").replacing(", ", with: ",   ")
        }.joined(separator: "\n")
      }
    ),
    (
      "a list in lines",
      {
        $0.replacing(
          "levels:\n  - { code: PROVINCE, name: Cấp tỉnh }",
          with: "levels:\n  - code: PROVINCE\n    name: Cấp tỉnh")
      }
    ),
  ]

  @Test(arguments: layouts.indices)
  func `does not change with the layout of the file`(place: Int) throws {
    let (what, change) = Self.layouts[place]
    let text = try Shipped.text("132-2018")
    try #require(change(text) != text, "\(what)")
    #expect(try Self.canonical(change) == Self.canonical(), "\(what)")
  }

  @Test func `changes with every value and every place`() throws {
    var rules = try Shipped.ruleSet("366-2025")
    rules.lines = Array(rules.lines.prefix(50))
    var texts: Set<String> = [rules.canonicalText]
    for place in rules.lines.indices {
      var other = rules
      other.lines[place].value += "."
      texts.insert(other.canonicalText)
      other = rules
      other.lines[place].path += "."
      texts.insert(other.canonicalText)
      other = rules
      other.lines.remove(at: place)
      texts.insert(other.canonicalText)
    }
    #expect(texts.count == 151)
  }

  @Test func `changes with the order, because that of levels has a meaning`() throws {
    let swapped = try Self.canonical { text in
      let (province, cell) = ("{ code: PROVINCE, name: Cấp tỉnh }", "{ code: CELL, name: Chi bộ }")
      return text.replacing(province, with: "HIGHEST").replacing(cell, with: province)
        .replacing("HIGHEST", with: cell)
    }
    #expect(try swapped != Self.canonical())
    // So it does with the order of members, although that says nothing.
    let moved = try Self.canonical { text in
      text.replacing("id: 132-2018\n", with: "") + "\nid: 132-2018\n"
    }
    #expect(try moved != Self.canonical())
    #expect(
      try moved.split(separator: "\n").sorted()
        == Self.canonical().split(separator: "\n").sorted())
  }

  @Test func `holds one line for each value, whatever stands in it`() throws {
    func text(_ lines: [(String, String)]) throws -> String {
      var rules = try Shipped.ruleSet("132-2018")
      rules.lines = lines.map { RuleLine(path: $0.0, value: $0.1) }
      return rules.canonicalText
    }
    #expect(try text([("a", "1"), ("b", "x, y")]) == "a\t1\nb\tx, y\n")
    #expect(try text([("a", "1\nb\t2")]) == "a\t1\\nb\\t2\n")
    #expect(try text([("a", "\\n")]) == "a\t\\\\n\n")
    #expect(try text([("a", "1\r\n")]) == "a\t1\\r\\n\n")
  }

  @Test func `of a province's layer changes with the rule set below it`() throws {
    func canonical(_ change: (String) -> String) throws -> String {
      let book = try RuleSets.parse([
        ("layer.yaml", `A province's layer on a rule set`.layer),
        ("366-2025.yaml", change(Shipped.text("366-2025"))),
      ])
      let id = try #require(book.ids.first { $0.text != "366-2025" })
      return try #require(book[id]).canonicalText
    }
    #expect(
      try canonical { $0.replacing("acknowledgeDays: 3", with: "acknowledgeDays: 4") }
        != canonical { $0 })
  }
}
