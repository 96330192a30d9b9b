import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents

/// The table `adopted_plan` and the streams behind it.
enum PlanTable {
  /// Everything that was adopted for a cycle, by organisation, the oldest fact first.
  static func all(
    of cycle: CycleID, _ transaction: borrowing AnyTransaction
  ) throws -> [UnitID: [RecordedFact<PlanAdopted>]] {
    let adoptions = try transaction.rows(
      """
      select plan_id, sequence, cycle_id, unit_id, document_id, adopted_on, recorded_at, recorded_by
        from adopted_plan where cycle_id = $1 order by unit_id, sequence
      """, [.text(cycle.text)]
    ).map { row in try read(row) }
    return Dictionary(grouping: adoptions, by: \.fact.unitID)
  }

  /// Everything that one plan's stream tells, the oldest fact first.
  static func load(
    _ id: PlanID, _ transaction: borrowing AnyTransaction
  ) throws -> [RecordedFact<PlanAdopted>] {
    try transaction.history(of: .plan(id)).map { envelope in try RecordedFact(envelope) }
  }

  /// Appends adoptions of one plan and shows them.
  /// - Returns: the stream's new sequence.
  static func record(
    _ facts: [PlanAdopted], of id: PlanID, behind sequence: Int64, origin: EventOrigin,
    _ transaction: borrowing AnyTransaction
  ) throws -> Int64 {
    guard !facts.isEmpty else { return sequence }
    try transaction.append([
      StreamAppend(stream: .plan(id), expected: sequence, events: facts, origin: origin)
    ])
    try PlanRows.write(
      RecordedFact.appended(facts, behind: sequence, origin: origin), transaction)
    return sequence + Int64(facts.count)
  }

  private static func read(_ row: SQLRow) throws -> RecordedFact<PlanAdopted> {
    RecordedFact(
      fact: PlanAdopted(
        planID: try row.value(0, PlanID.init), cycleID: try row.value(2, CycleID.init),
        unitID: try row.value(3, UnitID.init), documentID: try row.value(4, DocumentID.init),
        adoptedOn: try row.value(5) { text in try LocalDate(text) }),
      sequence: try row.integer(1), recordedAt: try row.instant(6),
      recordedBy: try row.value(7, ActorContext.init))
  }
}
