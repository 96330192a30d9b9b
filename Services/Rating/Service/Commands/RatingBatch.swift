internal import EventStream
internal import RatingDomain
internal import RatingReadModels
internal import ReviewEvents
internal import ReviewRules
internal import ServiceRuntime

/// The items of a batch, as they come in.
struct RatingBatch: Decodable, Sendable {
  struct Item: Decodable, Sendable {
    let subjectId: SubjectID
    let level: RatingLevel
    let version: Int64?
  }

  let ratings: [Item]
  let decisionNumber: String?
  let effectiveOn: LocalDate?

  /// The largest batch.
  static let itemsMax = 1_000

  static let itemsField = Field.required(
    "ratings",
    .array(
      of: .object([
        .required("subjectId", .subject), .required("level", .choice(of: RatingLevel.self)),
        .optional(
          "version", .integer(0...Int64.max), "The rating's sequence as the client knows it"),
      ]), min: 1, max: itemsMax))

  /// Refuses a subject that stands twice: the second word on it would depend on the first.
  func checkUnique() throws(Problem) {
    var seen: Set<SubjectID> = []
    for (index, item) in ratings.enumerated() where !seen.insert(item.subjectId).inserted {
      throw Problem(
        "duplicate-subject", status: 400, title: "Một đối tượng xuất hiện hai lần",
        field: "ratings[\(index)].subjectId")
    }
  }
}

/// What a batch changed.
struct RatingBatchAnswer: Encodable {
  struct Quota: Encodable {
    let managingUnitId: UnitID
    let kind: SubjectKind
    let peerGroup: PeerGroupCode
    let allowed: Int
    let decidedExcellent: Int
    let proposedExcellent: Int
    let warning: Bool
  }

  let changed: Int
  let unchanged: Int
  let quotas: [Quota]
}

/// Runs one step of the rating for many subjects: all of them or none.
struct RatingStep {
  let request: CommandRequest
  let cycle: CycleID
  let batch: RatingBatch
  let ratings: Ratings
  /// Whether the step changes what a quota counts.
  let countsForQuota: Bool
  /// Whether the step looks at what is still open.
  let needsReadiness: Bool
  /// Decides on one subject.
  let decide:
    @Sendable (RatingDomain.Rating, RatedSubject, RatingBatch.Item, Readiness?)
      throws(RatingRejection) -> [RatingEvent]

  func run(in transaction: borrowing AnyTransaction) throws -> CommandAnswer {
    let known = try RatingTables.cycle(cycle, rules: ratings.rules, in: transaction)
    let subjects = try ratedSubjects(until: known.lastDay, in: transaction)
    let groups = Set(subjects.map { QuotaGroup(cycle: cycle, subject: $0) })
    if countsForQuota { try QuotaGroup.lock(groups, in: transaction) }
    let changes = try decideAll(subjects, in: transaction)
    try write(changes, in: transaction)
    let quotas = try countsForQuota ? checkQuotas(groups, known.ruleSet.quota, in: transaction) : []
    let answer = RatingBatchAnswer(
      changed: changes.count, unchanged: subjects.count - changes.count, quotas: quotas)
    guard batch.ratings.count == 1, let only = changes.first else {
      return CommandAnswer(.ok, body: answer)
    }
    return CommandAnswer(
      .ok, stream: .rating(only.row.id), sequence: only.row.sequence,
      location: "/v1/ratings/\(only.row.id)", body: answer)
  }

  private struct Change {
    let row: RatingRow
    let before: Int64
    let events: [RatingEvent]

    /// The decisions among the facts, at the time of their envelopes.
    func decisions(at time: Instant) -> [DecisionRow] {
      events.enumerated().compactMap { offset, event in
        DecisionRow(event, sequence: before + Int64(offset) + 1, at: time)
      }
    }
  }

  private func ratedSubjects(
    until lastDay: LocalDate, in transaction: borrowing AnyTransaction
  ) throws -> [RatedSubject] {
    let found = try RatedSubjects(
      batch.ratings.map(\.subjectId), today: LocalDate(request.arrivedAt), lastDay: lastDay,
      in: transaction)
    var subjects: [RatedSubject] = []
    var refusals: [FieldError] = []
    var isEarly = false
    for (index, item) in batch.ratings.enumerated() {
      let field = "ratings[\(index)].subjectId"
      switch found[item.subjectId] {
      case .rated(let subject): subjects.append(subject)
      case .gone:
        refusals.append(
          FieldError(
            slug: "subject-gone", field: field,
            reason: "Đối tượng không thuộc diện xếp loại vào ngày xét"))
      case .unknown:
        isEarly = true
        refusals.append(
          FieldError(
            slug: "subject-not-yet-known", field: field,
            reason: "Chưa nhận được thông tin đối tượng"))
      }
    }
    // As long as one may only be late, the batch may be sent again.
    guard refusals.isEmpty else { throw RatingProblem.refused(refusals, retry: isEarly) }
    return subjects
  }

  private func decideAll(
    _ subjects: [RatedSubject], in transaction: borrowing AnyTransaction
  ) throws -> [Change] {
    let ids = subjects.map { RatingID(cycle: cycle, subject: $0.id) }
    let folded = try RatingTables.ratings(ids, in: transaction)
    let readiness =
      try needsReadiness
      ? RatingTables.readiness(of: subjects, in: cycle, transaction) : [:]
    var changes: [Change] = []
    var refusals: [FieldError] = []
    for (index, subject) in subjects.enumerated() {
      let item = batch.ratings[index]
      guard let known = folded[ids[index]] else { continue }
      var rating = known.rating
      let sequence = known.sequence
      if let version = item.version, version != sequence {
        refusals.append(
          FieldError(
            slug: "stale-version", field: "ratings[\(index)].version",
            reason: "Dữ liệu đã thay đổi, hãy tải lại"))
        continue
      }
      do throws(RatingRejection) {
        let events = try decide(rating, subject, item, readiness[subject.id])
        guard !events.isEmpty else { continue }
        for event in events { rating.apply(event) }
        let row = RatingRow(
          id: ids[index], cycleID: cycle, subjectID: subject.id, rating: rating,
          sequence: sequence + Int64(events.count))
        changes.append(Change(row: row, before: sequence, events: events))
      } catch {
        refusals.append(error.fieldError(at: index))
      }
    }
    guard refusals.isEmpty else { throw RatingProblem.refused(refusals, retry: false) }
    return changes
  }

  private func write(_ changes: [Change], in transaction: borrowing AnyTransaction) throws {
    guard !changes.isEmpty else { return }
    try transaction.append(
      changes.map { change in
        StreamAppend(
          stream: .rating(change.row.id), expected: change.before,
          events: change.events.map(\.published), origin: request.origin)
      })
    try RatingTable.save(changes.map(\.row), in: transaction)
    try DecisionTable.keep(
      changes.flatMap { $0.decisions(at: request.origin.time) }, in: transaction)
  }

  /// Warns while levels are proposed, blocks when what is decided does not fit (contract 21).
  private func checkQuotas(
    _ groups: Set<QuotaGroup>, _ rule: QuotaRule, in transaction: borrowing AnyTransaction
  ) throws -> [RatingBatchAnswer.Quota] {
    try groups.sorted().map { group in
      let check = try group.check(rule, in: transaction)
      guard check.isKept else { throw RatingProblem.quotaExceeded(group, check) }
      return RatingBatchAnswer.Quota(
        managingUnitId: group.managingUnitID, kind: group.kind, peerGroup: group.peerGroup,
        allowed: check.allowed, decidedExcellent: check.decidedExcellent,
        proposedExcellent: check.finished[.excellent],
        warning: check.finished[.excellent] > check.allowed)
    }
  }
}
