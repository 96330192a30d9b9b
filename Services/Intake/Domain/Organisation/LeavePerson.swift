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
  /// Lets a member go; what was said of the person stays.
  public func leave(_ command: LeavePerson) throws(OrganisationRejection) -> [OrganisationEvent] {
    let day = command.decision.effectiveOn
    try command.decision.check()
    try require(command.personID, on: day)
    try requireNothingLater(.person(command.personID), than: day)
    return [
      .personLeft(
        PersonLeft(
          personID: command.personID, effectiveOn: day, legalBasis: command.decision.legalBasis))
    ]
  }
}
