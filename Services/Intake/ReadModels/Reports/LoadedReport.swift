public import IntakeDomain
public import ReviewEvents

/// A report as its stream tells, and how far the stream is.
public struct LoadedReport: Sendable {
  /// The report.
  public var report: Report
  /// The sequence of its newest fact; 0 without facts.
  public var sequence: Int64

  /// Puts the parts together.
  public init(report: Report, sequence: Int64) {
    self.report = report
    self.sequence = sequence
  }

  /// The report that a whole stream tells of; one without facts is owed by nobody.
  public init(_ history: [EventEnvelope]) throws {
    self.init(
      report: Report(try history.map { envelope in try ReportEvent(envelope) }),
      sequence: history.last?.sequence ?? 0)
  }
}
