public import ReviewRules

/// Everything that is wrong with the rule-set files of a directory.
public struct RuleProblems: Error, Sendable, CustomStringConvertible {
  /// In order of file and line.
  public let problems: [RuleProblem]

  init(_ problems: [RuleProblem]) {
    self.problems = problems.sorted { ($0.file, $0.line) < ($1.file, $1.line) }
  }

  /// One line for each problem.
  public var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// Reads the versioned rule-set files (contract 22).
public enum RuleSets {
  /// The largest file that is read, in bytes.
  public static let fileBytesMax = 1_048_576

  /// Loads every `*.yaml` file of `directory`: rule sets, and the province's layers on them.
  /// - Throws: ``RuleProblems`` with every mistake of every file.
  public static func load(directory: String) throws(RuleProblems) -> RuleBook {
    let folder = try YAMLFolder(directory, bytesMax: fileBytesMax)
    var files = RuleFiles()
    files.problems = folder.problems
    for text in folder.texts { files.add(text.yaml, name: text.file) }
    return try files.book()
  }

  /// The rule sets written in `texts`, by the names of their files.
  /// - Throws: ``RuleProblems``.
  public static func parse(_ texts: [(file: String, yaml: String)]) throws(RuleProblems) -> RuleBook
  {
    var files = RuleFiles()
    for text in texts { files.add(text.yaml, name: text.file) }
    return try files.book()
  }
}
