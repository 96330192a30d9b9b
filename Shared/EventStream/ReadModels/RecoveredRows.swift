/// Rows that no read model holds, because they say what a service did in the world outside, and
/// what becomes of them when the service's log is recovered after a restore.
public struct RecoveredRows: Sendable {
  /// Writes the rows of streams of which facts were recovered; writing them again changes nothing.
  public let fold: StreamFold
  /// Settles rows of which nothing tells what became of them after the moment of the restore.
  ///
  /// Called until it has nothing left; returns how many it settled, at most the given number.
  public let settleDoubts: @Sendable (borrowing AnyTransaction, _ limit: Int) throws -> Int

  /// Puts the parts together.
  public init(
    fold: StreamFold,
    settleDoubts: @escaping @Sendable (borrowing AnyTransaction, _ limit: Int) throws -> Int
  ) {
    self.fold = fold
    self.settleDoubts = settleDoubts
  }
}
