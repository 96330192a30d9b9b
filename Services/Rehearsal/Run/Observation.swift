import RehearsalModel

/// Reads the figures of a year from the services.
struct Observation {
  let api: API
  let year: PlannedYear

  private var cycleID: String { String(year.scenario.year) }

  private struct CaseStatistics: Decodable {
    struct Kind: Decodable {
      struct Level: Decodable {
        let level: String
        let subjects: Int
      }
      let levels: [Level]
    }
    let collective: Kind
    let individual: Kind
  }

  private struct RatingStatistics: Decodable {
    struct Group: Decodable {
      let kind: String
      let managingLevel: String
      let peerGroup: String
      let levels: [String: Int]
    }
    let groups: [Group]
  }

  private struct Counters: Decodable {
    struct Line: Decodable {
      let managingLevel: String
      let kind: String
      let owed: Int
      let received: Int
      let late: Int
      let accepted: Int
    }
    let counters: [Line]
  }

  private struct Quota: Decodable {
    let allowed: Int
  }

  func figures() async throws -> Figures {
    var figures = Figures()
    try await readCases(&figures)
    try await readRatings(&figures)
    try await readReports(&figures)
    try await readMail(&figures)
    return figures
  }

  private func readCases(_ figures: inout Figures) async throws {
    let statistics = try await api.get(.caseTracking, "/v1/cycles/\(cycleID)/case-statistics")
      .decode(CaseStatistics.self)
    for (kind, counted) in [
      ("collective", statistics.collective), ("individual", statistics.individual),
    ] where !counted.levels.isEmpty {
      figures.suggested[kind] = Dictionary(
        uniqueKeysWithValues: counted.levels.map { ($0.level, $0.subjects) })
    }
  }

  private func readRatings(_ figures: inout Figures) async throws {
    let statistics = try await api.get(.rating, "/v1/cycles/\(cycleID)/rating-statistics")
      .decode(RatingStatistics.self)
    for group in statistics.groups {
      for (level, count) in group.levels where count > 0 {
        figures.ratings[group.kind, default: [:]][level, default: 0] += count
        if group.kind == "collective" && group.managingLevel == "PROVINCE" {
          figures.directRatings[level, default: 0] += count
        }
      }
    }
    let direct = year.tree.subjects.filter(\.isDirectlyUnderProvince)
    let groups = Set(direct.map { [$0.managingUnitID, $0.peerGroup] }).sorted {
      $0.lexicographicallyPrecedes($1)
    }
    for group in groups {
      figures.directQuota[group[0]] = try await api.get(
        .rating,
        "/v1/cycles/\(cycleID)/quota?managingUnit=\(group[0])&kind=collective&peerGroup=\(group[1])"
      ).decode(Quota.self).allowed
    }
  }

  private func readReports(_ figures: inout Figures) async throws {
    let counters = try await api.get(.intake, "/v1/cycles/\(cycleID)/counters")
      .decode(Counters.self)
    for line in counters.counters {
      var counted = ReportFigures()
      counted.owed = line.owed
      counted.received = line.received
      counted.late = line.late
      counted.accepted = line.accepted
      figures.reports["\(line.kind)/\(line.managingLevel)"] = counted
    }
  }

  private func readMail(_ figures: inout Figures) async throws {
    let state = try await api.get(.notification, "/v1/mail/summary").decode(MailState.self)
    for (kind, counts) in state.mails where counts.sent + counts.uncertain > 0 {
      // What nobody can know counts as sent: mailbox and uncertain together are what was expected
      // (contract 24). How many may be uncertain is checked apart.
      figures.mails[kind] = counts.sent + counts.uncertain
    }
    figures.unreachable = state.dropped.unreachable
  }
}
