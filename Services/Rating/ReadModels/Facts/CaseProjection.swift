internal import EventStream
internal import ReviewEvents

/// What rating learns from case-tracking: which cases still wait for a conclusion.
enum CaseProjection {
  static let subscription = Subscription(
    "rating.case", area: .case, replay: .projection,
    routes: [
      .on(CaseIssued.self) { transaction, events in
        try Gate.set(
          events.map { ($0.event.subjectID, $0.event.cycleID, $0.event.caseID) }, .case,
          isOpen: true, in: transaction)
      },
      .on(CaseConcluded.self) { transaction, events in
        try Gate.set(
          events.map { ($0.event.subjectID, $0.event.cycleID, $0.event.caseID) }, .case,
          isOpen: false, in: transaction)
      },
      .on(CaseWithdrawn.self) { transaction, events in
        try Gate.set(
          events.map { ($0.event.subjectID, $0.event.cycleID, $0.event.caseID) }, .case,
          isOpen: false, in: transaction)
      },
    ],
    ignored: [
      CaseProposed.type, CaseApproved.type, CaseAcknowledged.type, CaseExplained.type,
      ConferenceHeld.type, RemediationPlanned.type, RemediationProgressed.type,
      RemediationVerified.type, CaseClosed.type, CaseCarriedOver.type,
      CaseRepublishRequested.type,
    ])
}

/// Something that holds a decision back as long as it is open.
enum Gate: String {
  case `case`
  case supplement

  /// Opens or settles gates; the stream's own order decides which word is the last.
  static func set(
    _ keys: [(SubjectID, CycleID, CaseID)], _ kind: Gate, isOpen: Bool,
    in transaction: borrowing AnyTransaction
  ) throws {
    try transaction.rows(
      """
      insert into gate (subject_id, cycle_id, kind, case_id, is_open)
      select distinct subject_id, cycle_id, $4, case_id, $5::boolean
      from unnest($1::text[], $2::text[], $3::text[]) as key (subject_id, cycle_id, case_id)
      on conflict (subject_id, cycle_id, kind, case_id) do update set is_open = excluded.is_open
      """,
      [
        .texts(keys.map(\.0.description)), .texts(keys.map(\.1.text)), .texts(keys.map(\.2.text)),
        .text(kind.rawValue), .boolean(isOpen),
      ])
  }
}
