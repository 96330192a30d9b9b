import EventStream
import IntakeDomain
import ReviewEvents

extension Route {
  /// Ends a supplement whose matters were explained directly to the authority: what has an answer
  /// is not owed a second time (contract 25).
  ///
  /// A supplement that was handed in here is what led to the explanation, and stays as it is.
  static func whenCaseExplained() -> Route {
    .on(CaseExplained.self) { transaction, received in
      var reports = try ReportTable.lock(
        try ReportTable.withOpenSupplement(on: received.map(\.event.caseID), transaction),
        transaction)
      for explained in received {
        for (id, loaded) in reports {
          let events = loaded.report.cancelSupplement(explained.event.caseID)
          guard !events.isEmpty else { continue }
          reports[id] = try ReportTable.record(
            events, on: loaded, of: id,
            origin: EventOrigin(reactingTo: explained.envelope, in: .intake), transaction)
        }
      }
    }
  }
}
