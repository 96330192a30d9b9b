/// A command line of an operation: its words, then `--name value` or `--flag`.
///
/// The argument parser of the subcommands hands these words over as they are, because the
/// operations are data that it cannot know.
public struct OperationLine: Sendable {
  /// The operation that was named.
  public let operation: Operation
  /// The written values by parameter.
  public let values: [String: String]
  /// Whether `--help` was asked for.
  public let asksForHelp: Bool

  /// Reads `words`.
  /// - Parameter presets: values that hold unless the line says otherwise.
  /// - Throws: ``OperationLineProblem``.
  public init(
    _ words: [String], among operations: [Operation], presets: [String: String] = [:]
  ) throws(OperationLineProblem) {
    let matching = operations.filter { operation in
      words.starts(with: operation.name.split(separator: " ").map(String.init))
    }
    guard let operation = matching.max(by: { $0.name.count < $1.name.count }) else {
      throw .unknownOperation(words.prefix { !$0.hasPrefix("--") }.joined(separator: " "))
    }
    let known = Dictionary(uniqueKeysWithValues: operation.parameters.map { ($0.name, $0) })
    var values = presets.filter { known[$0.key] != nil }
    var asksForHelp = false
    var rest = words.dropFirst(operation.name.split(separator: " ").count)
    var isGiven: Set<String> = []
    while let word = rest.popFirst() {
      if word == "--help" || word == "-h" {
        asksForHelp = true
        continue
      }
      guard word.hasPrefix("--"), let parameter = known[String(word.dropFirst(2))] else {
        throw .unknownWord(word, in: operation.name)
      }
      guard isGiven.insert(parameter.name).inserted else { throw .twice(parameter.name) }
      if parameter.kind == .flag {
        values[parameter.name] = "true"
      } else if let value = rest.popFirst() {
        values[parameter.name] = value
      } else {
        throw .withoutValue(parameter.name)
      }
    }
    self.operation = operation
    self.values = values
    self.asksForHelp = asksForHelp
  }

  /// How `operation` is called.
  public static func help(_ operation: Operation, program: String) -> String {
    let width = operation.parameters.map { $0.name.count + $0.kind.placeholder.count }.max() ?? 0
    let lines = operation.parameters.map { parameter in
      let name = "--\(parameter.name)\(parameter.kind.placeholder)"
      let padding = String(
        repeating: " ", count: width - parameter.name.count - parameter.kind.placeholder.count)
      return "  \(name)\(padding)  \(parameter.help)\(parameter.isRequired ? " (required)" : "")"
    }
    return (["\(program) \(operation.name): \(operation.summary)"] + lines)
      .joined(separator: "\n")
  }
}

extension OperationParameter.Kind {
  fileprivate var placeholder: String {
    switch self {
    case .flag: ""
    case .text: " TEXT"
    case .number: " NUMBER"
    case .instant: " MOMENT"
    case .stream: " STREAM"
    case .choice(let words): " " + words.joined(separator: "|")
    }
  }
}

/// Why a command line cannot be read.
public enum OperationLineProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// No operation has this name.
  case unknownOperation(String)
  /// The operation does not know this word.
  case unknownWord(String, in: String)
  /// A parameter stands twice.
  case twice(String)
  /// A parameter lacks its value.
  case withoutValue(String)

  /// What is wrong.
  public var description: String {
    switch self {
    case .unknownOperation(let name): "there is no operation `\(name)`; see --help"
    case .unknownWord(let word, let operation): "`\(operation)` does not know \(word); see --help"
    case .twice(let name): "--\(name) stands twice"
    case .withoutValue(let name): "--\(name) needs a value"
    }
  }
}
