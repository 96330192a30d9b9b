import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ServiceRuntime

/// Who owes a plan, and what became of it; members are named as on the wire.
private struct PlanLine: Encodable, Sendable {
  /// One adoption.
  struct Adoption: Encodable, Sendable {
    var documentId: DocumentID
    var adoptedOn: LocalDate
    var recordedAt: Instant
    var recordedBy: String

    init(_ recorded: RecordedFact<PlanAdopted>) {
      documentId = recorded.fact.documentID
      adoptedOn = recorded.fact.adoptedOn
      recordedAt = recorded.recordedAt
      recordedBy = recorded.recordedBy.description
    }
  }

  var unitId: UnitID
  var level: LevelCode
  var state: String
  var dueBefore: Instant
  var dueWording: String
  var documentId: DocumentID?
  var adoptedOn: LocalDate?
  var firstAdoptedOn: LocalDate?
  var late: Bool
  var adoptions: [Adoption]
  var sequence: Int64

  init(_ duty: PlanDuty, adoptions: [RecordedFact<PlanAdopted>]) {
    unitId = duty.unitID
    level = duty.level
    state = duty.state.rawValue
    dueBefore = duty.milestone.dueBefore
    dueWording = duty.milestone.wording
    documentId = duty.plan.newest?.documentID
    adoptedOn = duty.plan.newest?.adoptedOn
    firstAdoptedOn = duty.plan.firstAdoptedOn
    late = duty.isLate
    self.adoptions = adoptions.map { Adoption($0) }
    sequence = adoptions.last?.sequence ?? 0
  }
}

/// The plans of one level in numbers; members are named as on the wire.
private struct PlanCounter: Encodable, Sendable {
  var level: LevelCode
  var owed: Int
  var adopted: Int
  var late: Int
  var missing: Int
  var overdue: Int

  init(_ level: LevelCode, _ count: PlanCount) {
    self.level = level
    owed = count.owed
    adopted = count.adopted
    late = count.late
    missing = count.missing
    overdue = count.overdue
  }
}

/// A page of plans, and the numbers of all; `next` goes into `after` of the next request.
private struct PlanSheet: Encodable, Sendable {
  var cycleId: CycleID
  var serverTime: Instant
  var counters: [PlanCounter]
  var plans: [PlanLine]
  var next: UnitID?
}

extension HTTPRoute {
  /// The largest page of plans.
  private static let plansMax: Int64 = 1_000

  /// Computes who owes a plan of its own today, and lists them page by page, in order of their ids.
  static func listPlans(_ context: ServiceContext) -> HTTPRoute {
    .query(
      "/v1/cycles/{cycle}/plans", summary: "Kế hoạch của cấp dưới: đã ban hành, chưa, quá hạn",
      parameters: [
        .optional("state", .choice(of: PlanDuty.State.self)),
        .optional("level", .identifier, "Cấp của tổ chức"),
        .optional("after", .identifier, "Tổ chức cuối của trang trước"),
        .optional("limit", .integer(1...plansMax), "Số dòng mỗi trang, mặc định 100"),
      ]
    ) { request in
      let id = try request.path("cycle", as: CycleID.init)
      let state = request.query.text("state")
      let level = request.query.text("level")
      let after = request.query.text("after") ?? ""
      let limit = Int(request.query.integer("limit") ?? 100)
      let now = context.calendar.now
      let (cycle, units, adoptions) = try await context.store.commit { transaction in
        try CycleTable.requireKnown(id, transaction)
        return (
          try CycleTable.load(id, transaction).cycle,
          try UnitTable.all(on: LocalDate(now), transaction).filter(\.isThere)
            .map(\.state.registered), try PlanTable.all(of: id, transaction)
        )
      }
      let duties = OwedPlans.list(
        in: cycle, units: units, plans: adoptions.mapValues { OwnPlan($0.map(\.fact)) }, now: now)
      let wanted = duties.filter { duty in
        (state.map { $0 == duty.state.rawValue } ?? true)
          && (level.map { $0 == duty.level.text } ?? true) && duty.unitID.text > after
      }
      let page = wanted.prefix(limit)
      return QueryAnswer(
        PlanSheet(
          cycleId: id, serverTime: now,
          counters: OwedPlans.count(duties).sorted { $0.key < $1.key }
            .map { PlanCounter($0.key, $0.value) },
          plans: page.map { PlanLine($0, adoptions: adoptions[$0.unitID] ?? []) },
          next: wanted.count > limit ? page.last?.unitID : nil))
    }
  }
}
