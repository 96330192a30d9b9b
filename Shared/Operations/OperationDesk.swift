public import EventStream
internal import Replay
internal import ReviewEvents

/// Carries operations out: checks, audits, runs.
public struct OperationDesk: Sendable {
  /// Everything an operator can do here.
  public let operations: [Operation]
  private let audit: AuditTrail

  /// A desk that audits into `store`.
  public init(_ operations: [Operation], store: any Store) {
    let names = operations.map(\.name)
    precondition(Set(names).count == names.count, "an operation is declared twice")
    self.operations = operations
    audit = AuditTrail(store: store)
  }

  /// Runs one operation.
  ///
  /// What changes something, or reveals what is hidden otherwise, leaves a row before it begins and
  /// one when it ends, refused or failed included; without the first row nothing begins.
  public func run(_ operation: Operation, _ call: OperationCall) async throws
    -> any OperationAnswer
  {
    guard operation.kind == .changes || call.input.has(OperationParameter.reveal.name) else {
      return try await operation.run(call)
    }
    let begun = try await audit.write(operation, call, .begun)
    do {
      let answer = try await operation.run(call)
      try await audit.write(operation, call, .done, begunBy: begun)
      return answer
    } catch {
      // A process that is ended leaves the first row alone: its outcome is unknown, and says so.
      _ = try? await audit.write(
        operation, call, Self.outcome(of: error), begunBy: begun, problem: Self.words(for: error))
      throw error
    }
  }

  private static func outcome(of error: any Error) -> AuditTrail.Outcome {
    switch error {
    case is OperationRefusal, is ReplayRefusal, is ShadowError: .refused
    case is RebuildCancelled, is CancellationError: .cancelled
    default: .failed
    }
  }

  /// Never the text of an error that may quote a row.
  static func words(for error: any Error) -> String {
    switch error {
    case let error as OperationRefusal: error.description
    case let error as ReplayRefusal: error.description
    case let error as ShadowError: error.description
    default: Failure(error).description
    }
  }
}

/// Why an operation is not done.
public struct OperationRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// The stable name.
  public let slug: String
  /// What stands in the way, and what to do.
  public let description: String

  init(_ slug: String, _ description: String) {
    self.slug = slug
    self.description = description
  }
}
