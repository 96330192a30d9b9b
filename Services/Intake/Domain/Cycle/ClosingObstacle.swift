public import ReviewEvents

/// One kind of thing that stands between a cycle and its end.
public struct ClosingObstacle: Sendable, Hashable {
  /// What is still open; reports are told apart by how far they are.
  public enum Kind: String, Sendable, CaseIterable {
    /// Reports of which nothing was written.
    case requested
    /// Reports of which there is only a draft.
    case drafted
    /// Reports that wait for the managing unit.
    case submitted
    /// Reports that lie with their subjects again.
    case returned
    /// Reports that were locked and never came.
    case locked
    /// Wishes for more time that nobody decided on.
    case extensionUndecided
    /// Supplements that were asked for and did not come.
    case supplementOpen
    /// Suggested matters that the next submission would have to answer.
    case matterUnanswered
  }

  /// How many reports of a kind are named.
  public static let namedReportsMax = 20

  /// What is still open.
  public var kind: Kind
  /// How many there are.
  public var count: Int
  /// How many of them are past their date; what waits for the managing unit never is.
  public var overdue: Int
  /// The first reports it is about.
  public var reports: [ReportID]

  /// Puts the parts together.
  public init(kind: Kind, count: Int, overdue: Int, reports: [ReportID]) {
    self.kind = kind
    self.count = count
    self.overdue = overdue
    self.reports = reports
  }
}
