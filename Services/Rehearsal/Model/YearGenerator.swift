/// Makes a year of a province out of a scenario and its seed.
public struct YearGenerator {
  private let scenario: Scenario
  private var generator: SeededGenerator

  private init(_ scenario: Scenario) {
    self.scenario = scenario
    generator = SeededGenerator(seed: scenario.seed)
  }

  /// The year that `scenario` describes, in a province of its own.
  /// - Throws: ``UnplayableScenario`` when there are fewer subjects than the scenario asks for.
  public static func year(of scenario: Scenario) throws(UnplayableScenario) -> PlannedYear {
    var maker = YearGenerator(scenario)
    return try maker.year(in: maker.tree(of: .only))
  }

  /// The year that `scenario` describes, in an installation that exists.
  /// - Throws: ``UnplayableScenario`` when there are fewer subjects than the scenario asks for.
  public static func year(
    of scenario: Scenario, in tree: PlannedTree
  ) throws(UnplayableScenario) -> PlannedYear {
    var maker = YearGenerator(scenario)
    return try maker.year(in: tree)
  }

  /// One province of the size that `scenario` names.
  static func tree(of scenario: Scenario, _ province: PlannedProvince) -> PlannedTree {
    var maker = YearGenerator(scenario)
    return maker.tree(of: province)
  }

  private mutating func year(in tree: PlannedTree) throws(UnplayableScenario) -> PlannedYear {
    let subjects = tree.subjects
    let cases = try self.cases(subjects)
    let burdened = Set(cases.map(\.subject.id))
    let early = Set(cases.filter(\.isAfterReport).map(\.subject.id))
    let reports = self.reports(subjects.filter(\.isElectronic), burdened: burdened, early: early)
    let unreviewed = Set(reports.filter { $0.filing == .never }.map(\.subject.id))
    let ratings = try self.ratings(subjects.filter { !unreviewed.contains($0.id) })
    return PlannedYear(
      scenario: scenario, tree: tree, reports: reports, cases: cases, ratings: ratings)
  }

  // MARK: The tree

  private mutating func tree(of province: PlannedProvince) -> PlannedTree {
    let units = units(of: province)
    var tree = PlannedTree(units: units, persons: persons(units, province), unreachable: [])
    for subject in tree.subjects where generator.chance(scenario.unreachablePercent) {
      tree.unreachable.insert(subject.id)
    }
    return tree
  }

  private mutating func units(of named: PlannedProvince) -> [PlannedUnit] {
    let province = PlannedUnit(
      id: named.id, name: named.name, level: "PROVINCE", parentID: nil,
      managingLevel: nil, peerGroup: "PROVINCE", isPilot: false)
    let districts = (0..<scenario.districts).map { index in
      PlannedUnit(
        id: "\(named.prefix)D\(padded(index + 1, 2))",
        name: "Đảng bộ huyện \(InventedNames.place(index))",
        level: "DISTRICT", parentID: province.id, managingLevel: "PROVINCE",
        peerGroup: "DISTRICT-BODY", isPilot: false)
    }
    let pilots = Set((0..<scenario.grassroots).shuffled(using: &generator).prefix(scenario.pilots))
    let grassroots = (0..<scenario.grassroots).map { index in
      PlannedUnit(
        id: "\(named.prefix)G\(padded(index + 1, 4))",
        name: "Đảng bộ xã \(InventedNames.place(index + 100))",
        level: "GRASSROOTS", parentID: districts[index % districts.count].id,
        managingLevel: "DISTRICT", peerGroup: "GRASSROOTS-BODY", isPilot: pilots.contains(index))
    }
    let cells = (0..<scenario.cells).map { index in
      PlannedUnit(
        id: "\(named.prefix)C\(padded(index + 1, 5))",
        name: "Chi bộ \(InventedNames.place(index + 2_000))",
        level: "CELL", parentID: grassroots[index % grassroots.count].id,
        managingLevel: "GRASSROOTS", peerGroup: "CELL", isPilot: false)
    }
    return [province] + districts + grassroots + cells
  }

  /// Heads of districts are managed by the province, heads and deputies of grassroots
  /// organisations by the district, everybody else by the grassroots organisation.
  private mutating func persons(
    _ units: [PlannedUnit], _ province: PlannedProvince
  ) -> [PlannedPerson] {
    let districts = units.filter { $0.level == "DISTRICT" }
    let grassroots = units.filter { $0.level == "GRASSROOTS" }
    let cells = units.filter { $0.level == "CELL" }
    let grassrootsOf = Dictionary(uniqueKeysWithValues: grassroots.map { ($0.id, $0) })
    let leaders = districts.count + 2 * grassroots.count
    return (0..<max(scenario.members, leaders)).map { index in
      let cell = cells[index % cells.count]
      var person = PlannedPerson(
        id: "\(province.prefix)P\(padded(index + 1, 6))", name: InventedNames.person(index),
        memberOfID: cell.id,
        managingUnitID: cell.parentID ?? "", managingLevel: "GRASSROOTS", role: "member",
        peerGroup: "MEMBER", channel: "paper")
      if index < districts.count {
        person.managingUnitID = province.id
        person.managingLevel = "PROVINCE"
        person.role = "head"
        person.peerGroup = "DISTRICT-HEAD"
        person.channel = "electronic"
      } else if index < leaders {
        let place = index - districts.count
        let led = grassroots[place % grassroots.count]
        person.managingUnitID = grassrootsOf[led.id]?.parentID ?? ""
        person.managingLevel = "DISTRICT"
        person.role = place < grassroots.count ? "head" : "deputy"
        person.peerGroup = place < grassroots.count ? "GRASSROOTS-HEAD" : "GRASSROOTS-DEPUTY"
        person.channel = "electronic"
      } else if generator.chance(scenario.electronicPercent) {
        person.channel = "electronic"
      }
      return person
    }
  }

  // MARK: Suggested reviews

  private mutating func cases(
    _ subjects: [PlannedSubject]
  ) throws(UnplayableScenario) -> [PlannedCase] {
    var chosen: [(PlannedSubject, isWithdrawn: Bool)] = []
    let wishes = [
      ("collective", scenario.suggestedCollectives), ("individual", scenario.suggestedMembers),
    ]
    for (kind, counts) in wishes {
      for (level, count) in counts.sorted(by: { $0.key < $1.key }) {
        let candidates = subjects.filter {
          $0.kind == kind && $0.managingLevel == level && $0.isElectronic
        }
        guard candidates.count >= count else {
          throw UnplayableScenario(
            reason: "\(count) suggested \(kind)s at \(level), but only \(candidates.count) exist")
        }
        chosen += candidates.shuffled(using: &generator).prefix(count).map { ($0, false) }
      }
    }
    let taken = Set(chosen.map(\.0.id))
    let free = subjects.filter { $0.isElectronic && !taken.contains($0.id) }
    chosen += free.shuffled(using: &generator).prefix(scenario.withdrawnCases).map { ($0, true) }
    var cases = chosen.enumerated().map { index, choice in
      plannedCase(index + 1, choice.0, isWithdrawn: choice.isWithdrawn)
    }
    let afterReport = cases.indices.filter {
      // One year has one last day for these, which is what the calendar of the rehearsal knows.
      cases[$0].ending != .withdrawn && cases[$0].subject.managingLevel != "PROVINCE"
        && !cases[$0].subject.isPilot
    }
    for index in afterReport.prefix(scenario.casesAfterReport) {
      cases[index].isAfterReport = true
      cases[index].isAcknowledgedLate = false
    }
    return cases
  }

  private mutating func plannedCase(
    _ number: Int, _ subject: PlannedSubject, isWithdrawn: Bool
  ) -> PlannedCase {
    let areas = [
      "LAND", "FOREST", "RESOURCES", "MINERALS", "BIDDING", "CONSTRUCTION",
      "ADMINISTRATIVE_REFORM", "PUBLIC_INVESTMENT", "LEADERSHIP",
    ]
    let grounds = ["DISUNITY", "RULE_VIOLATION", "GROUP_INTERESTS", "PUBLIC_OUTRAGE", "OTHER"]
    let count = Int.random(in: 1...3, using: &generator)
    let ending: PlannedCase.Ending =
      if isWithdrawn {
        .withdrawn
      } else {
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: .notFounded
        case 1...5: .remedied
        default: .carriedOver
        }
      }
    return PlannedCase(
      id: "\(scenario.year)-\(padded(number, 5))", subject: subject,
      areas: Array(areas.shuffled(using: &generator).prefix(count)),
      ground: grounds.randomElement(using: &generator) ?? "OTHER", ending: ending,
      isAcknowledgedLate: !isWithdrawn && generator.chance(scenario.lateAcknowledgementPercent),
      isAfterReport: false)
  }

  // MARK: Reports

  /// Who has a suggested review answers in time.
  ///
  /// Among the others some are late, some are sent back and some never come. Districts all hand in, because all of them are rated.
  private mutating func reports(
    _ subjects: [PlannedSubject], burdened: Set<String>, early hurried: Set<String>
  ) -> [PlannedReport] {
    subjects.map { subject in
      let early = [20, 10, 5, 2, 0].randomElement(using: &generator) ?? 20
      var report = PlannedReport(
        subject: subject, filing: .daysEarly(early), isReturned: false)
      if hurried.contains(subject.id) { report.filing = .daysEarly(20) }
      guard !burdened.contains(subject.id), !subject.isDirectlyUnderProvince else { return report }
      let draw = Int.random(in: 0..<100, using: &generator)
      if draw < scenario.neverPercent {
        report.filing = .never
      } else if draw < scenario.neverPercent + scenario.latePercent {
        report.filing = .daysLate(2)
      } else if draw < scenario.neverPercent + scenario.latePercent + scenario.returnedPercent {
        // Early enough that the second version, one day later, is in time.
        report.filing = .daysEarly(max(early, 2))
        report.isReturned = true
      }
      return report
    }
  }

  // MARK: Ratings

  private mutating func ratings(
    _ subjects: [PlannedSubject]
  ) throws(UnplayableScenario) -> [PlannedRating] {
    let groups = Dictionary(grouping: subjects) {
      "\($0.managingUnitID)|\($0.kind)|\($0.peerGroup)"
    }
    var ratings: [PlannedRating] = []
    for (_, group) in groups.sorted(by: { $0.key < $1.key }) {
      let isNamed = group[0].isDirectlyUnderProvince && !scenario.districtRatings.isEmpty
      let levels = isNamed ? try districtLevels(group.count) : levels(of: group.count)
      for (subject, level) in zip(group, levels.shuffled(using: &generator)) {
        let selfRating = level == "GOOD" && generator.chance(30) ? "EXCELLENT" : level
        ratings.append(PlannedRating(subject: subject, selfRating: selfRating, decision: level))
      }
    }
    return ratings
  }

  private func districtLevels(_ count: Int) throws(UnplayableScenario) -> [String] {
    let levels = ["EXCELLENT", "GOOD", "SATISFACTORY", "UNSATISFACTORY"].flatMap {
      Array(repeating: $0, count: scenario.districtRatings[$0] ?? 0)
    }
    guard levels.count == count else {
      throw UnplayableScenario(reason: "\(levels.count) district ratings for \(count) districts")
    }
    return levels
  }

  /// Levels for a group that keep a fifth of the good or better, rounded down.
  private mutating func levels(of count: Int) -> [String] {
    let satisfactory = (0..<count).reduce(0) { sum, _ in sum + (generator.chance(8) ? 1 : 0) }
    let unsatisfactory = min(
      count - satisfactory, generator.chance(3) ? 1 : 0)
    let pool = count - satisfactory - unsatisfactory
    let excellent = Int.random(in: 0...(pool / 5), using: &generator)
    return Array(repeating: "EXCELLENT", count: excellent)
      + Array(repeating: "GOOD", count: pool - excellent)
      + Array(repeating: "SATISFACTORY", count: satisfactory)
      + Array(repeating: "UNSATISFACTORY", count: unsatisfactory)
  }
}

/// A scenario that asks for more than its province has.
public struct UnplayableScenario: Error, Sendable, Hashable {
  /// What is missing.
  public let reason: String
}

func padded(_ number: Int, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
