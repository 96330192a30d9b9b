import ReviewEvents

// How a cycle ends, and how it goes on afterwards.
extension Cycle {
  /// Closes the cycle; closing it again changes nothing.
  ///
  /// As long as something is open it closes only by force, on a ground that is kept. A ground that
  /// nobody needed is kept as well, and the fact does not call the closing forced.
  /// - Parameters:
  ///   - obstacles: everything that is still open at this moment.
  ///   - isForced: whether it is to be closed all the same.
  public func close(
    obstacles: [ClosingObstacle], isForced: Bool = false, ground: Ground? = nil
  ) throws(CycleRejection) -> [CycleEvent] {
    guard let plan else { throw .notOpened }
    guard phase != .closed else { return [] }
    guard obstacles.isEmpty || isForced else { throw .notReady(obstacles) }
    guard ground?.isComplete ?? !isForced else { throw .groundMissing }
    return [
      .closed(
        CycleClosed(
          cycleID: plan.cycleID, forced: obstacles.isEmpty ? nil : true,
          legalBasis: ground?.legalBasis, reasonHash: ground?.reasonHash))
    ]
  }

  /// Takes reports again.
  public func reopen(legalBasis: String) throws(CycleRejection) -> [CycleEvent] {
    guard let plan else { throw .notOpened }
    guard phase == .closed else { throw .notClosed }
    guard !isBlank(legalBasis) else { throw .groundMissing }
    return [.reopened(CycleReopened(cycleID: plan.cycleID, legalBasis: legalBasis))]
  }

  /// Whether overdue reports may be locked now.
  /// - Throws: for a cycle that takes no report anyway.
  public func requireTakingReports() throws(CycleRejection) {
    guard plan != nil else { throw .notOpened }
    guard phase != .closed else { throw .alreadyClosed }
  }
}
