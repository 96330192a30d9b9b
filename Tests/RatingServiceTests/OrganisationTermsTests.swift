import EventStream
import IntakeDomain
import OrganisationTerms
import PostgresStore
import ReviewEvents
import TestSupport
import Testing

@testable import RatingService

/// What the readers answer about any day and moment is what the writer's own fold says of the same
/// facts: a contract between services that do not know each other.
@Suite(.timeLimit(.minutes(5))) struct `The terms of the organisation` {
  private static let seeds = UInt64(1)...8

  @Test func `answer for every day and moment as the writer's fold does`() async throws {
    try await RatingDesk.with { desk in
      for seed in Self.seeds {
        let story = RandomOrganisation(seed: seed)
        let history = OrganisationHistory(try story.facts.map { try RecordedEvent($0) })
        try await hear(story, seed: seed, desk)
        for point in story.points {
          let answers = try await desk.database.store.commit { transaction in
            try Answers(of: story, at: point, in: transaction)
          }
          #expect(answers == Answers(of: story, at: point, by: history), "\(seed) \(point)")
        }
      }
    }
  }

  /// Plays the facts in an order of its own, and then everything once more.
  private func hear(_ story: RandomOrganisation, seed: UInt64, _ desk: RatingDesk) async throws {
    for sql: SQL in ["delete from organisation_term", "delete from fence"] {
      try await desk.database.store.commit { try $0.run(sql, []) }
    }
    for order in Interleavings(of: story.facts, count: 2, seed: seed) {
      try await desk.hear(order, batchesOf: 9)
      try await desk.database.store.commit { try $0.run("delete from fence", []) }
    }
  }

  @Test func `are asked of stories in which everything happens`() throws {
    var counts = ["ended": 0, "passed on": 0, "absent": 0, "untold": 0, "corrected": 0]
    for seed in Self.seeds {
      let story = RandomOrganisation(seed: seed)
      let history = OrganisationHistory(try story.facts.map { try RecordedEvent($0) })
      counts["corrected", default: 0] += story.corrections
      for point in story.points {
        let answers = Answers(of: story, at: point, by: history)
        counts["ended", default: 0] += answers.heirs.count { $0.key != $0.value }
        counts["passed on", default: 0] += answers.answered.values.count { $0.count > 2 }
        counts["absent", default: 0] += story.subjects.count - answers.states.count
        counts["untold", default: 0] += story.units.count {
          history.end(of: $0, at: point) != nil && answers.heirs[$0] == nil
        }
      }
    }
    #expect(counts.allSatisfy { $0.value >= 20 }, "\(counts)")
  }

  @Test func `find a few subjects among a hundred thousand by their index`() async throws {
    try await RatingDesk.with { desk in
      try await desk.database.store.commit { transaction in
        try transaction.rows(
          """
          insert into organisation_term (
            subject_id, sequence, recorded_at, effective_on, is_whole, existence, level, above_id,
            managing_unit_id, managing_level, peer_group, reviewed, role, channel)
          select case when number <= 1000 then 'unit/u' else 'person/p' end || number, 1,
            '2021-11-01T00:00:00Z', '2021-11-01', true, 'begins', 'GRASSROOTS', 'u1', 'u1',
            'PROVINCE', 'GROUP', true, 'member', 'paper'
          from generate_series(1, 100000) as number
          """, [])
        try transaction.rows("analyze organisation_term", [])
      }
      let everybody = OrganisationTerms.everybody.text
        .replacing("$1::date", with: "date '2021-12-31'")
        .replacing("$2::timestamptz", with: "null::timestamptz")
      let plan = try await desk.rows(
        SQL(
          composed: "explain select * from (\(everybody)) as known "
            + "where subject_id = any('{person/p5000,person/p6000}'::text[])"))
      #expect(plan.contains { $0.contains("organisation_term_pkey") }, "\(plan)")
      #expect(!plan.contains { $0.contains("Seq Scan") }, "\(plan)")
    }
  }
}

/// Everything that can be asked about one day, as far as it was known at one moment.
private struct Answers: Equatable {
  struct State: Equatable {
    var level: LevelCode?
    var aboveID: UnitID?
    var managingUnitID: UnitID?
    var managingLevel: LevelCode?
    var peerGroup: PeerGroupCode
    var reviewed: Bool
    var sector: ListCode?
    var role: MemberRole?
    var channel: FilingChannel?
  }

  /// Those that exist.
  var states: [SubjectID: State] = [:]
  var present: Set<SubjectID> = []
  var parents: [UnitID: UnitID?] = [:]
  var heirs: [UnitID: UnitID] = [:]
  var answered: [UnitID: Set<UnitID>] = [:]

  /// As the readers tell it.
  init(
    of story: RandomOrganisation, at point: IntakeDomain.Viewpoint,
    in transaction: borrowing AnyTransaction
  ) throws {
    let knownAt = point.knownAt == IntakeDomain.Viewpoint.knownAtLast ? nil : point.knownAt
    let point = ReadersViewpoint(asOf: point.asOf, knownAt: knownAt)
    for (id, state) in try OrganisationTerms.states(of: story.subjects, at: point, in: transaction)
    where state.exists {
      states[id] = State(
        level: state.level, aboveID: state.aboveID, managingUnitID: state.managingUnitID,
        managingLevel: state.managingLevel, peerGroup: state.peerGroup, reviewed: state.reviewed,
        sector: state.sector, role: state.role, channel: state.channel)
    }
    present = Set(
      try transaction.rows(
        "select subject_id from (" + OrganisationTerms.everybody
          + ") as known where existence = 'begins'",
        [.text(point.asOf.description), .optional(knownAt)]
      ).map { try $0.value(0, SubjectID.init) })
    parents = try OrganisationTerms.parents(above: story.units, at: point, in: transaction)
    let heirs = try OrganisationTerms.heirs(of: story.units, at: point, in: transaction)
    for (unit, heir) in heirs {
      if case .known(let heir) = heir { self.heirs[unit] = heir }
    }
    for unit in story.units {
      answered[unit] = Set(
        try OrganisationTerms.answered(by: unit, at: point, in: transaction))
    }
  }

  /// As the writer's fold tells it.
  init(
    of story: RandomOrganisation, at point: IntakeDomain.Viewpoint, by history: OrganisationHistory
  ) {
    for id in story.subjects {
      switch id {
      case .unit(let unit): states[id] = history.unit(unit, at: point).map(State.init)
      case .person(let person): states[id] = history.person(person, at: point).map(State.init)
      }
    }
    present = Set(story.subjects.filter { history.exists($0, at: point) })
    var next = story.units
    while let unit = next.popLast() {
      guard parents[unit] == nil, history.exists(unit, at: point) else { continue }
      let parent = history.parent(of: .unit(unit), at: point)
      parents[unit] = .some(parent)
      if let parent { next.append(parent) }
    }
    for unit in story.units {
      heirs[unit] = history.heir(of: unit, at: point)
      answered[unit] = Set(history.answersFor(unit, at: point))
    }
  }
}

extension Answers.State {
  fileprivate init(_ unit: UnitState) {
    self.init(
      level: unit.level, aboveID: unit.parentID, managingUnitID: unit.managingUnitID,
      managingLevel: unit.managingLevel, peerGroup: unit.peerGroup, reviewed: unit.reviewed,
      sector: unit.sector, role: nil, channel: nil)
  }

  fileprivate init(_ person: PersonState) {
    self.init(
      level: nil, aboveID: person.memberOfID, managingUnitID: person.managingUnitID,
      managingLevel: person.managingLevel, peerGroup: person.peerGroup, reviewed: true,
      sector: nil, role: person.role, channel: person.channel)
  }
}
