import IntakeDomain
import ReviewEvents
import Testing

@Suite struct `The living organisation` {
  typealias Rejection = OrganisationRejection

  let a: UnitID = Sample.id("commune-a")
  let b: UnitID = Sample.id("commune-b")
  let c: UnitID = Sample.id("commune-c")
  let d: UnitID = Sample.id("commune-d")
  let cellA: UnitID = Sample.id("cell-a")
  let cellB: UnitID = Sample.id("cell-b")
  let district: UnitID = Sample.id("district")
  let province: UnitID = Sample.id("province")
  let memberA: PersonID = Sample.id("member-a")
  let memberB: PersonID = Sample.id("member-b")
  let secretary: PersonID = Sample.id("secretary")

  func merged(_ registry: Registry, on day: String = "2021-07-01") throws -> [OrganisationEvent] {
    try registry.history.merge(
      MergeUnits(
        [a, b], into: .founded(Registry.new("commune-c")), decision: Registry.decision(day)),
      levels: Registry.levels)
  }

  /// What a refused command says.
  func refusal(
    _ command: () throws(Rejection) -> [OrganisationEvent]
  ) -> Rejection? {
    do throws(Rejection) {
      _ = try command()
      return nil
    } catch { return error }
  }

  // MARK: Names

  @Test func `a new name holds from its day on, the old one before`() throws {
    var registry = Registry()
    registry.record(
      try registry.history.rename(
        RenameUnit(a, name: "Đảng bộ xã Hoa Mai", decision: Registry.decision("2021-07-01"))))
    let history = registry.history
    #expect(history.unit(a, at: Registry.at("2021-06-30"))?.name == "Đảng bộ commune-a")
    #expect(history.unit(a, at: Registry.at("2021-07-01"))?.name == "Đảng bộ xã Hoa Mai")
    #expect(
      try history.rename(
        RenameUnit(a, name: "Đảng bộ xã Hoa Mai", decision: Registry.decision("2021-08-01"))
      ).isEmpty)
  }

  @Test func `a later correction of an earlier day changes asOf alone, not what was known`() throws
  {
    var registry = Registry()
    let known = registry.record(
      try registry.history.rename(
        RenameUnit(a, name: "Tên thứ hai", decision: Registry.decision("2021-07-01"))))
    registry.record(
      try registry.history.rename(
        RenameUnit(a, name: "Tên đúng", decision: Registry.decision("2021-03-01"))))
    let history = registry.history
    func name(_ day: String, _ knownAt: Instant = Viewpoint.knownAtLast) -> String? {
      history.unit(a, at: Registry.at(day, knownAt: knownAt))?.name
    }
    #expect(name("2021-02-28") == "Đảng bộ commune-a")
    #expect(name("2021-03-01") == "Tên đúng")
    #expect(name("2021-07-01") == "Tên thứ hai", "an inserted name ends where the next begins")
    #expect(name("2021-03-01", known) == "Đảng bộ commune-a")
    #expect(name("2021-07-01", known) == "Tên thứ hai")
    #expect(name("2021-07-01", known + .milliseconds(-1)) == "Đảng bộ commune-a")
  }

  @Test func `of two names for one day the one recorded later counts`() throws {
    var registry = Registry()
    for name in ["Tên gõ sai", "Tên đúng"] {
      registry.record(
        try registry.history.rename(
          RenameUnit(a, name: name, decision: Registry.decision("2021-07-01"))))
    }
    #expect(registry.history.unit(a, at: Registry.at("2021-07-01"))?.name == "Tên đúng")
  }

  // MARK: Mergers

  @Test func `merged units end, and one that is founded takes over everybody`() throws {
    var registry = Registry()
    let before = registry.record([])
    registry.record(try merged(registry))
    let history = registry.history
    let (eve, day) = (Registry.at("2021-06-30"), Registry.at("2021-07-01"))
    #expect(history.exists(a, at: eve) && !history.exists(c, at: eve))
    #expect(!history.exists(a, at: day) && history.exists(c, at: day))
    #expect(history.children(of: c, at: day) == [cellA, cellB])
    #expect(
      history.managed(by: c, at: day).map(\.description) == [
        "person/member-a", "person/member-b", "unit/cell-a", "unit/cell-b",
      ])
    #expect(history.parent(of: .person(secretary), at: day) == c)
    #expect(history.manager(of: .person(secretary), at: day) == district)
    #expect(history.person(memberA, at: day)?.managingLevel == Sample.id("GRASSROOTS"))
    #expect(history.successors(of: a, at: day) == [c])
    #expect(history.successors(of: a, at: eve).isEmpty)
    #expect(history.predecessors(of: c, at: day) == [a, b])
    #expect(history.heir(of: a, at: day) == c && history.heir(of: a, at: eve) == a)
    #expect(history.answersFor(c, at: day) == [c, a, b])
    #expect(history.exists(a, at: Registry.at("2021-07-01", knownAt: before)))
  }

  @Test func `units can be merged into one that goes on`() throws {
    var registry = Registry()
    let events = try registry.history.merge(
      MergeUnits([a, b], into: .existing(a), decision: Registry.decision("2021-07-01")),
      levels: Registry.levels)
    registry.record(events)
    let (history, day) = (registry.history, Registry.at("2021-07-01"))
    #expect(history.exists(a, at: day) && !history.exists(b, at: day))
    #expect(history.children(of: a, at: day) == [cellA, cellB])
    #expect(history.predecessors(of: a, at: day) == [b])
    #expect(history.heir(of: b, at: day) == a)
    #expect(!events.contains { $0.subject == .unit(cellA) }, "who stays where he was has no fact")
  }

  @Test func `a merger of one, of none and of the same is none`() {
    let history = Registry().history
    func merge(_ ids: [UnitID], _ successor: Successor) -> Rejection? {
      refusal { () throws(Rejection) in
        try history.merge(
          MergeUnits(ids, into: successor, decision: Registry.decision("2021-07-01")),
          levels: Registry.levels)
      }
    }
    #expect(merge([], .founded(Registry.new("commune-c"))) == .tooFewUnits)
    #expect(merge([a], .founded(Registry.new("commune-c"))) == .tooFewUnits)
    #expect(merge([a], .existing(a)) == .tooFewUnits)
    #expect(merge([a, a], .existing(b)) == .repeatedUnit(a))
    #expect(merge([a, b], .founded(Registry.new("commune-b"))) == .alreadyThere(.unit(b)))
    #expect(merge([a, b], .founded(Registry.new("cell-a"))) == .alreadyThere(.unit(cellA)))
    #expect(merge([a, b], .existing(c)) == .unknownUnit(c))
    #expect(
      merge(
        [a, b], .founded(Registry.new("commune-c", parent: "commune-a", managedBy: "district")))
        == .noLongerThere(.unit(a), on: Registry.day("2021-07-01")))
    #expect(merge([district, a], .existing(b)) == .circular(b))
  }

  // MARK: Splits

  static let founded: [Successor] = [
    .founded(Registry.new("commune-c")), .founded(Registry.new("commune-d")),
  ]

  func split(
    _ history: OrganisationHistory, _ handovers: [Handover], heir: UnitID? = nil,
    into successors: [Successor] = Self.founded
  ) throws(Rejection) -> [OrganisationEvent] {
    try history.split(
      SplitUnit(
        a, into: successors, handovers: handovers, heirID: heir ?? c,
        decision: Registry.decision("2021-07-01")), levels: Registry.levels)
  }

  @Test func `a split hands everybody to exactly one successor, and the past to one`() throws {
    var registry = Registry()
    registry.record(
      try split(
        registry.history,
        [
          Handover(.unit(cellA), to: c), Handover(.person(memberA), to: c),
          Handover(.person(secretary), to: d),
        ], heir: d))
    let (history, day) = (registry.history, Registry.at("2021-07-01"))
    #expect(history.manager(of: .unit(cellA), at: day) == c)
    #expect(history.parent(of: .person(secretary), at: day) == d)
    #expect(history.successors(of: a, at: day) == [c, d])
    #expect(history.heir(of: a, at: day) == d)
    #expect(history.answersFor(c, at: day) == [c] && history.answersFor(d, at: day) == [d, a])
  }

  @Test func `a split forgets nobody, gives nobody twice and takes nobody else's`() {
    let history = Registry().history
    let all = [
      Handover(.unit(cellA), to: c), Handover(.person(memberA), to: c),
      Handover(.person(secretary), to: d),
    ]
    func refused(
      _ handovers: [Handover], heir: UnitID? = nil, into successors: [Successor] = Self.founded
    ) -> Rejection? {
      refusal { () throws(Rejection) in
        try split(history, handovers, heir: heir, into: successors)
      }
    }
    #expect(refused([all[0]]) == .notHandedOver([.person(memberA), .person(secretary)]))
    #expect(refused(all + [Handover(.unit(cellA), to: d)]) == .handedOverTwice(.unit(cellA)))
    #expect(refused(all + [Handover(.unit(cellB), to: d)]) == .notHeld(.unit(cellB)))
    #expect(refused([Handover(.unit(cellA), to: b)]) == .notASuccessor(b))
    #expect(refused(all, heir: b) == .notASuccessor(b))
    #expect(refused(all, into: [.founded(Registry.new("commune-c"))]) == .tooFewSuccessors)
    #expect(refused(all, into: [.existing(b), .existing(b)]) == .repeatedUnit(b))
    #expect(refused(all, into: [.existing(a), .existing(b)]) == .endsItself(a))
  }

  @Test func `a unit can be shared out to its neighbours`() throws {
    var registry = Registry()
    registry.record(
      try split(
        registry.history,
        [
          Handover(.unit(cellA), to: b), Handover(.person(memberA), to: b),
          Handover(.person(secretary), to: c),
        ], heir: b, into: [.existing(b), .founded(Registry.new("commune-c"))]))
    let day = Registry.at("2021-07-01")
    #expect(registry.history.children(of: b, at: day) == [cellA, cellB])
    #expect(registry.history.predecessors(of: b, at: day) == [a])
  }

  // MARK: Dissolution and the end of the district

  @Test func `the district era and the two-tier era stand in one history`() throws {
    var registry = Registry()
    let day = Registry.decision("2025-07-01")
    #expect(
      refusal { () throws(Rejection) in
        try registry.history.found(
          FoundUnit(
            Registry.new("d-2", level: "DISTRICT", parent: "province", managedBy: "province"),
            decision: day), levels: Registry.levels)
      } == .levelNotInForce(Sample.id("DISTRICT"), on: day.effectiveOn))
    registry.record(
      try registry.history.dissolve(DissolveUnit(district, receiverID: province, decision: day)))
    registry.record(
      try registry.history.merge(
        MergeUnits(
          [a, b],
          into: .founded(
            Registry.new("x-1", level: "COMMUNE", parent: "province", managedBy: "province")),
          decision: day), levels: Registry.levels))
    let history = registry.history
    let (then, now) = (Registry.at("2025-06-30"), Registry.at("2025-07-01"))
    #expect(history.manager(of: .unit(a), at: then) == district)
    #expect(history.unit(a, at: then)?.managingLevel == Sample.id("DISTRICT"))
    #expect(history.manager(of: .person(secretary), at: now) == province)
    #expect(history.person(secretary, at: now)?.memberOfID == Sample.id("x-1"))
    #expect(history.heir(of: district, at: now) == province)
    #expect(history.line(above: cellB, at: now) == [Sample.id("x-1"), province])
    #expect(history.unitsBeyondTheirLevel(at: now, levels: Registry.levels).isEmpty)
    #expect(
      Registry().history.unitsBeyondTheirLevel(at: now, levels: Registry.levels) == [district])
  }

  @Test func `what is dissolved goes to somebody else who exists`() {
    let history = Registry().history
    func dissolve(_ id: UnitID, to receiver: UnitID, _ day: String) -> Rejection? {
      refusal { () throws(Rejection) in
        try history.dissolve(
          DissolveUnit(id, receiverID: receiver, decision: Registry.decision(day)))
      }
    }
    #expect(dissolve(a, to: a, "2021-07-01") == .endsItself(a))
    #expect(dissolve(a, to: c, "2021-07-01") == .unknownUnit(c))
    #expect(dissolve(c, to: a, "2021-07-01") == .unknownUnit(c))
    #expect(
      dissolve(a, to: b, "2020-12-31")
        == .notYetThere(.unit(a), on: Registry.day("2020-12-31")))
    #expect(dissolve(district, to: a, "2021-07-01") == .circular(a))
  }

  @Test func `debts follow the heirs over any number of restructurings`() throws {
    var registry = Registry()
    registry.record(try merged(registry))
    registry.record(
      try registry.history.merge(
        MergeUnits(
          [c, district], into: .existing(district), decision: Registry.decision("2022-01-01")),
        levels: Registry.levels))
    registry.record(
      try registry.history.dissolve(
        DissolveUnit(district, receiverID: province, decision: Registry.decision("2025-07-01"))))
    let history = registry.history
    #expect(history.heir(of: a, at: Registry.at("2021-12-31")) == c)
    #expect(history.heir(of: a, at: Registry.at("2025-06-30")) == district)
    #expect(history.heir(of: a, at: Registry.at("2025-07-01")) == province)
    #expect(history.heir(of: c, at: Registry.at("2021-06-30")) == nil)
    #expect(history.descent(of: a, at: Registry.at("2025-07-01")) == [c, district, province])
    #expect(history.ancestry(of: province, at: Registry.at("2025-07-01")) == [district, c, a, b])
    #expect(
      history.answersFor(province, at: Registry.at("2025-07-01")) == [province, district, c, a, b])
  }

  // MARK: Moves

  @Test func `a moved unit takes its subtree along`() throws {
    var registry = Registry()
    registry.record(
      try registry.history.move(
        MoveUnit(
          a, parentID: province, managingUnitID: province,
          decision: Registry.decision("2021-07-01"))))
    let (history, day) = (registry.history, Registry.at("2021-07-01"))
    #expect(history.line(above: cellA, at: day) == [a, province])
    #expect(history.unit(a, at: day)?.managingLevel == Sample.id("PROVINCE"))
    #expect(history.line(above: cellA, at: Registry.at("2021-06-30")) == [a, district, province])
    #expect(
      try history.move(
        MoveUnit(a, parentID: province, decision: Registry.decision("2021-08-01"))
      ).isEmpty)
  }

  @Test func `a move closes no circle and leaves nobody with a manager that is not above`() throws {
    var registry = Registry()
    func move(_ command: MoveUnit) -> Rejection? {
      refusal { () throws(Rejection) in try registry.history.move(command) }
    }
    let day = Registry.decision("2021-07-01")
    #expect(move(MoveUnit(a, parentID: cellA, decision: day)) == .circular(a))
    #expect(move(MoveUnit(a, parentID: a, decision: day)) == .circular(a))
    #expect(move(MoveUnit(a, decision: day)) == .nothingChanges)
    #expect(
      move(MoveUnit(a, managingUnitID: b, decision: day)) == .managerNotAbove(a, manager: b))
    #expect(
      move(MoveUnit(a, parentID: province, decision: day))
        == .managerNotAbove(a, manager: district))
    registry.record(
      try registry.history.move(MoveUnit(cellA, managingUnitID: district, decision: day)))
    let away = MoveUnit(a, parentID: province, managingUnitID: province, decision: day)
    #expect(move(away) == .managerNotAbove(cellA, manager: district))
    var complete = away
    complete.handovers = [Handover(.unit(cellA), to: a)]
    registry.record(try registry.history.move(complete))
    #expect(registry.history.manager(of: .unit(cellA), at: Registry.at("2021-07-01")) == a)
    complete.handovers.append(Handover(.unit(cellA), to: province))
    #expect(move(complete) == .handedOverTwice(.unit(cellA)))
  }

  // MARK: Days

  @Test func `a change needs a unit that exists on its day`() throws {
    var registry = Registry()
    registry.record(try merged(registry))
    func rename(_ id: UnitID, _ day: String) -> Rejection? {
      refusal { () throws(Rejection) in
        try registry.history.rename(
          RenameUnit(id, name: "Tên", decision: Registry.decision(day)))
      }
    }
    #expect(rename(a, "2021-07-01") == .noLongerThere(.unit(a), on: Registry.day("2021-07-01")))
    #expect(rename(a, "2021-06-30") == nil)
    #expect(rename(c, "2021-06-30") == .notYetThere(.unit(c), on: Registry.day("2021-06-30")))
    #expect(rename(d, "2021-06-30") == .unknownUnit(d))
  }

  @Test func `an earlier change is inserted where the later ones still stand`() throws {
    var registry = Registry()
    registry.record(
      try registry.history.transfer(
        TransferPerson(
          memberB, memberOfID: cellA, decision: Registry.decision("2021-09-01"))))
    registry.record(try merged(registry))
    let history = registry.history
    #expect(history.manager(of: .person(memberB), at: Registry.at("2021-07-01")) == c)
    #expect(history.parent(of: .person(memberB), at: Registry.at("2021-07-01")) == cellB)
    #expect(history.parent(of: .person(memberB), at: Registry.at("2021-09-01")) == cellA)
  }

  @Test func `an earlier change is refused where a later one could not stand any more`() throws {
    let later = Registry.day("2021-09-01")
    func refused(after first: (Registry) throws -> [OrganisationEvent]) throws -> Rejection? {
      var registry = Registry()
      registry.record(try first(registry))
      return refusal { () throws(Rejection) in
        try registry.history.merge(
          MergeUnits(
            [a, b], into: .founded(Registry.new("commune-c")),
            decision: Registry.decision("2021-07-01")), levels: Registry.levels)
      }
    }
    #expect(
      try refused { registry in
        try registry.history.rename(
          RenameUnit(a, name: "Tên", decision: Registry.decision("2021-09-01")))
      } == .contradictsLaterChange(.unit(a), on: later))
    #expect(
      try refused { registry in
        try registry.history.transfer(
          TransferPerson(secretary, memberOfID: b, decision: Registry.decision("2021-09-01")))
      } == .contradictsLaterChange(.person(secretary), on: later))
    #expect(
      try refused { registry in
        try registry.history.move(
          MoveUnit(cellB, parentID: a, managingUnitID: a, decision: Registry.decision("2021-09-01"))
        )
      } == .contradictsLaterChange(.unit(cellB), on: later))
    #expect(
      try refused { registry in
        try registry.history.dissolve(
          DissolveUnit(district, receiverID: province, decision: Registry.decision("2021-09-01")))
      } == .contradictsLaterChange(.unit(a), on: later))
  }

  @Test func `a decision names its document, a unit has a name and somebody who decides on it`() {
    let history = Registry().history
    var nameless = Registry.new("commune-c")
    nameless.name = " "
    let day = Registry.decision("2021-07-01")
    func found(_ unit: NewUnit, _ decision: OrganisationDecision) -> Rejection? {
      refusal { () throws(Rejection) in
        try history.found(FoundUnit(unit, decision: decision), levels: Registry.levels)
      }
    }
    #expect(found(nameless, day) == .nameMissing)
    #expect(
      found(
        Registry.new("commune-c"),
        OrganisationDecision(effectiveOn: day.effectiveOn, legalBasis: "\n")) == .legalBasisMissing)
    #expect(
      found(Registry.new("commune-c", managedBy: nil), day)
        == .withoutManager(Sample.id("commune-c")))
    #expect(
      found(Registry.new("commune-c", managedBy: "commune-a"), day)
        == .managerNotAbove(Sample.id("commune-c"), manager: a))
    #expect(found(Registry.new("commune-c"), day) == nil)
  }
}
