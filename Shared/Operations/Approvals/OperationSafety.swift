internal import EventStream
internal import ReviewEvents

/// What protects a running province from an operator's slip.
public struct OperationSafety: Sendable {
  /// More facts than this have to be confirmed by typing their exact number.
  public var unconfirmedEventsMax: Int64 = 1_000
  /// Whose approval counts where two persons decide; `nil` where one person is enough.
  public var approvers: OperatorKeys?
  /// How long a plan can be approved and carried out.
  public var approvalValidity: Duration = .seconds(24 * 3_600)

  /// The rules that hold unless settings say otherwise.
  public init() {}

  // MARK: Confirming

  /// Lets an operation on `count` facts go on only if the operator knows that number.
  /// - Throws: ``OperationRefusal``.
  func requireConfirmation(
    of count: Int64, _ input: OperationInput
  ) throws(OperationRefusal) {
    guard count > unconfirmedEventsMax else { return }
    try Self.requireExact(count: count, input)
  }

  /// The same for what can never be taken back, however little it concerns.
  /// - Throws: ``OperationRefusal``.
  static func requireExact(count: Int64, _ input: OperationInput) throws(OperationRefusal) {
    guard let confirmed = input.number("confirm") else {
      throw OperationRefusal(
        "confirmation-missing", "this concerns \(count) facts: repeat with --confirm \(count)")
    }
    guard confirmed == count else {
      throw OperationRefusal(
        "confirmation-stale",
        "this concerns \(count) facts by now, not \(confirmed): look at the plan again")
    }
  }

  static let confirm = OperationParameter.optional(
    "confirm", .number(0...Int64.max), "the exact number of facts that the plan shows")

  // MARK: Approving

  static let approval = OperationParameter.optional(
    "approval", .text, "the plan that another operator approved, where two persons decide")

  /// Does `work` if one person is enough, or if somebody else approved exactly this.
  ///
  /// Without `--approval` the wish is written down, and the refusal names it. An approval is used up
  /// when `work` is done; what failed can be tried again with it.
  /// - Throws: ``OperationRefusal``, or what `work` threw.
  func approved<Value: Sendable>(
    _ wish: ApprovalWish, _ store: any Store, _ call: OperationCall,
    _ work: () async throws -> Value
  ) async throws -> Value {
    guard let approvers else { return try await work() }
    let `operator` = call.input.operator
    guard let hash = call.input.text(Self.approval.name) else {
      let validity = approvalValidity
      let plan = try await store.commit {
        try ApprovalTable.ask(wish, by: `operator`, valid: validity, in: $0)
      }
      throw OperationRefusal("approval-missing", plan.request)
    }
    let (found, now) = try await store.commit { try ApprovalTable.find(hash, in: $0) }
    guard let found else {
      throw OperationRefusal("approval-unknown", "no plan here has the hash \(hash)")
    }
    try found.check(wish, by: `operator`, keys: approvers, now: now)
    let value = try await work()
    try await store.commit { try ApprovalTable.useUp(hash, in: $0) }
    return value
  }
}
