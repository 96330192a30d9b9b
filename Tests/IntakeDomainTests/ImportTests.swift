import IntakeDomain
import ReviewEvents
import ReviewRules
import Testing

@Suite struct `An import of organisations` {
  typealias Row = UnitImport.Row
  typealias Fault = ImportFault<UnitImport.Column>

  let levels = Set(Sample.rules.levels.map(\.code))

  func row(
    _ line: Int, _ unit: String, level: String = "GRASSROOTS", parent: String? = "district",
    managedBy manager: String? = "district", reviewed: Bool = true, name: String? = nil
  ) -> Row {
    Row(
      line: line, unitID: Sample.id(unit), name: name ?? "Đảng bộ \(unit)", level: Sample.id(level),
      parentID: parent.map { Sample.id($0) }, managingUnitID: manager.map { Sample.id($0) },
      peerGroup: Sample.id("group"), reviewed: reviewed)
  }

  var existing: [UnitID: UnitRegistered] {
    Dictionary(uniqueKeysWithValues: Sample.units.map { ($0.unitID, $0) })
  }

  func faults(_ rows: [Row]) -> [Fault] {
    do throws(ImportRefusal<UnitImport.Column>) {
      _ = try UnitImport.plan(rows, existing: existing, levels: levels)
      return []
    } catch { return error.faults }
  }

  @Test func `finds a whole province in any order of lines`() throws {
    let rows = [
      row(2, "commune-a"),
      row(
        3, "district", level: "DISTRICT", parent: "province",
        managedBy: "province"),
      row(4, "province", level: "PROVINCE", parent: nil, managedBy: nil, reviewed: false),
    ]
    let plan = try UnitImport.plan(rows, existing: [:], levels: levels)
    #expect(plan.registered.map(\.unitID.text) == ["commune-a", "district", "province"])
    #expect(plan.registered.map(\.managingLevel?.text) == ["DISTRICT", "PROVINCE", nil])
  }

  @Test func `tells what is new, amended and unchanged`() throws {
    let rows = [row(2, "commune-a"), row(3, "commune-b", name: "Tên mới"), row(4, "commune-c")]
    let plan = try UnitImport.plan(rows, existing: existing, levels: levels)
    #expect(plan.registered.map(\.unitID.text) == ["commune-c"])
    #expect(plan.amended.map(\.name) == ["Tên mới"])
    #expect(plan.unchangedCount == 1)
  }

  @Test func `names every fault with line and column`() {
    let found = faults([
      row(2, "new-1"), row(3, "new-1"), row(4, "new-2", level: "WARD"),
      row(5, "new-3", parent: "nowhere"), row(6, "new-4", managedBy: "nowhere"),
      row(7, "new-5", managedBy: "commune-a"), row(8, "new-6", managedBy: nil),
      row(9, "commune-a", level: "CELL"), row(10, "new-7", parent: "new-8"),
      row(11, "new-8", parent: "new-7"), row(12, "new-9", managedBy: "new-9"),
    ])
    #expect(
      found == [
        Fault(line: 3, column: .unitID, problem: .repeated(firstLine: 2)),
        Fault(line: 4, column: .level, problem: .unknownLevel),
        Fault(line: 5, column: .parentID, problem: .unknownUnit),
        Fault(line: 6, column: .managingUnitID, problem: .unknownUnit),
        Fault(line: 7, column: .managingUnitID, problem: .notAbove),
        Fault(line: 8, column: .managingUnitID, problem: .reviewedWithoutManagement),
        Fault(line: 9, column: .level, problem: .changedLevel),
        Fault(line: 10, column: .parentID, problem: .circular),
        Fault(line: 11, column: .parentID, problem: .circular),
        Fault(line: 12, column: .managingUnitID, problem: .notAbove),
      ])
  }

  @Test func `what has ended comes back by no import, and nobody stands below it`() throws {
    var there = existing
    there[Sample.id("commune-b")] = nil
    let rows = [row(2, "commune-b"), row(3, "new", parent: "commune-b", managedBy: "commune-b")]
    #expect(
      throws: ImportRefusal<UnitImport.Column>([
        Fault(line: 2, column: .unitID, problem: .notThere)
      ])
    ) {
      try UnitImport.plan(
        [rows[0]], existing: there, levels: levels, gone: [Sample.id("commune-b")])
    }
    #expect(
      throws: ImportRefusal<UnitImport.Column>([
        Fault(line: 3, column: .parentID, problem: .notThere),
        Fault(line: 3, column: .managingUnitID, problem: .notThere),
      ])
    ) {
      try UnitImport.plan(
        [rows[1]], existing: there, levels: levels, gone: [Sample.id("commune-b")])
    }
  }

  @Test func `a sector, which no column names, stays what it was`() throws {
    var there = existing
    there[Sample.id("commune-a")]?.sector = Sample.id("POLICE")
    let plan = try UnitImport.plan(
      [row(2, "commune-a", name: "Tên mới")], existing: there, levels: levels)
    #expect(plan.amended.map(\.sector) == [Sample.id("POLICE")])
  }

  @Test func `what an import says may not contradict what is recorded for a later day`() throws {
    var registry = Registry()
    registry.record(
      try registry.history.dissolve(
        DissolveUnit(
          Sample.id("commune-b"), receiverID: Sample.id("commune-a"),
          decision: Registry.decision("2021-07-01"))))
    let cell = Sample.unit(
      "cell-c", level: "CELL", parent: "commune-b", managedBy: "commune-b", at: "GRASSROOTS")
    let contradiction = OrganisationRejection.contradictsLaterChange(
      .unit(cell.unitID), on: Registry.day("2021-07-01"))
    #expect(throws: contradiction) {
      try registry.history.checkImport(of: [.unitRegistered(cell)], at: registry.now)
    }
    let person = Sample.person("new", of: "cell-a", managedBy: "commune-b", at: "GRASSROOTS")
    #expect(throws: OrganisationRejection.self) {
      try registry.history.checkImport(of: [.personRegistered(person)], at: registry.now)
    }
    let fine = Sample.person("new", of: "cell-a", managedBy: "commune-a", at: "GRASSROOTS")
    #expect(throws: Never.self) {
      try registry.history.checkImport(of: [.personRegistered(fine)], at: registry.now)
    }
  }

  @Test func `an amendment cannot close a circle with what is registered`() {
    #expect(
      faults([row(2, "district", level: "DISTRICT", parent: "commune-a", managedBy: "commune-a")])
        .map(\.problem) == [.circular])
  }
}

@Suite struct `An import of members` {
  typealias Row = PersonImport.Row
  typealias Fault = ImportFault<PersonImport.Column>

  let levels: [UnitID: LevelCode] = [
    Sample.id("district"): Sample.id("DISTRICT"), Sample.id("cell"): Sample.id("CELL"),
  ]

  func row(
    _ line: Int, _ person: String, of unit: String = "cell", managedBy manager: String = "district",
    channel: FilingChannel = .electronic
  ) -> Row {
    Row(
      line: line, personID: Sample.id(person), fullName: "Nguyễn Văn A",
      memberOfID: Sample.id(unit), managingUnitID: Sample.id(manager), role: .member,
      peerGroup: Sample.id("members"), channel: channel)
  }

  @Test func `takes the managing level from the managing unit`() throws {
    let plan = try PersonImport.plan([row(2, "p1")], existing: [:], levels: levels)
    #expect(plan.registered == [Sample.person("p1", of: "cell")])
  }

  @Test func `tells what is new, amended and unchanged`() throws {
    let known = Sample.person("p1", of: "cell")
    let moved = Sample.person("p2", of: "district")
    let plan = try PersonImport.plan(
      [row(2, "p1"), row(3, "p2"), row(4, "p3")],
      existing: [known.personID: known, moved.personID: moved], levels: levels)
    #expect(plan.unchangedCount == 1)
    #expect(plan.amended.map(\.personID.text) == ["p2"])
    #expect(plan.registered.map(\.personID.text) == ["p3"])
  }

  @Test func `names every fault with line and column`() {
    let rows = [
      row(2, "p1"), row(3, "p1"), row(4, "p2", of: "nowhere"), row(5, "p3", managedBy: "nowhere"),
    ]
    #expect(
      throws: ImportRefusal<PersonImport.Column>([
        Fault(line: 3, column: .personID, problem: .repeated(firstLine: 2)),
        Fault(line: 4, column: .memberOfID, problem: .unknownUnit),
        Fault(line: 5, column: .managingUnitID, problem: .unknownUnit),
      ])
    ) {
      try PersonImport.plan(rows, existing: [:], levels: levels)
    }
  }

  @Test func `who left comes back by no import, and nobody belongs to what has ended`() {
    let rows = [row(2, "p1"), row(3, "p2", of: "old"), row(4, "p3", managedBy: "old")]
    #expect(
      throws: ImportRefusal<PersonImport.Column>([
        Fault(line: 2, column: .personID, problem: .notThere),
        Fault(line: 3, column: .memberOfID, problem: .notThere),
        Fault(line: 4, column: .managingUnitID, problem: .notThere),
      ])
    ) {
      try PersonImport.plan(
        rows, existing: [:], levels: levels, gone: [Sample.id("p1")],
        goneUnits: [Sample.id("old")])
    }
  }
}
