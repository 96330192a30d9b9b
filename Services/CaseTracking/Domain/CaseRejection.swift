/// Why a command about a case is refused; the raw value is the problem's slug.
public enum CaseRejection: String, Error, Sendable, Hashable, CaseIterable {
  /// There is no such case.
  case unknownCase = "unknown-case"
  /// A different case was proposed under this name.
  case alreadyProposed = "case-already-proposed"
  /// A proposal without matters, or with one matter twice.
  case malformedMatters = "matters-not-distinct"
  /// The one in whose name this is asked may not do it.
  case notAuthorised = "not-authorised"
  /// The authority neither manages the subject nor stands above who does.
  case authorityStandsApart = "authority-does-not-manage-subject"
  /// Too little of the organisation tree is known to tell.
  case unitNotYetKnown = "unit-not-yet-known"
  /// The authority has not approved the proposal.
  case notApproved = "case-not-approved"
  /// The letter is not issued.
  case notIssued = "case-not-issued"
  /// The letter was issued under another number, or is issued and cannot be approved again.
  case alreadyIssued = "case-already-issued"
  /// The matter belongs into the report, which was not handed in before the letter.
  case answerInTheReport = "answer-in-the-report"
  /// The matters were answered differently before.
  case alreadyExplained = "case-already-explained"
  /// A list must name every matter it is about exactly once and no other.
  case mattersNotCovered = "matters-not-covered"
  /// Not every matter is answered.
  case notExplained = "case-not-explained"
  /// The conference has not dealt with the case.
  case conferenceNotHeld = "conference-not-held"
  /// The conference was recorded differently before.
  case conferenceAlreadyHeld = "conference-already-held"
  /// A conference before the letter, or one in the future.
  case impossibleConferenceDate = "conference-date-impossible"
  /// The authority has not concluded.
  case notConcluded = "case-not-concluded"
  /// The authority has concluded already.
  case alreadyConcluded = "case-already-concluded"
  /// A different plan stands already.
  case alreadyPlanned = "remediation-already-planned"
  /// The authority verifies, so it cannot be the owner of an item.
  case ownerIsAuthority = "owner-is-authority"
  /// The matter has no item in a plan.
  case notPlanned = "matter-not-planned"
  /// A date that leaves no time.
  case dateInThePast = "date-in-the-past"
  /// Only the item's owner reports progress.
  case notTheOwner = "not-the-owner"
  /// Nobody verifies what he had to do himself.
  case verifiedByOwner = "verified-by-owner"
  /// What is not remedied needs a new date.
  case newDateRequired = "new-date-required"
  /// What is remedied needs no new date.
  case newDateNotExpected = "new-date-not-expected"
  /// The item is remedied already.
  case alreadyRemedied = "matter-already-remedied"
  /// Something is still to be remedied.
  case remediationOpen = "remediation-open"
  /// Nothing is open that could be carried over.
  case nothingOpen = "nothing-open"
  /// The case belongs to that cycle already.
  case sameCycle = "same-cycle"
  /// The case is closed.
  case closed = "case-closed"
  /// The case was withdrawn.
  case withdrawn = "case-withdrawn"
}
