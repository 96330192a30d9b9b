import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ReviewRules

/// What follows for reports when letters are issued.
enum WhenCaseIssued {
  /// Asks for a supplement where the report is in already (contract 25).
  ///
  /// Without an electronic report there is nothing to ask: the cell keeps the answer on paper.
  static func requestSupplements(
    _ received: [Received<CaseIssued>], rules: RuleBook, _ transaction: borrowing AnyTransaction
  ) throws {
    var reports = try ReportTable.lock(Array(Set(received.map(\.event.reportID))), transaction)
    for issued in received {
      let id = issued.event.reportID
      guard let loaded = reports[id], let duty = loaded.report.duty else { continue }
      let ruleSet = try Guards.rules(duty.ruleSetID, in: rules)
      let events = loaded.report.requestSupplement(
        issued.event.caseID, matterIDs: issued.event.matters.map(\.matterID),
        lastDay: rules.lastDay(
          ruleSet.supplementDays, after: LocalDate(issued.envelope.time), under: ruleSet))
      reports[id] = try ReportTable.record(
        events, on: loaded, of: id,
        origin: EventOrigin(reactingTo: issued.envelope, in: .intake), transaction)
    }
  }
}

extension CaseIssued {
  /// The report that would have to answer.
  var reportID: ReportID { ReportID(cycle: cycleID, subject: subjectID) }
}
