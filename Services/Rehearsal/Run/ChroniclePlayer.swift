import RehearsalModel

/// Plays a chronicle, and says where the services differ from what was counted over the input.
struct ChroniclePlayer {
  let plan: PlannedChronicle
  let api: API
  let connections: Int
  let watch: PhaseWatch

  private var stage: Stage { Stage(api: api) }
  private var correction: Chronicle.Correction { plan.chronicle.correction }

  func play() async throws -> [String] {
    var differences: [String] = []
    var mails = Figures()
    var published: RatingSheet?
    for (index, year) in plan.years.enumerated() {
      let number = year.scenario.year
      if let change = plan.changes[number] {
        try await carryOut(change, before: plan.years[index - 1].tree)
      }
      try await player(of: index).play(importing: index == 0)
      try await close(year)
      differences += try await check(year, adding: &mails)
      if number == correction.year {
        published = try await RatingSheet.read(number, "", from: api)
        try await correct()
      }
    }
    if let published { differences += try await checkThePast(published) }
    differences += try await checkDebts()
    return differences
  }

  private func player(of index: Int) -> YearPlayer {
    let year = plan.years[index]
    let next =
      if index + 1 < plan.years.count {
        CycleOpening(plan.years[index + 1].scenario, in: plan.years[index + 1].tree, api: api)
      } else {
        CycleOpening(after: year, api: api)
      }
    return YearPlayer(year: year, next: next, api: api, connections: connections, watch: watch)
  }

  private func close(_ year: PlannedYear) async throws {
    let calendar = YearCalendar(year: year.scenario.year)
    try await stage.setClock(calendar.moment(calendar.closingDay, hour: 22))
    try await CycleOpening(year.scenario, in: year.tree, api: api).close()
    try await stage.rest()
  }

  /// Records what was decided before its day, and goes on when that day has come.
  private func carryOut(_ change: PlannedChange, before tree: PlannedTree) async throws {
    try await watch.measure("Thay đổi tổ chức") {
      try await stage.setClock("\(change.decree.recordedOn)T09:00:00+07:00")
      try await ChangePlayer(change: change, tree: tree, api: api, connections: connections).play()
      try await stage.rest()
      try await stage.setClock("\(change.decree.effectiveOn)T08:00:00+07:00")
      try await stage.rest()
    }
  }

  // MARK: What has to be true

  /// Compares the figures of one year, and the mails of all years so far.
  private func check(_ year: PlannedYear, adding mails: inout Figures) async throws -> [String] {
    var expected = IndependentCount.figures(of: year)
    for (kind, count) in expected.mails { mails.mails[kind, default: 0] += count }
    mails.unreachable += expected.unreachable
    expected.mails = mails.mails
    expected.unreachable = mails.unreachable
    let observed = try await Observation(api: api, year: year).figures()
    Report.print(observed, title: "Số liệu đọc từ các dịch vụ, năm \(year.scenario.year)")
    return expected.differences(from: observed).map { "\(year.scenario.year): \($0)" }
  }

  private func correct() async throws {
    struct Item: Encodable {
      let subjectId: String
      let level: String
    }
    struct Decision: Encodable {
      let decisionNumber: String
      let effectiveOn: String
      let ratings: [Item]
    }
    let subject = plan.corrected.subject
    try await stage.setClock("\(correction.recordedOn)T09:00:00+07:00")
    _ = try await api.post(
      .rating, "/v1/cycles/\(correction.year)/decisions", as: "unit/\(subject.managingUnitID)",
      key: "correct-\(subject.id)",
      json: Decision(
        decisionNumber: correction.legalBasis, effectiveOn: correction.effectiveOn,
        ratings: [Item(subjectId: subject.id, level: correction.to)]))
    try await stage.rest()
  }

  /// The figures of a past year, as they were known then, are what was published; as they hold,
  /// they show the correction.
  private func checkThePast(_ published: RatingSheet) async throws -> [String] {
    let end = "\(correction.year)-12-31T23:00:00%2B07:00"
    let known = try await RatingSheet.read(correction.year, "?knownAt=\(end)", from: api)
    let holding = try await RatingSheet.read(correction.year, "?asOf=\(end)", from: api)
    var corrected = published
    corrected.move(plan.corrected.subject, from: correction.from, to: correction.to)
    print("\nSố liệu năm \(correction.year), đọc lại sau \(plan.years.count) năm")
    print("  biết đến 31/12/\(correction.year): \(known.summary)")
    print("  có hiệu lực 31/12/\(correction.year): \(holding.summary)")
    return known.differences(from: published, "known at the end of \(correction.year)")
      + holding.differences(from: corrected, "as of the end of \(correction.year)")
  }

  /// Every open case of an organisation that ended is found with the one that answers for it.
  private func checkDebts() async throws -> [String] {
    struct Debts: Decodable {
      struct Debt: Decodable { let caseId: String }
      let debts: [Debt]
      let next: String?
    }
    var differences: [String] = []
    var count = 0
    for (unit, expected) in plan.debts.sorted(by: { $0.key < $1.key }) {
      let page = try await api.get(.caseTracking, "/v1/units/\(unit)/debts?limit=500")
        .decode(Debts.self)
      let found = Set(page.debts.map(\.caseId))
      if page.next != nil { differences.append("debts of \(unit): more than one page") }
      count += found.count
      if found != expected {
        differences.append(
          "debts of \(unit): counted \(expected.sorted()), services say \(found.sorted())")
      }
    }
    print("  vụ việc còn nghĩa vụ khắc phục của các tổ chức: \(Report.number(count))")
    return differences
  }
}
