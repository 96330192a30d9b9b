public import EventStream
public import ReviewEvents

/// A case whose matters need no supplement any more.
public struct SettledCase: Sendable {
  /// The case.
  public let caseID: CaseID
  /// The fact that settled it.
  public let cause: EventEnvelope
}

/// What may follow from suggested reviews beyond their matters: facts of reports.
///
/// The service carries it out; replay counts it (contract 12).
public struct SupplementDuties: Sendable {
  let request: @Sendable (borrowing AnyTransaction, [Received<CaseIssued>]) throws -> Void
  let cancel: @Sendable (borrowing AnyTransaction, [SettledCase]) throws -> Void

  /// Puts the parts together.
  /// - Parameters:
  ///   - request: asks for the supplements that issued cases need.
  ///   - cancel: cancels the supplements of settled cases that are still open.
  public init(
    request:
      @escaping @Sendable (borrowing AnyTransaction, [Received<CaseIssued>]) throws -> Void,
    cancel: @escaping @Sendable (borrowing AnyTransaction, [SettledCase]) throws -> Void
  ) {
    self.request = request
    self.cancel = cancel
  }

  /// Refuses to carry anything out: the composition for replay.
  static let nothing = SupplementDuties(
    request: { _, _ in throw EffectInReplay() }, cancel: { _, _ in throw EffectInReplay() })
}

/// Replay came to an effect, which it never does.
struct EffectInReplay: Error {}
