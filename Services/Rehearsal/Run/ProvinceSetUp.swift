import RehearsalModel

/// Registers the province and opens its cycle.
struct ProvinceSetUp {
  let year: PlannedYear
  let api: API
  let calendar: YearCalendar

  private var cycleID: String { String(year.scenario.year) }
  private let province = "unit/PROVINCE"

  func importProvince() async throws {
    _ = try await api.postCSV(
      .intake, "/v1/units/import", as: province, key: "units-\(cycleID)",
      lines: ["unit_id,name,level,parent_id,managing_unit_id,peer_group,reviewed"]
        + year.units.map { unit in
          [
            unit.id, unit.name, unit.level, unit.parentID ?? "", unit.parentID ?? "",
            unit.peerGroup, String(unit.isReviewed),
          ].joined(separator: ",")
        })
    _ = try await api.postCSV(
      .intake, "/v1/persons/import", as: province, key: "persons-\(cycleID)",
      lines: ["person_id,full_name,member_of,managing_unit_id,role,peer_group,channel"]
        + year.persons.map { person in
          [
            person.id, person.name, person.memberOfID, person.managingUnitID, person.role,
            person.peerGroup, person.channel,
          ].joined(separator: ",")
        })
    _ = try await api.postCSV(
      .notification, "/v1/recipients/import", as: province, key: "recipients-\(cycleID)",
      lines: ["subject_id,address,language"]
        + year.reports.map(\.subject).filter(\.hasAddress).map { subject in
          let mailbox = subject.id.replacing("/", with: ".").lowercased()
          return "\(subject.id),\(mailbox)@tanhung.invalid,vi"
        })
  }

  func launchCycle() async throws {
    try await open(calendar, pilots: year.units.filter(\.isPilot).map(\.id))
    let opened = try await api.get(.intake, "/v1/cycles/\(cycleID)")
    _ = try await api.post(
      .intake, "/v1/cycles/\(cycleID)/launch", as: province, key: "launch-\(cycleID)",
      ifMatch: opened.etag)
  }

  /// Opens the next year's cycle, into which unfinished remediation is carried over.
  func openNextCycle() async throws {
    try await open(YearCalendar(year: calendar.year + 1), pilots: [])
  }

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
    let path = "/v1/rule-sets/\(year.scenario.ruleSetID)"
    let fingerprint = try await api.get(.intake, path).decode(RuleSetView.self).summary.fingerprint
    _ = try await api.post(
      .intake, path + "/approvals", as: province, key: "approval-\(fingerprint)",
      json: Approval(fingerprint: fingerprint, legalBasis: year.scenario.planNumber))
  }

  private func open(_ calendar: YearCalendar, pilots: [String]) async throws {
    try await approveRules()
    func due(
      _ task: String, _ level: String, pilot: Bool = false, before day: Int, _ wording: String
    ) -> Milestone {
      Milestone(
        task: task, level: level, pilot: pilot, dueBefore: calendar.moment(day, hour: 0),
        wording: wording)
    }
    func before(_ day: Int) -> String { "trước ngày \(calendar.forPeople(day))" }
    let general = calendar.lastDay(managingLevel: "DISTRICT", isPilot: false) + 1
    let districts = calendar.lastDay(managingLevel: "PROVINCE", isPilot: false) + 1
    let pilotUnits = calendar.lastDay(managingLevel: "DISTRICT", isPilot: true) + 1
    let commendation = calendar.day(12, 21)
    let id = String(calendar.year)
    _ = try await api.post(
      .intake, "/v1/cycles", as: province, key: "cycle-\(id)",
      json: Cycle(
        cycleId: id, year: calendar.year, kind: "annual", ruleSetId: year.scenario.ruleSetID,
        planNumber: year.scenario.planNumber,
        milestones: [
          due("report", "PROVINCE", before: districts, before(districts)),
          due("report", "DISTRICT", before: general, before(general)),
          due("report", "DISTRICT", pilot: true, before: pilotUnits, "trong tháng 11/\(id)"),
          due("report", "GRASSROOTS", before: general, before(general)),
          due("commendation", "PROVINCE", before: commendation, before(commendation)),
        ], pilotUnitIds: pilots))
  }
}
