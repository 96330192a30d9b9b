internal import FoundationEssentials
internal import ReviewEvents
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

  /// Loads every `*.yaml` file of `directory`.
  /// - Throws: ``RuleProblems`` with every mistake of every file.
  public static func load(directory: String) throws(RuleProblems) -> RuleBook {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: directory)
        .filter { $0.hasSuffix(".yaml") }.sorted()
    } catch {
      throw RuleProblems([
        RuleProblem(file: directory, line: 1, text: "the directory cannot be read")
      ])
    }
    var ruleSets: [RuleSet] = []
    var problems: [RuleProblem] = []
    for name in names {
      switch read(directory: directory, name: name) {
      case .success(let ruleSet):
        if ruleSets.contains(where: { $0.id == ruleSet.id }) {
          problems.append(
            RuleProblem(file: name, line: 1, text: "id \(ruleSet.id) stands in another file"))
        }
        ruleSets.append(ruleSet)
      case .failure(let failure): problems += failure.problems
      }
    }
    if names.isEmpty {
      problems.append(RuleProblem(file: directory, line: 1, text: "no *.yaml file"))
    }
    guard problems.isEmpty else { throw RuleProblems(problems) }
    return RuleBook(ruleSets)
  }

  /// The rule set written in `yaml`.
  /// - Throws: ``RuleProblems``.
  public static func parse(_ yaml: String, file: String) throws(RuleProblems) -> RuleSet {
    try RuleSetFile.read(yaml, file: file).get()
  }

  private static func read(directory: String, name: String) -> Result<RuleSet, RuleProblems> {
    guard let data = FileManager.default.contents(atPath: "\(directory)/\(name)"),
      data.count <= fileBytesMax, let yaml = String(validating: data, as: UTF8.self)
    else {
      return .failure(
        RuleProblems([
          RuleProblem(
            file: name, line: 1,
            text: "cannot be read, is over \(fileBytesMax) bytes, or is not UTF-8")
        ]))
    }
    return RuleSetFile.read(yaml, file: name)
  }
}
