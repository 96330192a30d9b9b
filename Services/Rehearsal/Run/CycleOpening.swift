import RehearsalModel

/// Opens, launches and closes the cycle of one year.
struct CycleOpening {
  private let scenario: Scenario
  private let tree: PlannedTree
  private let api: API
  private let calendar: YearCalendar

  init(_ scenario: Scenario, in tree: PlannedTree, api: API) {
    self.scenario = scenario
    self.tree = tree
    self.api = api
    calendar = YearCalendar(year: scenario.year)
  }

  /// The cycle after a year that is the only one played.
  init(after year: PlannedYear, api: API) {
    var scenario = year.scenario
    scenario.year += 1
    self.init(scenario, in: year.tree, api: api)
  }

  private var cycleID: String { String(scenario.year) }
  private var actor: String { ProvinceSetUp.actor(of: tree) }

  private struct Milestone: Encodable {
    let task: String
    let level: String
    let pilot: Bool
    let dueBefore: String
    let wording: String
  }

  private struct Cycle: Encodable {
    let cycleId: String
    let year: Int
    let kind: String
    let ruleSetId: String
    let planNumber: String
    let milestones: [Milestone]
    let pilotUnitIds: [String]
  }

  private struct RuleSetView: Decodable {
    struct Summary: Decodable { let fingerprint: String }
    let summary: Summary
  }

  private struct Approval: Encodable {
    let fingerprint: String
    let legalBasis: String
  }

  /// Approves the rules as they are loaded, without which no cycle is opened under them.
  private func approveRules() async throws {
    let path = "/v1/rule-sets/\(scenario.ruleSetID)"
    let fingerprint = try await api.get(.intake, path).decode(RuleSetView.self).summary.fingerprint
    _ = try await api.post(
      .intake, path + "/approvals", as: actor, key: "approval-\(fingerprint)",
      json: Approval(fingerprint: fingerprint, legalBasis: "01-QĐ/TU"))
  }

  /// Opens the cycle; a cycle that is open already stays as it is.
  func open() async throws {
    try await approveRules()
    let pilots = tree.units.filter(\.isPilot)
    let general = Set(tree.subjects.map(\.managingLevel)).sorted().map { level in
      let last = level == "PROVINCE" ? calendar.provinceLastDay : calendar.generalLastDay
      return due("report", level, before: last + 1, before(last + 1))
    }
    let ofPilots = Set(pilots.compactMap(\.managingLevel)).sorted().map { level in
      due(
        "report", level, pilot: true, before: calendar.pilotLastDay + 1, "trong tháng 11/\(cycleID)"
      )
    }
    let commendation = calendar.day(12, 21)
    _ = try await api.post(
      .intake, "/v1/cycles", as: actor, key: "cycle-\(cycleID)",
      json: Cycle(
        cycleId: cycleID, year: scenario.year, kind: "annual", ruleSetId: scenario.ruleSetID,
        planNumber: scenario.planNumber,
        milestones: general + ofPilots
          + [due("commendation", "PROVINCE", before: commendation, before(commendation))],
        pilotUnitIds: pilots.map(\.id)))
  }

  /// Requests the reports.
  func launch() async throws {
    let opened = try await api.get(.intake, "/v1/cycles/\(cycleID)")
    _ = try await api.post(
      .intake, "/v1/cycles/\(cycleID)/launch", as: actor, key: "launch-\(cycleID)",
      ifMatch: opened.etag)
  }

  /// Closes the cycle although some never handed in.
  func close() async throws {
    struct Forced: Encodable {
      let force = true
      let reason = "Hết năm; các báo cáo còn thiếu đã được nhắc và ghi nhận."
      let legalBasis = "99-TB/TU"
    }
    let launched = try await api.get(.intake, "/v1/cycles/\(cycleID)")
    _ = try await api.post(
      .intake, "/v1/cycles/\(cycleID)/close", as: actor, key: "close-\(cycleID)",
      ifMatch: launched.etag, json: Forced())
  }

  private func due(
    _ task: String, _ level: String, pilot: Bool = false, before day: Int, _ wording: String
  ) -> Milestone {
    Milestone(
      task: task, level: level, pilot: pilot, dueBefore: calendar.moment(day, hour: 0),
      wording: wording)
  }

  private func before(_ day: Int) -> String { "trước ngày \(calendar.forPeople(day))" }
}
