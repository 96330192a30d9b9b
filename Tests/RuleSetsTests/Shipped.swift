import Foundation
import ReviewEvents
import ReviewRules
import RuleSets
import Testing

/// The rule sets that the project ships.
enum Shipped {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../..").standardized
  static let directory = root.appending(path: "deploy/rules").path()

  static func text(_ id: String) throws -> String {
    try String(contentsOfFile: "\(directory)/\(id).yaml", encoding: .utf8)
  }

  static func book() throws -> RuleBook { try RuleSets.load(directory: directory) }

  static func all() throws -> [RuleSet] {
    let book = try book()
    return book.ids.compactMap { book[$0] }.sorted {
      $0.scope.years.lowerBound < $1.scope.years.lowerBound
    }
  }

  static func ruleSet(_ id: String) throws -> RuleSet {
    try #require(try book()[RuleSetID(id)])
  }
}
