public import ReviewEvents

/// A suggested matter by name: all that a report needs to know of it.
public struct MatterReference: Hashable, Sendable, Comparable {
  /// The case it belongs to.
  public var caseID: CaseID
  /// The matter.
  public var matterID: MatterID

  /// Puts the parts together.
  public init(caseID: CaseID, matterID: MatterID) {
    self.caseID = caseID
    self.matterID = matterID
  }

  /// Orders by case, then matter.
  public static func < (left: Self, right: Self) -> Bool {
    (left.caseID, left.matterID) < (right.caseID, right.matterID)
  }
}
