import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents

/// What follows for reports when cases are withdrawn or explained.
enum WhenCaseSettled {
  /// Cancels the supplements that are still open.
  static func cancelSupplements(
    _ settled: [SettledCase], _ transaction: borrowing AnyTransaction
  ) throws {
    var reports = try ReportTable.lock(
      try ReportTable.withOpenSupplement(on: settled.map(\.caseID), transaction), transaction)
    for one in settled {
      for (id, loaded) in reports {
        reports[id] = try ReportTable.record(
          loaded.report.cancelSupplement(one.caseID), on: loaded, of: id,
          origin: EventOrigin(reactingTo: one.cause, in: .intake), transaction)
      }
    }
  }
}
