internal import EventStream
internal import ReviewEvents

/// Which rows leave the outbox after a batch: pure (contract 9).
enum AcknowledgedRows {
  /// The ids of the rows that the broker took and that no row of the same stream before them
  /// failed.
  ///
  /// An acknowledged row behind a failed one of its stream stays: the failed one is sent again,
  /// and readers, who dropped the later one as early when it overtook, need it again behind it. If
  /// it left the outbox now, only a repair would bring it back. Whoever has applied it drops the
  /// repeat by its fence, so keeping it costs one record. Streams are independent: a failed row
  /// holds up no other stream.
  static func deletable(_ rows: [OutboxRow], _ acknowledged: [Bool]) -> [Int64] {
    precondition(rows.count == acknowledged.count, "every record has its answer")
    var heldUp: Set<StreamID> = []
    var ids: [Int64] = []
    for (row, taken) in zip(rows, acknowledged) {
      let stream = row.event.stream
      if !taken {
        heldUp.insert(stream)
      } else if !heldUp.contains(stream) {
        ids.append(row.id)
      }
    }
    return ids
  }

  /// How many records at the start of a batch were taken: a republication goes on behind them.
  static func prefix(_ acknowledged: [Bool]) -> Int {
    acknowledged.firstIndex(of: false) ?? acknowledged.count
  }
}
