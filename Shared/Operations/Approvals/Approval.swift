internal import EventStream
internal import ReviewEvents

/// A plan that one operator asked for and another one may have signed.
struct Approval: Sendable, Hashable {
  let plan: ApprovalPlan
  /// Who wants it.
  let requester: String
  /// Who agreed, and the signature.
  var signed: Signature?
  /// Whether it was carried out already.
  var isUsed = false

  struct Signature: Sendable, Hashable {
    let approver: String
    let bytes: [UInt8]
  }

  /// Lets `operator` do what `wish` says only if somebody else agreed to exactly that.
  /// - Throws: ``OperationRefusal``.
  func check(
    _ wish: ApprovalWish, by operator: String, keys: OperatorKeys, now: Instant
  ) throws(OperationRefusal) {
    func refusal(_ slug: String, _ words: String) -> OperationRefusal {
      OperationRefusal("approval-\(slug)", "plan \(plan.hash) \(words)")
    }
    let isSame =
      wish.service == plan.wish.service && wish.operation == plan.wish.operation
      && wish.scope == plan.wish.scope
    guard isSame else { throw refusal("elsewhere", "is about something else: \(plan.summary)") }
    guard wish.count == plan.wish.count else {
      throw refusal(
        "stale", "is about \(plan.wish.count) facts, by now it would be \(wish.count): ask again")
    }
    guard now < plan.expires else {
      throw refusal(
        "expired", "could be carried out until \(plan.expires.localWithZone): ask again")
    }
    guard !isUsed else { throw refusal("used", "was carried out already: ask again") }
    guard let signed else { throw refusal("open", "is not approved yet") }
    guard keys.key(of: `operator`) != nil else {
      throw refusal("operator-unknown", "can be carried out only by operators with a known key")
    }
    guard !keys.isOnePerson(`operator`, signed.approver),
      !keys.isOnePerson(requester, signed.approver)
    else { throw refusal("own", "was approved by the person who wants it: another one has to") }
    guard let key = keys.key(of: signed.approver), plan.isSigned(signed.bytes, with: key) else {
      throw refusal("forged", "does not carry a valid signature of \(signed.approver)")
    }
  }

  /// Lets `approver` sign only what can still be carried out and what somebody else wants.
  /// - Throws: ``OperationRefusal``.
  func checkOpen(for approver: String, keys: OperatorKeys, now: Instant) throws(OperationRefusal) {
    guard now < plan.expires else {
      throw OperationRefusal(
        "approval-expired",
        "the plan expired at \(plan.expires.localWithZone): it has to be asked "
          + "for again")
    }
    guard signed == nil, !isUsed else {
      throw OperationRefusal("approval-given", "the plan is approved already")
    }
    guard !keys.isOnePerson(requester, approver) else {
      throw OperationRefusal(
        "approval-own", "the plan is wanted by the same person: another one has to approve it")
    }
  }
}
