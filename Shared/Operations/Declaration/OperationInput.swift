internal import ReviewEvents

/// The values of one call, checked against the operation's parameters.
public struct OperationInput: Sendable, Hashable {
  /// A value that is of its parameter's kind.
  enum Value: Sendable, Hashable {
    case flag
    case text(String)
    case number(Int64)
    case instant(Instant)
    case stream(StreamID)
  }

  /// The operation that the values are for.
  public let operation: String
  private let values: [String: Value]
  /// The values as they were written, for the audit row.
  public let written: [String: String]

  /// Checks written values; all problems are found at once.
  /// - Throws: ``OperationProblems``.
  public init(_ written: [String: String], for operation: Operation) throws(OperationProblems) {
    var values: [String: Value] = [:]
    var problems: [OperationProblems.One] = []
    let known = Dictionary(uniqueKeysWithValues: operation.parameters.map { ($0.name, $0) })
    for (name, text) in written.sorted(by: { $0.key < $1.key }) {
      guard let parameter = known[name] else {
        problems.append(.init(name: name, problem: "is unknown to `\(operation.name)`"))
        continue
      }
      do throws(OperationProblems.One) { values[name] = try Value(text, for: parameter) } catch {
        problems.append(error)
      }
    }
    for parameter in operation.parameters
    where parameter.isRequired && written[parameter.name] == nil {
      problems.append(.init(name: parameter.name, problem: "is missing: \(parameter.help)"))
    }
    if written[OperationParameter.reveal.name] != nil {
      for parameter in [OperationParameter.operator, .reason] where written[parameter.name] == nil {
        problems.append(.init(name: parameter.name, problem: "is missing: \(parameter.help)"))
      }
    }
    guard problems.isEmpty else { throw OperationProblems(problems: problems) }
    self.operation = operation.name
    self.values = values
    self.written = written
  }

  func has(_ name: String) -> Bool { values[name] == .flag }

  func text(_ name: String) -> String? {
    guard case .text(let text) = values[name] else { return nil }
    return text
  }

  func number(_ name: String) -> Int64? {
    guard case .number(let number) = values[name] else { return nil }
    return number
  }

  func instant(_ name: String) -> Instant? {
    guard case .instant(let instant) = values[name] else { return nil }
    return instant
  }

  func stream(_ name: String) -> StreamID? {
    guard case .stream(let stream) = values[name] else { return nil }
    return stream
  }

  /// Who acts; empty for operations that only read.
  public var `operator`: String { text(OperationParameter.operator.name) ?? "" }
  /// Why; empty for operations that only read.
  public var reason: String { text(OperationParameter.reason.name) ?? "" }
}

extension OperationInput.Value {
  /// The longest text.
  private static let textMax = 1_000

  init(_ text: String, for parameter: OperationParameter) throws(OperationProblems.One) {
    func refusal(_ problem: String) -> OperationProblems.One {
      .init(name: parameter.name, problem: problem)
    }
    switch parameter.kind {
    case .flag:
      guard text == "true" else { throw refusal("takes no value") }
      self = .flag
    case .text:
      guard text.contains(where: { !$0.isWhitespace }), text.count <= Self.textMax else {
        throw refusal("must be a text of at most \(Self.textMax) characters")
      }
      self = .text(text)
    case .number(let range):
      guard let number = Int64(text), range.contains(number) else {
        throw refusal("must be a whole number from \(range.lowerBound) to \(range.upperBound)")
      }
      self = .number(number)
    case .instant:
      guard let instant = try? Instant(text) else {
        throw refusal("must be a moment with its zone, such as 2026-12-10T17:00:00+07:00")
      }
      self = .instant(instant)
    case .stream:
      guard let stream = try? StreamID(text) else {
        throw refusal("must be a stream, such as report/2026.unit.U1")
      }
      self = .stream(stream)
    case .choice(let words):
      guard words.contains(text) else {
        throw refusal("must be one of \(words.joined(separator: ", "))")
      }
      self = .text(text)
    }
  }
}

/// What is wrong with the values of a call.
public struct OperationProblems: Error, Hashable, Sendable, CustomStringConvertible {
  /// One of them.
  public struct One: Error, Hashable, Sendable {
    /// The parameter.
    public let name: String
    /// What is wrong with it.
    public let problem: String
  }

  /// All of them.
  public let problems: [One]

  /// One line each.
  public var description: String {
    problems.map { "--\($0.name) \($0.problem)" }.joined(separator: "\n")
  }
}
