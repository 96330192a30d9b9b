import RehearsalModel

/// Plays the self-review reports: who hands in today, who is sent back, who is accepted.
struct ReportPlayer {
  let year: PlannedYear
  let api: API
  let calendar: YearCalendar
  let cycleID: String
  let connections: Int

  private struct Section: Codable {
    let section: String
    let text: String
  }

  private struct Answer: Codable {
    let caseId: String
    let matterId: String
    let kind: String
    let text: String
  }

  private struct Content: Encodable {
    let sections: [Section]
    let answers: [Answer]
  }

  private struct Sheet: Decodable {
    struct Section: Decodable {
      let section: String
      let required: Bool
    }
    struct Matter: Decodable {
      let caseId: String
      let matterId: String
      let number: Int
    }
    struct Supplement: Decodable {
      let caseId: String
      let state: String
      let matterIds: [String]
    }
    let sections: [Section]
    let openMatters: [Matter]
    let supplements: [Supplement]
  }

  func play(_ day: Int) async throws {
    let today = year.reports.filter { arrival(of: $0) == day }
    try await crowd(today, limit: connections) { report in
      let version = try await submit(report, version: 1)
      if report.isReturned {
        try await giveBack(report, ifMatch: version)
      } else {
        try await accept(report, ifMatch: version)
      }
    }
    let again = year.reports.filter { $0.isReturned && arrival(of: $0) == day - 1 }
    try await crowd(again, limit: connections) { report in
      try await accept(report, ifMatch: try await submit(report, version: 2))
    }
    if day == calendar.issueAfterReportDay + 1 {
      try await crowd(year.cases.filter(\.isAfterReport), limit: connections) {
        try await supplement($0)
      }
    }
  }

  private func arrival(of report: PlannedReport) -> Int? {
    let last = calendar.lastDay(of: report.subject)
    return switch report.filing {
    case .never: nil
    case .daysEarly(let days): last - days
    case .daysLate(let days): last + days
    }
  }

  /// Named by cycle and subject, as decision 0001 has it.
  private func reportID(_ subject: PlannedSubject) -> String {
    let parts = subject.id.split(separator: "/")
    return "\(cycleID).\(parts[0].prefix(1))-\(parts[1])"
  }

  private func submit(_ report: PlannedReport, version: Int) async throws -> Int64? {
    let id = reportID(report.subject)
    let shown = try await api.get(.intake, "/v1/reports/\(id)")
    let sheet = try shown.decode(Sheet.self)
    let content = Content(
      sections: sheet.sections.filter(\.required).map {
        Section(
          section: $0.section,
          text: "Phần \($0.section), bản thứ \(version): nội dung kiểm điểm giả định của đối tượng."
        )
      },
      answers: sheet.openMatters.map {
        Answer(
          caseId: $0.caseId, matterId: $0.matterId, kind: $0.number == 1 ? "accepted" : "explained",
          text: "Giải trình vấn đề \($0.number): nguyên nhân, trách nhiệm và hướng khắc phục.")
      })
    return try await api.post(
      .intake, "/v1/reports/\(id)/submit", as: report.subject.id, key: "submit-\(id)-\(version)",
      ifMatch: shown.etag, json: content
    ).etag
  }

  private func giveBack(_ report: PlannedReport, ifMatch: Int64?) async throws {
    struct Reason: Encodable {
      let section: String
      let reason: String
    }
    let id = reportID(report.subject)
    _ = try await api.post(
      .intake, "/v1/reports/\(id)/return", as: "unit/\(report.subject.managingUnitID)",
      key: "return-\(id)", ifMatch: ifMatch,
      json: ["reasons": [Reason(section: "II", reason: "Nêu rõ nguyên nhân chủ quan.")]])
  }

  private func accept(_ report: PlannedReport, ifMatch: Int64?) async throws {
    let id = reportID(report.subject)
    _ = try await api.post(
      .intake, "/v1/reports/\(id)/accept", as: "unit/\(report.subject.managingUnitID)",
      key: "accept-\(id)", ifMatch: ifMatch)
  }

  private func supplement(_ planned: PlannedCase) async throws {
    struct SupplementAnswer: Encodable {
      let matterId: String
      let kind: String
      let text: String
    }
    let id = reportID(planned.subject)
    let shown = try await api.get(.intake, "/v1/reports/\(id)")
    let supplements = try shown.decode(Sheet.self).supplements
    guard let owed = supplements.first(where: { $0.caseId == planned.id }) else {
      throw Refused(request: "supplement \(planned.id)", status: 0, body: "none is owed")
    }
    _ = try await api.post(
      .intake, "/v1/reports/\(id)/supplements/\(planned.id)", as: planned.subject.id,
      key: "supplement-\(planned.id)", ifMatch: shown.etag,
      json: [
        "answers": owed.matterIds.map {
          SupplementAnswer(matterId: $0, kind: "explained", text: "Giải trình bổ sung.")
        }
      ])
  }
}
