import EventStream
import IntakeDomain
import ReviewEvents
import ReviewRules

extension Route {
  /// Keeps the matters of an issued case, and asks for a supplement where the report is in already
  /// (contract 25).
  ///
  /// Without an electronic report there is nothing to ask: the cell keeps the answer on paper.
  static func whenCaseIssued(_ rules: RuleBook) -> Route {
    .on(CaseIssued.self) { transaction, received in
      try MatterTable.issue(received.map(\.event), transaction)
      var reports = try ReportTable.lock(
        Array(Set(received.map { $0.event.reportID })), transaction)
      for issued in received {
        let id = issued.event.reportID
        guard let loaded = reports[id], let duty = loaded.report.duty else { continue }
        let events = loaded.report.requestSupplement(
          issued.event.caseID, matterIDs: issued.event.matters.map(\.matterID),
          issuedAt: issued.envelope.time,
          days: try Guards.rules(duty.ruleSetID, in: rules).supplementDays)
        reports[id] = try ReportTable.record(
          events, on: loaded, of: id,
          origin: EventOrigin(reactingTo: issued.envelope, in: .intake), transaction)
      }
    }
  }
}

extension CaseIssued {
  /// The report that would have to answer.
  var reportID: ReportID { ReportID(cycle: cycleID, subject: subjectID) }
}
