import RehearsalModel

/// Plays the suggested reviews.
struct CasePlayer {
  let cases: [PlannedCase]
  let api: API
  let calendar: YearCalendar
  let cycleID: String
  let connections: Int

  func play(_ day: Int) async throws {
    if day == calendar.proposalDay {
      try await crowd(cases, limit: connections) { try await propose($0) }
    }
    if day == calendar.issueDay { try await issue(cases.filter { !$0.isAfterReport }) }
    if day == calendar.acknowledgementDay {
      try await crowd(cases.filter { $0.ending == .withdrawn }, limit: connections) {
        try await change($0, "withdraw", json: ["reason": "Thu hồi sau khi xem xét lại"])
      }
      try await acknowledge(
        cases.filter { !$0.isAcknowledgedLate && !$0.isAfterReport && $0.ending != .withdrawn })
    }
    if day == calendar.lateAcknowledgementDay {
      try await acknowledge(cases.filter(\.isAcknowledgedLate))
    }
    if day == calendar.issueAfterReportDay { try await issue(cases.filter(\.isAfterReport)) }
    if day == calendar.issueAfterReportDay + 1 {
      try await acknowledge(cases.filter(\.isAfterReport))
    }
  }

  /// Conference, conclusion and what follows, for everything that was not withdrawn.
  func conclude() async throws {
    try await crowd(cases.filter { $0.ending != .withdrawn }, limit: connections) {
      try await conclude($0)
    }
  }

  private func authority(_ planned: PlannedCase) -> String {
    "unit/\(planned.subject.managingUnitID)"
  }

  private func propose(_ planned: PlannedCase) async throws {
    struct Matter: Encodable {
      let area: String
      let text: String
    }
    struct Proposal: Encodable {
      let caseId: String
      let cycleId: String
      let subjectId: String
      let authorityId: String
      let grounds: [String]
      let matters: [Matter]
    }
    let proposal = Proposal(
      caseId: planned.id, cycleId: cycleID, subjectId: planned.subject.id,
      authorityId: planned.subject.managingUnitID, grounds: [planned.ground],
      matters: planned.areas.enumerated().map { index, area in
        Matter(area: area, text: "Vấn đề \(index + 1): làm rõ trách nhiệm trong lĩnh vực \(area).")
      })
    let answer = try await api.post(
      .caseTracking, "/v1/cases", as: authority(planned), key: "propose-\(planned.id)",
      json: proposal)
    _ = try await api.post(
      .caseTracking, "/v1/cases/\(planned.id)/approve", as: authority(planned),
      key: "approve-\(planned.id)", ifMatch: answer.etag)
  }

  /// Letters go out in one batch for each authority.
  private func issue(_ cases: [PlannedCase]) async throws {
    struct Batch: Encodable {
      let documentNumber: String
      let caseIds: [String]
    }
    struct Outcome: Decodable {
      let issued: Int
      let refused: Int
    }
    let byAuthority = Dictionary(grouping: cases, by: authority).sorted { $0.key < $1.key }
    try await crowd(byAuthority, limit: connections) { authority, cases in
      for start in stride(from: 0, to: cases.count, by: 500) {
        let part = cases[start..<min(start + 500, cases.count)]
        let answer = try await api.post(
          .caseTracking, "/v1/cases/issue-batch", as: authority,
          key: "issue-\(part[part.startIndex].id)",
          json: Batch(
            documentNumber: "\(100 + start)-CV/\(authority.dropFirst(5))", caseIds: part.map(\.id)))
        let outcome = try answer.decode(Outcome.self)
        guard outcome.refused == 0 else {
          throw Refused(
            request: "issue-batch", status: answer.status,
            body: String(decoding: answer.body, as: UTF8.self))
        }
      }
    }
  }

  private func acknowledge(_ cases: [PlannedCase]) async throws {
    try await crowd(cases, limit: connections) { planned in
      try await change(planned, "acknowledge", as: planned.subject.id)
    }
  }

  private func conclude(_ planned: PlannedCase) async throws {
    struct Conference: Encodable {
      let heldAt: String
      let minutes: String
    }
    struct Conclusion: Encodable {
      let matterId: String
      let outcome: String
    }
    let matters = planned.areas.indices.map { "\(planned.id).\($0 + 1)" }
    try await change(
      planned, "conference",
      json: Conference(
        heldAt: calendar.moment(calendar.conclusionDay, hour: 9),
        minutes: "Biên bản hội nghị kiểm điểm về các nội dung đã nêu."))
    let outcome = planned.ending == .notFounded ? "notFounded" : "remedy"
    try await change(
      planned, "conclude",
      json: ["conclusions": matters.map { Conclusion(matterId: $0, outcome: outcome) }])
    switch planned.ending {
    case .withdrawn: break
    case .notFounded: try await change(planned, "close")
    case .remedied:
      try await remedy(planned, matters, percentDone: 100)
      for matter in matters {
        try await change(
          planned, "verify", tag: matter, json: ["matterId": matter, "result": "remedied"])
      }
      try await change(planned, "close")
    case .carriedOver:
      try await remedy(planned, matters, percentDone: 40)
      try await change(
        planned, "carry-over", json: ["toCycleId": String((Int(cycleID) ?? 0) + 1)])
    }
  }

  private func remedy(
    _ planned: PlannedCase, _ matters: [String], percentDone: Int
  ) async throws {
    struct Item: Encodable {
      let matterId: String
      let owner: String
      let dueBefore: String
      let measures: String
    }
    struct Progress: Encodable {
      let matterId: String
      let percentDone: Int
      let note: String
    }
    let due = calendar.moment(calendar.day(12, 31) + 60, hour: 0)
    try await change(
      planned, "plan", as: planned.subject.id,
      json: [
        "items": matters.map {
          Item(
            matterId: $0, owner: planned.subject.id, dueBefore: due,
            measures: "Rà soát, chấn chỉnh và báo cáo kết quả.")
        }
      ])
    for matter in matters {
      try await change(
        planned, "progress", as: planned.subject.id, tag: matter,
        json: Progress(matterId: matter, percentDone: percentDone, note: "Đang thực hiện."))
    }
  }

  // MARK: One step

  private func change(
    _ planned: PlannedCase, _ verb: String, as actor: String? = nil, tag: String = ""
  ) async throws {
    let sheet = try await api.get(.caseTracking, "/v1/cases/\(planned.id)")
    _ = try await api.post(
      .caseTracking, "/v1/cases/\(planned.id)/\(verb)", as: actor ?? authority(planned),
      key: "\(verb)-\(planned.id)\(tag)", ifMatch: sheet.etag)
  }

  private func change(
    _ planned: PlannedCase, _ verb: String, as actor: String? = nil, tag: String = "",
    json: some Encodable & Sendable
  ) async throws {
    let sheet = try await api.get(.caseTracking, "/v1/cases/\(planned.id)")
    _ = try await api.post(
      .caseTracking, "/v1/cases/\(planned.id)/\(verb)", as: actor ?? authority(planned),
      key: "\(verb)-\(planned.id)\(tag)", ifMatch: sheet.etag, json: json)
  }
}
