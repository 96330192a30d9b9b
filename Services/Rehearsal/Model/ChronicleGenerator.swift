/// Makes years of an installation out of a chronicle.
public enum ChronicleGenerator {
  /// The years that `chronicle` describes, each in the organisation of its time.
  /// - Throws: ``UnplayableScenario`` when a year asks for more than there is.
  public static func plan(
    _ chronicle: Chronicle
  ) throws(UnplayableScenario) -> PlannedChronicle {
    guard let first = chronicle.years.first, let last = chronicle.years.last else {
      throw UnplayableScenario(reason: "a chronicle needs years")
    }
    var tree = PlannedTree(
      joining: chronicle.provinces.map { YearGenerator.tree(of: first, $0) })
    var changes: [Int: PlannedChange] = [:]
    var years: [PlannedYear] = []
    for scenario in chronicle.years {
      if scenario.year == last.year {
        changes[scenario.year] = tree.withoutDistricts(
          chronicle.restructuring, grassrootsPerCommune: chronicle.grassrootsPerCommune)
      } else if String(scenario.year) == chronicle.smallChanges.effectiveOn.prefix(4) {
        changes[scenario.year] = tree.withSmallChanges(chronicle.smallChanges)
      }
      if let change = changes[scenario.year] { tree = tree.applying(change) }
      years.append(try YearGenerator.year(of: scenario, in: tree))
    }
    let correction = chronicle.correction
    let candidates = years.first { $0.scenario.year == correction.year }?.ratings ?? []
    guard
      let corrected = candidates.first(where: {
        $0.subject.isDirectlyUnderProvince && $0.decision == correction.from
      })
    else { throw UnplayableScenario(reason: "no rating \(correction.from) to correct") }
    return PlannedChronicle(
      chronicle: chronicle, years: years, changes: changes, corrected: corrected)
  }
}

extension PlannedTree {
  /// Several provinces side by side.
  init(joining trees: [PlannedTree]) {
    self.init(
      units: trees.flatMap(\.units), persons: trees.flatMap(\.persons),
      unreachable: trees.reduce(into: []) { $0.formUnion($1.unreachable) })
  }

  /// One name, one who joins, one who leaves.
  func withSmallChanges(_ decree: Chronicle.Decree) -> PlannedChange {
    var change = PlannedChange(decree)
    if let renamed = units.first(where: { $0.level == "GRASSROOTS" }) {
      change.renamed = [.init(id: renamed.id, name: "\(renamed.name) (tên mới)")]
    }
    if let leaver = persons.last(where: { $0.role == "member" && $0.channel == "electronic" }) {
      change.left = [leaver.id]
      var joiner = leaver
      joiner.id = "\(leaver.id)-N"
      joiner.name = InventedNames.person(4_001)
      change.joined = [joiner]
    }
    return change
  }

  /// The provinces become one, grassroots organisations become communes directly under it, and the
  /// districts end.
  ///
  /// The first head among those that become one commune heads it; the other heads, the deputies and
  /// the heads of districts are deputies there.
  func withoutDistricts(
    _ decree: Chronicle.Decree, grassrootsPerCommune size: Int
  ) -> PlannedChange {
    var change = PlannedChange(decree)
    guard let province = provinces.first else { return change }
    let ended = provinces.dropFirst().map(\.id)
    if !ended.isEmpty { change.merged = [.init(ids: ended, successorID: province.id)] }
    var heads: Set<String> = []
    for district in units where district.level == "DISTRICT" {
      let below = units.filter { $0.parentID == district.id }
      for start in stride(from: 0, to: below.count, by: max(size, 1)) {
        let part = Array(below[start..<min(start + max(size, 1), below.count)])
        let number = change.founded.count
        let commune = PlannedUnit(
          id: "X\(padded(number + 1, 4))", name: "Đảng bộ xã \(InventedNames.place(number + 700))",
          level: "COMMUNE", parentID: province.id, managingLevel: "PROVINCE",
          peerGroup: "COMMUNE-BODY", isPilot: false)
        change.founded.append(.init(ids: part.map(\.id), unit: commune))
        heads.insert(part[0].id)
      }
      change.dissolved.append(.init(id: district.id, receiverID: province.id))
    }
    change.reassigned = reassigned(heads: heads, province)
    return change
  }

  /// Leaders as they stand without districts.
  ///
  /// Which organisation a head led follows from the order in which leaders were made: one head for
  /// each grassroots organisation of a province.
  private func reassigned(
    heads: Set<String>, _ province: PlannedUnit
  ) -> [PlannedPerson] {
    let grassroots = units.filter { $0.level == "GRASSROOTS" }.map(\.id)
    let grassrootsHeads = persons.filter { $0.peerGroup == "GRASSROOTS-HEAD" }
    let led = Dictionary(
      uniqueKeysWithValues: zip(grassrootsHeads.map(\.id), grassroots))
    return persons.filter { $0.role != "member" }.map { leader in
      var leader = leader
      let isHead = led[leader.id].map(heads.contains) ?? false
      leader.role = isHead ? "head" : "deputy"
      leader.peerGroup = isHead ? "COMMUNE-HEAD" : "COMMUNE-DEPUTY"
      leader.managingUnitID = province.id
      leader.managingLevel = "PROVINCE"
      return leader
    }
  }

  /// The organisation after `change`.
  func applying(_ change: PlannedChange) -> PlannedTree {
    var after = self
    after.units = units.filter { change.successor(of: $0.id) == nil }
    after.units += change.founded.map(\.unit)
    let levels = Dictionary(uniqueKeysWithValues: after.units.map { ($0.id, $0.level) })
    func holder(_ id: String) -> String { change.successor(of: id) ?? id }
    for index in after.units.indices {
      guard let parent = after.units[index].parentID else { continue }
      after.units[index].parentID = holder(parent)
      after.units[index].managingLevel = levels[holder(parent)]
      if let name = change.renamed.first(where: { $0.id == after.units[index].id })?.name {
        after.units[index].name = name
      }
    }
    let reassigned = Dictionary(uniqueKeysWithValues: change.reassigned.map { ($0.id, $0) })
    after.persons = persons.filter { !change.left.contains($0.id) }.map { person in
      var person = reassigned[person.id] ?? person
      person.managingUnitID = holder(person.managingUnitID)
      person.managingLevel = levels[person.managingUnitID] ?? person.managingLevel
      return person
    }
    after.persons += change.joined
    return after
  }
}
