internal import EventStream
internal import RatingDomain
internal import ReviewEvents
internal import ReviewRules
internal import ServiceRuntime

/// The SQL of the commands; each statement handles a whole batch.
enum RatingTables {
  /// The rules of a cycle.
  static func ruleSet(
    of cycle: CycleID, rules: RuleBook, in transaction: borrowing AnyTransaction
  ) throws -> RuleSet {
    let rows = try transaction.rows(
      "select rule_set_id from cycle where cycle_id = $1", [.text(cycle.text)])
    guard let row = rows.first else { throw RatingProblem.cycleNotYetKnown }
    let id = try row.value(0) { try RuleSetID($0) }
    guard let ruleSet = rules[id] else { throw RatingProblem.ruleSetNotLoaded }
    return ruleSet
  }

  /// The subjects with these ids; unknown ones are missing from the answer.
  static func subjects(
    _ ids: [SubjectID], in transaction: borrowing AnyTransaction
  ) throws -> [SubjectID: RatedSubject] {
    let rows = try transaction.rows(
      """
      select subject_id, managing_unit_id, managing_level, peer_group, files_on_paper
      from subject where subject_id = any($1::text[])
      """, [.texts(ids.map(\.description))])
    var subjects: [SubjectID: RatedSubject] = [:]
    for row in rows {
      let subject = RatedSubject(
        id: try row.value(0) { try SubjectID($0) },
        managingUnitID: try row.value(1) { try UnitID($0) },
        managingLevel: try row.value(2) { try LevelCode($0) },
        peerGroup: try row.value(3) { try PeerGroupCode($0) }, filesOnPaper: try row.boolean(4))
      subjects[subject.id] = subject
    }
    return subjects
  }

  /// What still stands between each subject and its decision.
  static func readiness(
    of subjects: [RatedSubject], in cycle: CycleID, _ transaction: borrowing AnyTransaction
  ) throws -> [SubjectID: Readiness] {
    let ids = SQLValue.texts(subjects.map(\.id.description))
    let reviewed = Set(
      try transaction.rows(
        "select subject_id from reviewed where cycle_id = $1 and subject_id = any($2::text[])",
        [.text(cycle.text), ids]
      ).map { try $0.text(0) })
    var readiness: [SubjectID: Readiness] = [:]
    for subject in subjects {
      readiness[subject.id] = Readiness(
        isReviewed: subject.filesOnPaper || reviewed.contains(subject.id.description),
        openCases: [], openSupplements: [])
    }
    let gates = try transaction.rows(
      """
      select subject_id, kind, case_id from gate
      where cycle_id = $1 and subject_id = any($2::text[]) and is_open order by case_id
      """, [.text(cycle.text), ids])
    for gate in gates {
      let subject = try gate.value(0) { try SubjectID($0) }
      let caseID = try gate.value(2) { try CaseID($0) }
      if try gate.text(1) == Gate.case.rawValue {
        readiness[subject]?.openCases.append(caseID)
      } else {
        readiness[subject]?.openSupplements.append(caseID)
      }
    }
    return readiness
  }

  /// Folds the ratings of these subjects from the log.
  static func ratings(
    _ ids: [RatingID], in transaction: borrowing AnyTransaction
  ) throws -> [RatingID: (rating: RatingDomain.Rating, sequence: Int64)] {
    let histories = try transaction.history(of: ids.map { .rating($0) })
    var ratings: [RatingID: (rating: RatingDomain.Rating, sequence: Int64)] = [:]
    for id in ids {
      let history = histories[.rating(id)] ?? []
      var rating = RatingDomain.Rating()
      for envelope in history { rating.apply(try RatingEvent(envelope)) }
      ratings[id] = (rating, history.last?.sequence ?? 0)
    }
    return ratings
  }

  /// Writes what the read model shows of each changed rating.
  static func save(
    _ rows: [RatingRow], in cycle: CycleID, _ transaction: borrowing AnyTransaction
  ) throws {
    try transaction.rows(
      """
      insert into rating (
        rating_id, cycle_id, subject_id, kind, managing_unit_id, managing_level, peer_group,
        self_level, appraised_level, decided_level, decision_number, sequence)
      select rating_id, $2, subject_id, kind, managing_unit_id, managing_level, peer_group,
        self_level, appraised_level, decided_level, decision_number, sequence
      from unnest(
        $1::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
        $9::text[], $10::text[], $11::text[], $12::bigint[]) as row (
        rating_id, subject_id, kind, managing_unit_id, managing_level, peer_group, self_level,
        appraised_level, decided_level, decision_number, sequence)
      on conflict (rating_id) do update set
        managing_unit_id = excluded.managing_unit_id, managing_level = excluded.managing_level,
        peer_group = excluded.peer_group, self_level = excluded.self_level,
        appraised_level = excluded.appraised_level, decided_level = excluded.decided_level,
        decision_number = excluded.decision_number, sequence = excluded.sequence
      """,
      [
        .texts(rows.map(\.id.text)), .text(cycle.text), .texts(rows.map(\.subject.id.description)),
        .texts(rows.map(\.subject.id.kind.rawValue)),
        .texts(rows.map(\.subject.managingUnitID.text)),
        .texts(rows.map(\.subject.managingLevel.text)), .texts(rows.map(\.subject.peerGroup.text)),
        .optionalTexts(rows.map(\.rating.selfRating?.rawValue)),
        .optionalTexts(rows.map(\.rating.appraisal?.rawValue)),
        .optionalTexts(rows.map(\.rating.decision?.level.rawValue)),
        .optionalTexts(rows.map(\.rating.decision?.number)), .integers(rows.map(\.sequence)),
      ])
  }

  /// Keeps the decisions among `events`, for figures as they were known on a day.
  static func keepDecisions(
    _ events: [(RatingDecided, sequence: Int64)], at time: Instant,
    _ transaction: borrowing AnyTransaction
  ) throws {
    guard !events.isEmpty else { return }
    try transaction.rows(
      """
      insert into rating_decision (rating_id, sequence, level, effective_at, recorded_at)
      select rating_id, sequence, level, $4::timestamptz, $4::timestamptz
      from unnest($1::text[], $2::bigint[], $3::text[]) as row (rating_id, sequence, level)
      on conflict do nothing
      """,
      [
        .texts(events.map(\.0.ratingID.text)), .integers(events.map(\.sequence)),
        .texts(events.map(\.0.level.rawValue)), .instant(time),
      ])
  }
}

/// A changed rating as it is written into the read model.
struct RatingRow {
  let id: RatingID
  let subject: RatedSubject
  let rating: RatingDomain.Rating
  let sequence: Int64
}

extension RatingEvent {
  /// Reads a fact of a rating stream.
  init(_ envelope: EventEnvelope) throws {
    switch envelope.type {
    case SelfRatingRecorded.type:
      self = .selfRated(try EventCodec.decode(SelfRatingRecorded.self, from: envelope))
    case RatingAppraised.type:
      self = .appraised(try EventCodec.decode(RatingAppraised.self, from: envelope))
    case RatingDecided.type:
      self = .decided(try EventCodec.decode(RatingDecided.self, from: envelope))
    default: throw UndecodableEvent(eventID: envelope.id, problem: .unknownType)
    }
  }
}
