public import ReviewEvents

/// Lets a member go from a day on.
public struct LeavePerson: Sendable, Hashable {
  /// The member.
  public var personID: PersonID
  /// What it rests on.
  public var decision: OrganisationDecision

  /// Puts the parts together.
  public init(_ personID: PersonID, decision: OrganisationDecision) {
    self.personID = personID
    self.decision = decision
  }
}

extension OrganisationHistory {
  /// Lets a member go; what was said of the person stays, and having left on that day already
  /// changes nothing.
  public func leave(_ command: LeavePerson) throws(OrganisationRejection) -> [OrganisationEvent] {
    let day = command.decision.effectiveOn
    try command.decision.check()
    let point = Viewpoint(asOf: day)
    if goneSince(.person(command.personID), at: point) == day { return [] }
    try require(command.personID, on: day)
    try requireNothingLater(.person(command.personID), than: day)
    return [
      .personLeft(
        PersonLeft(
          personID: command.personID, effectiveOn: day, legalBasis: command.decision.legalBasis))
    ]
  }
}
