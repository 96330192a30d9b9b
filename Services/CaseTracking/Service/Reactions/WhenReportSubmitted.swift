import EventStream
import ReviewEvents

/// A report may answer the matters of cases, and it is the mark before which letters are answered
/// in the report (contract 25).
enum WhenReportSubmitted {
  static let route = Route.on(ReportSubmitted.self) { transaction, reports in
    try IntakeFacts.learn(reports, in: transaction)
    try ReceivedAnswers.take(
      reports.map { (answers: $0.event.answers, envelope: $0.envelope) }, in: transaction)
  }
}
