internal import FoundationEssentials

/// The `*.yaml` files of a directory.
struct YAMLFolder {
  /// The texts that can be read, in order of their names.
  private(set) var texts: [(file: String, yaml: String)] = []
  /// What is wrong with the others.
  private(set) var problems: [RuleProblem] = []

  /// Reads every file that is no larger than `bytesMax`.
  /// - Throws: ``RuleProblems`` for a directory that cannot be read.
  init(_ directory: String, bytesMax: Int) throws(RuleProblems) {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: directory)
        .filter { $0.hasSuffix(".yaml") }.sorted()
    } catch {
      throw RuleProblems([
        RuleProblem(file: directory, line: 1, text: "the directory cannot be read")
      ])
    }
    for name in names {
      guard let data = FileManager.default.contents(atPath: "\(directory)/\(name)"),
        data.count <= bytesMax, let yaml = String(validating: data, as: UTF8.self)
      else {
        problems.append(
          RuleProblem(
            file: name, line: 1,
            text: "cannot be read, is over \(bytesMax) bytes, or is not UTF-8"))
        continue
      }
      texts.append((file: name, yaml: yaml))
    }
    if names.isEmpty {
      problems.append(RuleProblem(file: directory, line: 1, text: "no *.yaml file"))
    }
  }
}
