public import EventStream
internal import ReviewEvents

/// What rating learns from intake: cycles, who is rated, who was reviewed, open supplements.
public enum IntakeProjection {
  /// The subscription: it only learns.
  public static let subscription = Subscription(
    "rating.intake", area: .intake, replay: .projection,
    routes: [
      .on(CycleOpened.self, cyclesOpened),
      .on(UnitRegistered.self, unitsRegistered),
      .on(PersonRegistered.self, personsRegistered),
      .on(ReportAccepted.self, reportsAccepted),
      .on(ReportReopened.self, ReopenedReports.take),
      .on(SupplementRequested.self) { transaction, events in
        try Gate.set(
          events.map { ($0.event.subjectID, $0.event.cycleID, $0.event.caseID) }, .supplement,
          isOpen: true, in: transaction)
      },
      .on(SupplementSubmitted.self) { transaction, events in
        try Gate.set(
          events.map { ($0.event.subjectID, $0.event.cycleID, $0.event.caseID) }, .supplement,
          isOpen: false, in: transaction)
      },
      .on(SupplementCancelled.self) { transaction, events in
        try Gate.set(
          events.map { ($0.event.subjectID, $0.event.cycleID, $0.event.caseID) }, .supplement,
          isOpen: false, in: transaction)
      },
    ],
    ignored: [
      UnitFounded.type, UnitRenamed.type, UnitMoved.type, UnitInherited.type, UnitEnded.type,
      PersonJoined.type, PersonTransferred.type, PersonLeft.type, PostsAssigned.type,
      ReportHandedOver.type,
      CycleReopened.type, DocumentRegistered.type, PlanAdopted.type, RuleSetApproved.type,
      ReportWaived.type, ReportLocked.type, ExtensionRequested.type,
      ExtensionGranted.type, ExtensionRefused.type,
      CycleLaunched.type, CycleClosed.type, ReportRequested.type, ReportDrafted.type,
      ReportSubmitted.type, ReportReturned.type, IntakeRepublishRequested.type,
    ])

  private static func cyclesOpened(
    _ transaction: borrowing AnyTransaction, _ events: [Received<CycleOpened>]
  ) throws {
    try transaction.run(
      """
      insert into cycle (cycle_id, year, rule_set_id)
      select * from unnest($1::text[], $2::bigint[], $3::text[])
      on conflict (cycle_id) do update set year = excluded.year, rule_set_id = excluded.rule_set_id
      """,
      [
        .texts(events.map(\.event.cycleID.text)), .integers(events.map { Int64($0.event.year) }),
        .texts(events.map(\.event.ruleSetID.text)),
      ])
  }

  private static func unitsRegistered(
    _ transaction: borrowing AnyTransaction, _ events: [Received<UnitRegistered>]
  ) throws {
    // Only the last word on a unit counts, and one statement may touch a row once.
    let units = Dictionary(events.map { ($0.event.unitID, $0.event) }, uniquingKeysWith: { $1 })
    try register(
      units.values.compactMap { unit in
        guard unit.reviewed, let managing = unit.managingUnitID, let level = unit.managingLevel
        else { return nil }
        return SubjectRow(
          id: .unit(unit.unitID), managingUnitID: managing, managingLevel: level,
          peerGroup: unit.peerGroup, filesOnPaper: false)
      }, in: transaction)
    try transaction.run(
      "delete from subject where subject_id = any($1::text[])",
      [
        .texts(
          units.values.filter { !$0.reviewed || $0.managingUnitID == nil }
            .map { SubjectID.unit($0.unitID).description })
      ])
  }

  private static func personsRegistered(
    _ transaction: borrowing AnyTransaction, _ events: [Received<PersonRegistered>]
  ) throws {
    let persons = Dictionary(
      events.map { ($0.event.personID, $0.event) }, uniquingKeysWith: { $1 })
    try register(
      persons.values.map { person in
        SubjectRow(
          id: .person(person.personID), managingUnitID: person.managingUnitID,
          managingLevel: person.managingLevel, peerGroup: person.peerGroup,
          filesOnPaper: person.channel == .paper)
      }, in: transaction)
  }

  private struct SubjectRow {
    let id: SubjectID
    let managingUnitID: UnitID
    let managingLevel: LevelCode
    let peerGroup: PeerGroupCode
    let filesOnPaper: Bool
  }

  private static func register(
    _ subjects: [SubjectRow], in transaction: borrowing AnyTransaction
  ) throws {
    guard !subjects.isEmpty else { return }
    try transaction.run(
      """
      insert into subject (
        subject_id, kind, managing_unit_id, managing_level, peer_group, files_on_paper)
      select * from unnest(
        $1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::boolean[])
      on conflict (subject_id) do update set
        managing_unit_id = excluded.managing_unit_id, managing_level = excluded.managing_level,
        peer_group = excluded.peer_group, files_on_paper = excluded.files_on_paper
      """,
      [
        .texts(subjects.map(\.id.description)), .texts(subjects.map(\.id.kind.rawValue)),
        .texts(subjects.map(\.managingUnitID.text)), .texts(subjects.map(\.managingLevel.text)),
        .texts(subjects.map(\.peerGroup.text)), .booleans(subjects.map(\.filesOnPaper)),
      ])
  }

  private static func reportsAccepted(
    _ transaction: borrowing AnyTransaction, _ events: [Received<ReportAccepted>]
  ) throws {
    try transaction.run(
      """
      insert into reviewed (cycle_id, subject_id) select * from unnest($1::text[], $2::text[])
      on conflict do nothing
      """,
      [
        .texts(events.map(\.event.cycleID.text)),
        .texts(events.map(\.event.subjectID.description)),
      ])
  }
}
