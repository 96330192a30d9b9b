internal import ReviewEvents
internal import ReviewRules
internal import Yams

/// Reads one mapping of a YAML document, keeps what is wrong and goes on, so that an author sees
/// every mistake at once.
final class YAMLReader {
  private let file: String
  private let defaultLine: Int
  private(set) var problems: [RuleProblem] = []

  /// `defaultLine` is told where a value has no line in this file.
  init(file: String, defaultLine: Int = 1) {
    self.file = file
    self.defaultLine = defaultLine
  }

  func report(_ text: String, at node: Node?) {
    problems.append(RuleProblem(file: file, line: node?.mark?.line ?? defaultLine, text: text))
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

  /// A day as ISO 8601 writes it.
  func day(_ node: Node?, _ path: String) -> LocalDate? {
    guard let node else { return nil }
    let parts = node.string?.split(separator: "-", omittingEmptySubsequences: false).map {
      Int($0)
    }
    guard let parts, parts.count == 3, let year = parts[0], let month = parts[1],
      let day = parts[2], let date = LocalDate(year: year, month: month, day: day)
    else {
      report("\(path) must be a day such as 2023-10-04", at: node)
      return nil
    }
    return date
  }

  /// A day that every year has, such as `12-10`.
  func dayOfYear(_ node: Node?, _ path: String) -> (month: Int, day: Int)? {
    guard let node else { return nil }
    let parts = node.string?.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    // 2023 has no 29 February, as most years have none.
    guard let parts, parts.count == 2, let month = parts[0], let day = parts[1],
      LocalDate(year: 2023, month: month, day: day) != nil
    else {
      report("\(path) must be a day of every year such as 12-10", at: node)
      return nil
    }
    return (month, day)
  }

  /// A fraction such as `1/2`.
  func share(_ node: Node?, _ path: String) -> Share? {
    guard let node else { return nil }
    let parts = node.string?.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard let parts, parts.count == 2, let numerator = parts[0], let denominator = parts[1],
      let share = Share(numerator, of: denominator)
    else {
      report("\(path) must be a fraction between 0 and 1 such as 1/2", at: node)
      return nil
    }
    return share
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

  /// A list of choices, none twice.
  func choices<Choice: RawRepresentable & CaseIterable & Hashable>(
    _ node: Node?, _ path: String, _ type: Choice.Type
  ) -> [Choice] where Choice.RawValue == String {
    var seen: Set<Choice> = []
    return list(node, path).compactMap { item in
      let choice = choice(item, path, type)
      unique(choice, path, at: item, among: &seen)
      return choice
    }
  }

  func identifier<Value>(
    _ node: Node?, _ path: String, _ read: (String) throws -> Value
  ) -> Value? {
    guard let text = text(node, path) else { return nil }
    if let value = try? read(text) { return value }
    report("\(path) is no identifier: letters, digits, '.', '_' and '-' only", at: node)
    return nil
  }

  /// A value that is unique among its neighbours.
  func unique<Value: Hashable>(
    _ value: Value?, _ path: String, at node: Node?, among seen: inout Set<Value>
  ) {
    guard let value, !seen.insert(value).inserted else { return }
    report("\(path) stands twice", at: node)
  }
}
