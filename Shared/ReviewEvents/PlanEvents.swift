/// A document that plans and decisions rest on, as the registry knows it.
///
/// A number alone is no key: two documents may have the same.
public struct DocumentRegistered: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.document-registered"
  /// The document.
  public var documentID: DocumentID
  /// Who issued it, as printed.
  public var issuer: String
  /// Its number as printed, for example "57/KH-TU".
  public var number: String
  /// Its number in one spelling, for example "57-KH/TU".
  public var key: String
  /// The day on which it was issued.
  public var issuedOn: LocalDate

  /// Puts the parts together.
  public init(
    documentID: DocumentID, issuer: String, number: String, key: String, issuedOn: LocalDate
  ) {
    self.documentID = documentID
    self.issuer = issuer
    self.number = number
    self.key = key
    self.issuedOn = issuedOn
  }
}

/// A subordinate committee adopted its own plan for a cycle.
public struct PlanAdopted: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.plan-adopted"
  /// The plan.
  public var planID: PlanID
  /// The cycle.
  public var cycleID: CycleID
  /// The organisation that adopted it.
  public var unitID: UnitID
  /// The document that the plan is.
  public var documentID: DocumentID
  /// The day on which it was adopted.
  public var adoptedOn: LocalDate

  /// Puts the parts together.
  public init(
    planID: PlanID, cycleID: CycleID, unitID: UnitID, documentID: DocumentID, adoptedOn: LocalDate
  ) {
    self.planID = planID
    self.cycleID = cycleID
    self.unitID = unitID
    self.documentID = documentID
    self.adoptedOn = adoptedOn
  }
}

/// The authority approved one version of the rules as its file stood.
public struct RuleSetApproved: ReviewEvent {
  /// The name of this fact.
  public static let type: EventType = "review.intake.rule-set-approved"
  /// The rule set.
  public var ruleSetID: RuleSetID
  /// SHA-256 of everything it says, in lower-case hexadecimal: another text is another version.
  public var fingerprint: String
  /// The number of the document it rests on, as printed.
  public var legalBasis: String

  /// Puts the parts together.
  public init(ruleSetID: RuleSetID, fingerprint: String, legalBasis: String) {
    self.ruleSetID = ruleSetID
    self.fingerprint = fingerprint
    self.legalBasis = legalBasis
  }
}
