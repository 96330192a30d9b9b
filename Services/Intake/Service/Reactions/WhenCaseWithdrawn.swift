import EventStream
import IntakeDomain
import ReviewEvents

extension Route {
  /// Lets go of the matters of a withdrawn case, and of the supplement it asked for.
  static func whenCaseWithdrawn() -> Route {
    .on(CaseWithdrawn.self) { transaction, received in
      let cases = received.map(\.event.caseID)
      try MatterTable.withdraw(cases, transaction)
      var reports = try ReportTable.lock(
        try ReportTable.withOpenSupplement(on: cases, transaction), transaction)
      for withdrawn in received {
        let id = ReportID(cycle: withdrawn.event.cycleID, subject: withdrawn.event.subjectID)
        guard let loaded = reports[id] else { continue }
        reports[id] = try ReportTable.record(
          loaded.report.cancelSupplement(withdrawn.event.caseID), on: loaded, of: id,
          origin: EventOrigin(reactingTo: withdrawn.envelope, in: .intake), transaction)
      }
    }
  }
}
