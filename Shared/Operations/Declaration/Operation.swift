internal import ReviewEvents
import Synchronization

/// Something an operator can do, as data: the command line, the admin port and the reference are
/// made from the same declaration.
public struct Operation: Sendable {
  /// The words of the command line, for example `replay run`.
  public let name: String
  /// What it does, in one line.
  public let summary: String
  /// What it can be told.
  public let parameters: [OperationParameter]
  /// Whether it changes anything: then it needs an operator and a reason, and is audited.
  public let kind: Kind
  let run: @Sendable (OperationCall) async throws -> any OperationAnswer

  /// What an operation does to the service.
  public enum Kind: Sendable, Hashable {
    /// It only reads.
    case reads
    /// It changes something.
    case changes
  }

  /// An operation that only reads.
  public static func reads(
    _ name: String, _ summary: String, _ parameters: [OperationParameter] = [],
    run: @escaping @Sendable (OperationCall) async throws -> any OperationAnswer
  ) -> Operation {
    Operation(name: name, summary: summary, parameters: parameters, kind: .reads, run: run)
  }

  /// An operation that changes something; ``OperationParameter/operator`` and
  /// ``OperationParameter/reason`` come by themselves.
  public static func changes(
    _ name: String, _ summary: String, _ parameters: [OperationParameter] = [],
    run: @escaping @Sendable (OperationCall) async throws -> any OperationAnswer
  ) -> Operation {
    Operation(
      name: name, summary: summary, parameters: parameters + [.operator, .reason],
      kind: .changes, run: run)
  }

  /// The path on the admin port: `/admin/operations/replay-run`.
  public var path: String {
    "/admin/operations/" + name.replacing(" ", with: "-")
  }
}

/// One thing that an operation can be told: `--stream` on the command line, `stream` in JSON.
public struct OperationParameter: Sendable, Hashable {
  /// What a value looks like.
  public enum Kind: Sendable, Hashable {
    /// It is there or not.
    case flag
    /// Any text that is not empty.
    case text
    /// A whole number in a range.
    case number(ClosedRange<Int64>)
    /// A moment: RFC 3339 with its zone.
    case instant
    /// A stream.
    case stream
    /// One of some words.
    case choice([String])
  }

  /// The name, lower case with hyphens.
  public let name: String
  /// What a value looks like.
  public let kind: Kind
  /// What it means.
  public let help: String
  /// Whether it cannot be left out.
  public let isRequired: Bool

  /// One that may be left out.
  public static func optional(_ name: String, _ kind: Kind, _ help: String) -> OperationParameter {
    OperationParameter(name: name, kind: kind, help: help, isRequired: false)
  }

  /// One that may not be left out.
  public static func required(_ name: String, _ kind: Kind, _ help: String) -> OperationParameter {
    OperationParameter(name: name, kind: kind, help: help, isRequired: true)
  }

  /// Who acts.
  static let `operator` = OperationParameter.required(
    "operator", .text, "who acts; the command line also takes it from REVIEW_OPERATOR")
  /// Why.
  static let reason = OperationParameter.required(
    "reason", .text, "why, in one sentence; it is kept for ever")
  /// Shows what is hidden otherwise: then even an operation that only reads is audited.
  static let reveal = OperationParameter.optional(
    "reveal", .flag, "show names and free text too; needs --operator and --reason, and is audited")
  /// What an operation takes that only reads and can reveal.
  static let revealing: [OperationParameter] = [
    .reveal, .optional(Self.operator.name, .text, Self.operator.help),
    .optional(Self.reason.name, .text, Self.reason.help),
  ]
}

/// What an operation answers.
public protocol OperationAnswer: Encodable, Sendable {
  /// The answer for people, in lines.
  var text: String { get }
  /// The exit code of the command line: 0 unless the answer is bad news.
  var exitCode: Int32 { get }
}

extension OperationAnswer {
  /// Good news.
  public var exitCode: Int32 { 0 }
}

/// One call of an operation: its values, checked, and who is told how far it is.
public struct OperationCall: Sendable {
  /// The values.
  public let input: OperationInput
  /// Is told of progress; a person or a program reads it.
  let report: @Sendable (any Encodable & Sendable, _ text: String, _ ratio: Double?) -> Void
  /// Takes parts of the answer as they come; without it they stand in the answer.
  let show: (@Sendable (any OperationAnswer) -> Void)?
  /// What the audit row will say was counted.
  let counts = AuditCounts()

  /// Puts the parts together.
  public init(
    _ input: OperationInput, show: (@Sendable (any OperationAnswer) -> Void)? = nil,
    report: @escaping @Sendable (any Encodable & Sendable, String, Double?) -> Void = { _, _, _ in }
  ) {
    self.input = input
    self.show = show
    self.report = report
  }
}

/// Figures that an operation leaves in its audit row.
final class AuditCounts: Sendable {
  private let figures = Mutex<[String: Int64]>([:])

  func set(_ name: String, _ count: some BinaryInteger) {
    figures.withLock { $0[name] = Int64(count) }
  }

  var all: [String: Int64] { figures.withLock { $0 } }
}
