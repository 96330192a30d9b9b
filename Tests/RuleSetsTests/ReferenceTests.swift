import Foundation
import ReviewEvents
import ReviewRules
import Testing

@Suite struct `The reference of rule sets` {
  private static let begin = "<!-- generated: begin -->\n"
  private static let end = "<!-- generated: end -->"

  /// After a change of a rule set: `REVIEW_WRITE_REFERENCE=1 make test` writes the tables anew.
  @Test func `tells exactly what the files say`() throws {
    let file = Shipped.root.appending(path: "docs/reference/rules.md")
    var page = try String(contentsOf: file, encoding: .utf8)
    let begin = try #require(page.range(of: Self.begin)).upperBound
    let end = try #require(page.range(of: Self.end)).lowerBound
    let tables = Self.tables(try Shipped.all())
    if ProcessInfo.processInfo.environment["REVIEW_WRITE_REFERENCE"] == "1" {
      page.replaceSubrange(begin..<end, with: tables)
      try Data(page.utf8).write(to: file)
      return
    }
    #expect(String(page[begin..<end]) == tables)
  }

  private static func tables(_ ruleSets: [RuleSet]) -> String {
    let list = ruleSets.map { rules in
      let years = rules.scope.years
      let last = years.upperBound == RuleScope.lastYear ? "" : "\(years.upperBound)"
      let basis = rules.legalBasis.map { "\($0.printedNumber) (\($0.date))" }
      return row([
        "`\(rules.id)`", "\(years.lowerBound)–\(last)",
        rules.scope.kinds.map(\.rawValue).joined(separator: ", "), basis.joined(separator: ", "),
      ])
    }
    let changes = zip(ruleSets, ruleSets.dropFirst()).map { former, rules in
      "\n### From `\(former.id)` to `\(rules.id)`\n\n"
        + table(["place", "before", "after"], rules.changes(since: former).map(row))
    }
    return "\n" + table(["rule set", "years", "cycles", "rests on"], list) + changes.joined() + "\n"
  }

  private static func row(_ change: RuleSetChange) -> String {
    row(["`\(change.path)`", change.old ?? "–", change.new ?? "–"])
  }

  private static func table(_ head: [String], _ rows: [String]) -> String {
    row(head) + row(head.map { _ in "---" }) + rows.joined()
  }

  private static func row(_ cells: [String]) -> String {
    "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
  }
}
