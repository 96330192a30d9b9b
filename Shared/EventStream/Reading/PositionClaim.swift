internal import ReviewEvents

/// Records of one partition, in order, and where the reader believes to stand.
struct PartitionSlice: Sendable {
  var partition: TopicPartition
  /// The position the reader knows; `nil` before its first record.
  var from: ReadPosition?
  var records: [ConsumedRecord]
}

/// Records that are applied in one transaction.
struct Batch: Sendable {
  var slices: [PartitionSlice]
  var clusterID: String?

  var records: [ConsumedRecord] { slices.flatMap(\.records) }
}

/// What became of a batch.
enum BatchOutcome: Sendable {
  /// It was applied; `notes` is for the observer once the transaction is committed.
  case applied(BatchReport, positions: [TopicPartition: ReadPosition], notes: [EngineEvent])
  /// The stored position is not where the reader believes to stand; nothing was done.
  case abandoned(TopicPartition)
}

/// The positions of a batch, locked for the rest of the transaction.
///
/// Two members of a group may hold the same records for a moment after a rebalance. Whoever locks
/// first applies them; the other finds the position moved on.
enum PositionClaim {
  case ready(records: [ConsumedRecord], positions: [TopicPartition: ReadPosition])
  case moved(TopicPartition)

  /// Locks the positions of `batch`.
  init(
    _ batch: Batch, by consumer: ConsumerName, in transaction: borrowing AnyTransaction
  ) throws {
    self.init(
      batch,
      standing: try transaction.lockPositions(consumer, batch.slices.map(\.partition)))
  }

  /// - Parameter known: where the consumer stands, by the positions of `batch` that are locked.
  init(_ batch: Batch, standing known: [TopicPartition: ReadPosition]) {
    var records: [ConsumedRecord] = []
    var positions: [TopicPartition: ReadPosition] = [:]
    for slice in batch.slices {
      let stored = known[slice.partition]
      guard Self.agrees(stored, with: slice.from, clusterID: batch.clusterID) else {
        self = .moved(slice.partition)
        return
      }
      let fresh = slice.records.filter { $0.offset >= stored?.nextOffset ?? 0 }
      records += fresh
      positions[slice.partition] =
        fresh.last.map {
          ReadPosition(after: $0, clusterID: batch.clusterID ?? stored?.clusterID)
        } ?? stored
    }
    self = .ready(records: records, positions: positions)
  }

  private static func agrees(
    _ stored: ReadPosition?, with known: ReadPosition?, clusterID: String?
  ) -> Bool {
    // Somebody began, or forgot, the partition meanwhile: only a verified start is safe.
    guard let stored, let known else { return stored == nil && known == nil }
    return stored.nextOffset >= known.nextOffset && stored.isOf(cluster: clusterID)
  }
}

extension ReadPosition {
  /// The position behind `record`.
  ///
  /// A record that is no event has no id; the empty one stands for it, and the check at start
  /// expects a malformed record there.
  init(after record: ConsumedRecord, clusterID: String?) {
    self.init(
      nextOffset: record.offset + 1, clusterID: clusterID ?? "", lastEventID: record.eventID)
  }

  /// Whether the position can belong to `cluster`; an unknown one contradicts nothing.
  func isOf(cluster: String?) -> Bool {
    guard let cluster, !cluster.isEmpty, !clusterID.isEmpty else { return true }
    return cluster == clusterID
  }
}

extension ConsumedRecord {
  /// `ce_id`, empty for a record that is no event.
  var eventID: String {
    switch content {
    case .success(let event): event.id
    case .failure: ""
    }
  }
}
