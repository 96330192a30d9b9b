public import ReviewEvents

/// Why a decision about a report was refused.
public enum ReportRejection: Error, Sendable, Hashable {
  /// Nobody owes this report.
  case notRequested
  /// Only the subject itself, or who acts for it, writes and hands in a report.
  case notYourReport
  /// Only the managing unit, or one above it, returns and accepts a report.
  case notTheManagingUnit
  /// The cycle takes no reports any more.
  case cycleClosed
  /// The report lies with the managing unit.
  case alreadySubmitted
  /// The report lies with the subject and must come in again first.
  case alreadyReturned
  /// The report was accepted and stays as it is.
  case alreadyAccepted
  /// The report is overdue and locked; it has to be reopened first.
  case locked
  /// Nobody has to hand in this report any more.
  case waived
  /// The authority has not decided on an earlier wish for more time.
  case extensionUndecided
  /// The subject asked for nothing that could be decided on, and no date was named.
  case extensionNotRequested
  /// The new date must come after the present one, and after this moment.
  case extensionNotLater
  /// The reason must say something.
  case extensionWithoutReason
  /// The report is open already: it need not be reopened.
  case notClosed
  /// Whoever reopens a report says why and on what basis.
  case groundMissing
  /// There is nothing yet that could be returned or accepted.
  case notSubmitted
  /// The form does not have these sections.
  case unknownSections([SectionCode])
  /// These required sections are missing or blank.
  case missingSections([SectionCode])
  /// At least one section must be named, each with a reason that says something.
  case noReasons
  /// The section with this code stands there more than once.
  case repeatedSection(SectionCode)
  /// These suggested matters need an answer first (contract 25).
  case unansweredMatters([MatterReference])
  /// Nobody suggested these matters to this subject, or they were withdrawn.
  case unknownMatters([MatterReference])
  /// These matters have more than one answer.
  case repeatedAnswers([MatterReference])
  /// The answers to these matters say nothing.
  case emptyAnswers([MatterReference])
  /// No supplement was asked for on this case.
  case noSupplement(CaseID)
  /// The supplement on this case is there already.
  case supplementAlreadySubmitted(CaseID)
  /// The case was withdrawn, so its supplement is not needed any more.
  case supplementCancelled(CaseID)
}
