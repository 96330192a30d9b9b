internal import Yams

/// One thing that is wrong in a rule-set file.
public struct RuleProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file's name.
  public let file: String
  /// The line, from 1.
  public let line: Int
  /// What is wrong and where, in words.
  public let text: String

  /// `132-2021.yaml:12: quota.percent must lie in 0...100`.
  public var description: String { "\(file):\(line): \(text)" }
}

/// Reads one mapping of a YAML document, keeps what is wrong and goes on, so that an author sees
/// every mistake at once.
final class YAMLReader {
  private let file: String
  private(set) var problems: [RuleProblem] = []

  init(file: String) { self.file = file }

  func report(_ text: String, at node: Node?) {
    problems.append(RuleProblem(file: file, line: node?.mark?.line ?? 1, text: text))
  }

  /// The members of a mapping, each known, none twice.
  func members(
    of node: Node, _ path: String, required: [String], optional: [String] = []
  ) -> [String: Node] {
    guard case .mapping(let mapping) = node else {
      report("\(path) must be a mapping", at: node)
      return [:]
    }
    var members: [String: Node] = [:]
    for (key, value) in mapping {
      let name = key.string ?? ""
      if !required.contains(name) && !optional.contains(name) {
        report("\(path) has an unknown member \(name)", at: key)
      }
      members[name] = value
    }
    for name in required where members[name] == nil {
      report("\(path).\(name) is missing", at: node)
    }
    return members
  }

  func list(_ node: Node?, _ path: String) -> [Node] {
    guard let node else { return [] }
    guard case .sequence(let sequence) = node, !sequence.isEmpty else {
      report("\(path) must be a list that is not empty", at: node)
      return []
    }
    return Array(sequence)
  }

  func text(_ node: Node?, _ path: String) -> String? {
    guard let node else { return nil }
    guard case .scalar(let scalar) = node, !scalar.string.isEmpty else {
      report("\(path) must be a text that is not empty", at: node)
      return nil
    }
    return scalar.string
  }

  func integer(_ node: Node?, _ path: String, in range: ClosedRange<Int>) -> Int? {
    guard let node else { return nil }
    guard case .scalar(let scalar) = node, let number = Int(scalar.string), range.contains(number)
    else {
      report("\(path) must be a whole number in \(range)", at: node)
      return nil
    }
    return number
  }

  func boolean(_ node: Node?, _ path: String) -> Bool? {
    guard let node else { return nil }
    guard case .scalar(let scalar) = node, ["true", "false"].contains(scalar.string) else {
      report("\(path) must be true or false", at: node)
      return nil
    }
    return scalar.string == "true"
  }

  func choice<Choice: RawRepresentable & CaseIterable>(
    _ node: Node?, _ path: String, _ type: Choice.Type
  ) -> Choice? where Choice.RawValue == String {
    guard let node else { return nil }
    guard case .scalar(let scalar) = node, let choice = Choice(rawValue: scalar.string) else {
      let choices = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      report("\(path) must be one of \(choices)", at: node)
      return nil
    }
    return choice
  }

  /// A value that is unique among its neighbours.
  func unique<Value: Hashable>(
    _ value: Value?, _ path: String, at node: Node?, among seen: inout Set<Value>
  ) {
    guard let value, !seen.insert(value).inserted else { return }
    report("\(path) stands twice", at: node)
  }
}
