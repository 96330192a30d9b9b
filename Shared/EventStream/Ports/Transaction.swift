public import ReviewEvents

/// One transaction in progress.
///
/// It cannot be copied, stored, sent elsewhere or awaited in: nothing interleaves between its
/// start and its end, and what it did is kept only if the body that got it returns.
///
/// The first group of operations is the engine's own storage; it exists twice, in PostgreSQL and
/// in memory, and one contract suite holds both to the same behaviour. ``rows(_:_:)`` is the
/// service's way to its own tables.
public protocol Transaction: ~Copyable {
  // MARK: The log (contracts 1, 8)

  /// Appends facts to their streams and puts them into the outbox.
  ///
  /// Streams are locked in the order of their names. An append whose `expected` is not the
  /// stream's last sequence fails the whole transaction.
  /// - Throws: ``StoreError/staleStream(_:)``, in a command perhaps with what comes later
  ///   (``Store/commitCommand(_:)``).
  borrowing func append(_ appends: [StreamAppend]) throws
  /// The facts of each stream in order; a stream without facts is missing from the answer.
  borrowing func history(of streams: [StreamID]) throws -> [StreamID: [EventEnvelope]]
  /// The last sequence of each stream; a stream without facts is missing from the answer.
  borrowing func lastSequences(of streams: [StreamID]) throws -> [StreamID: Int64]
  /// The facts after `position` of the log, oldest first, for readers that copy a log.
  borrowing func log(after position: Int64, limit: Int) throws -> [LoggedEvent]
  /// The facts of one stream from `sequence` on, oldest first.
  borrowing func log(of stream: StreamID, from sequence: Int64, limit: Int) throws
    -> [EventEnvelope]

  // MARK: The outbox (contract 9)

  /// The oldest facts that wait to be published.
  borrowing func outbox(limit: Int) throws -> [OutboxRow]
  /// Removes exactly these rows, which the broker acknowledged.
  borrowing func deleteOutbox(_ ids: [Int64]) throws
  /// How many rows wait, counted up to `rowsMax`, and since when (real clock).
  borrowing func outboxBacklog(countingUpTo rowsMax: Int) throws -> Backlog
  /// The cluster this service last published to, if any.
  borrowing func publishedCluster() throws -> String?
  /// Records the cluster this service publishes to.
  borrowing func setPublishedCluster(_ clusterID: String) throws
  /// Queues streams to be sent again; `nil` stands for the whole log.
  borrowing func requestRepublication(_ requests: [RepublicationRequest]) throws
  /// The oldest request that waits, if any.
  borrowing func nextRepublication() throws -> RepublicationRequest?
  /// Keeps how far a republication of the whole log has come, or forgets a finished one.
  borrowing func advanceRepublication(_ id: Int64, to progress: RepublicationProgress) throws

  // MARK: Reading (contracts 2, 7, 10, 11)

  /// Locks and reads where `consumer` stands in each of `partitions`; one before its first record
  /// is missing from the answer, and locked too.
  ///
  /// Partitions are locked in one order everywhere, whatever the order they are named in. Nobody
  /// can begin ``StoreLock/holding(_:)`` the consumer until the transaction ends.
  /// - Throws: ``StoreError/busy`` while somebody holds it.
  borrowing func lockPositions(_ consumer: ConsumerName, _ partitions: [TopicPartition]) throws
    -> [TopicPartition: ReadPosition]
  /// Locks positions as ``lockPositions(_:_:)`` does and reads, behind the locks, the fences of
  /// `streams` and which of them are parked.
  /// - Throws: ``StoreError/busy`` while somebody holds the consumer.
  borrowing func beginReading(
    _ consumer: ConsumerName, at partitions: [TopicPartition], of streams: [StreamID]
  ) throws -> ReadingState
  /// Where `consumer` stands in every partition it has read.
  borrowing func positions(of consumer: ConsumerName) throws -> [TopicPartition: ReadPosition]
  /// Keeps where `consumer` stands.
  borrowing func setPositions(
    _ consumer: ConsumerName, to positions: [TopicPartition: ReadPosition]) throws
  /// Forgets where `consumer` stands in `partition`, so that it reads from the oldest record.
  borrowing func forgetPosition(_ consumer: ConsumerName, _ partition: TopicPartition) throws
  /// The last applied sequence of each stream; missing means none.
  borrowing func fences(_ consumer: ConsumerName, of streams: [StreamID]) throws
    -> [StreamID: Int64]
  /// Keeps the last applied sequence of each stream.
  borrowing func setFences(_ consumer: ConsumerName, to fences: [StreamID: Int64]) throws
  /// Which of `streams` are parked.
  borrowing func parkedStreams(_ consumer: ConsumerName, among streams: [StreamID]) throws
    -> Set<StreamID>
  /// Parks events, each behind those of its stream that are parked already; repeats are dropped.
  borrowing func park(_ consumer: ConsumerName, _ events: [ParkedEvent]) throws
  /// The parked events of `consumer` in order of stream and sequence.
  borrowing func parked(_ consumer: ConsumerName, limit: Int) throws -> [ParkedEvent]
  /// The parked events of one stream, in order.
  borrowing func parked(_ consumer: ConsumerName, of stream: StreamID, limit: Int) throws
    -> [ParkedEvent]
  /// Keeps why an event that is parked already is, and how often its handler was tried; since when
  /// it is parked stays as it was.
  borrowing func amendParked(_ consumer: ConsumerName, _ event: ParkedEvent) throws
  /// Removes parked events up to and including `sequence` of `stream`.
  borrowing func unpark(_ consumer: ConsumerName, _ stream: StreamID, through sequence: Int64)
    throws
  /// The ids of parked events that an operator discarded.
  borrowing func discardedEvents(_ consumer: ConsumerName) throws -> Set<String>
  /// How many streams and events are parked, over all consumers.
  borrowing func parkedTotals() throws -> ParkedTotals
  /// Notes that a stream has a gap.
  ///
  /// `missing` is the highest sequence that is known to exist and was not applied; of several notes
  /// the highest stays, so that the gap is closed only when nothing of it is missing.
  /// - Returns: whether the gap is new or its last request is older than `patience` (real clock),
  ///   that is, whether the writer should be asked now.
  borrowing func noteGap(
    _ consumer: ConsumerName, _ stream: StreamID, missing: Int64, patience: Duration
  ) throws -> Bool
  /// Forgets the gaps of streams whose fence has reached what was missing.
  borrowing func closeGaps(_ consumer: ConsumerName, upTo fences: [StreamID: Int64]) throws
  /// How many gaps are open, over all consumers.
  borrowing func openGaps() throws -> Int
  /// How many facts this service told and how many its consumers heard, for whoever wants to know
  /// whether everything has arrived. Streams of repair do not count; looks at every stream.
  borrowing func progress() throws -> StreamProgress

  // MARK: Commands (contract 16)

  /// Claims an idempotency key, waiting a bounded time for a twin that runs at this moment.
  /// - Returns: the stored answer, when there is one; `nil` when the caller may go on.
  /// - Throws: ``StoreError/keyInUse`` when the twin took too long.
  borrowing func claim(_ key: IdempotencyKey, requestHash: String) throws -> StoredAnswer?
  /// Claims an idempotency key for a transaction that makes no sense without it: unless the key
  /// is free, nothing that comes later is answered and nothing is kept.
  /// - Throws: ``AnsweredBefore`` or ``StoreError/keyInUse``, at once or with what comes later.
  borrowing func claimAhead(_ key: IdempotencyKey, requestHash: String) throws
  /// Stores the answer of a claimed key.
  borrowing func store(_ answer: StoredAnswer, for key: IdempotencyKey) throws

  // MARK: The service's own tables

  /// Runs one statement against the service's own tables.
  ///
  /// The in-memory twin has no tables and refuses.
  /// - Throws: ``StoreError``.
  @discardableResult
  borrowing func rows(_ sql: SQL, _ parameters: [SQLValue]) throws -> [SQLRow]
  /// Runs statements one after the other; they travel together.
  /// - Returns: the rows of each.
  /// - Throws: ``StoreError``.
  borrowing func rows(each statements: [(SQL, [SQLValue])]) throws -> [[SQLRow]]
  /// Runs one statement whose answer nobody needs.
  ///
  /// In a command it may travel with what comes later, still in its order, and in a batch its
  /// answer may; its failure then surfaces there, at the latest at the end
  /// (``Store/commitCommand(_:)``, ``Store/commitBatch(_:)``).
  /// - Throws: ``StoreError``.
  borrowing func run(_ sql: SQL, _ parameters: [SQLValue]) throws
}

extension Transaction where Self: ~Copyable {
  /// Removes rows of the outbox that the broker acknowledged and finds what waits behind them.
  public borrowing func relayWork(afterRemoving ids: [Int64], limit: Int) throws -> RelayWork {
    try deleteOutbox(ids)
    return RelayWork(
      rows: try outbox(limit: limit), isRepublicationWaiting: try nextRepublication() != nil)
  }

  /// The facts of one stream in order.
  public borrowing func history(of stream: StreamID) throws -> [EventEnvelope] {
    try history(of: [stream])[stream] ?? []
  }

  /// Locks and reads where `consumer` stands in a partition; `nil` before its first record.
  /// - Throws: ``StoreError/busy`` while somebody holds the consumer.
  public borrowing func lockPosition(
    _ consumer: ConsumerName, _ partition: TopicPartition
  ) throws -> ReadPosition? {
    try lockPositions(consumer, [partition])[partition]
  }

  /// Locks and reads one after the other; a store at the other end of a connection does better.
  public borrowing func beginReading(
    _ consumer: ConsumerName, at partitions: [TopicPartition], of streams: [StreamID]
  ) throws -> ReadingState {
    let positions = try lockPositions(consumer, partitions)
    return ReadingState(
      positions: positions, fences: try fences(consumer, of: streams),
      parkedStreams: try parkedStreams(consumer, among: streams))
  }

  /// Keeps where `consumer` stands in a partition.
  public borrowing func setPosition(
    _ consumer: ConsumerName, _ partition: TopicPartition, to position: ReadPosition
  ) throws {
    try setPositions(consumer, to: [partition: position])
  }

  /// The last sequence of each stream, the long way; a store that keeps heads does better.
  public borrowing func lastSequences(of streams: [StreamID]) throws -> [StreamID: Int64] {
    try history(of: streams).compactMapValues { $0.last?.sequence }
  }

  /// Claims a key and looks at once whether it was free.
  public borrowing func claimAhead(_ key: IdempotencyKey, requestHash: String) throws {
    if let stored = try claim(key, requestHash: requestHash) { throw AnsweredBefore(stored) }
  }

  /// Runs statements one by one; a store at the other end of a connection does better.
  public borrowing func rows(each statements: [(SQL, [SQLValue])]) throws -> [[SQLRow]] {
    var answers: [[SQLRow]] = []
    for (sql, parameters) in statements { answers.append(try rows(sql, parameters)) }
    return answers
  }

  /// Runs one statement at once.
  public borrowing func run(_ sql: SQL, _ parameters: [SQLValue]) throws {
    try rows(sql, parameters)
  }
}

/// The request was answered before: the transaction that claimed its key keeps nothing.
public struct AnsweredBefore: Error, Sendable {
  /// What it was answered.
  public let answer: StoredAnswer
  /// It was answered with `answer`.
  public init(_ answer: StoredAnswer) { self.answer = answer }
}

/// The type in which transactions are lent to a body.
public typealias AnyTransaction = any Transaction & ~Copyable

/// Where transactions come from.
public protocol Store: Sendable {
  /// Runs `body` in one transaction; what it did is kept only if it returns.
  ///
  /// Serialization failures and deadlocks run `body` again, a bounded number of times; so `body`
  /// must have no effect but on the transaction.
  func commit<Value: Sendable>(
    _ body: @Sendable (borrowing AnyTransaction) throws -> Value
  ) async throws -> Value

  /// Runs a command's `body` in one transaction; what it did is kept only if it returns.
  ///
  /// As ``commit(_:)``, but what `body` writes may wait and travel together with what comes later.
  /// A failure of such a write surfaces there, and nothing is kept; so `body` must not look for the
  /// cause of a failure in the operation that throws it.
  func commitCommand<Value: Sendable>(
    _ body: @Sendable (borrowing AnyTransaction) throws -> Value
  ) async throws -> Value

  /// Runs the `body` of a batch in one transaction; what it did is kept only if it returns.
  ///
  /// As ``commit(_:)``, but `body` may go on while what it wrote is worked on. A failure of such a
  /// write surfaces with what comes later, and nothing is kept; so `body` must not look for the
  /// cause of a failure in the operation that throws it.
  func commitBatch<Value: Sendable>(
    _ body: @Sendable (borrowing AnyTransaction) throws -> Value
  ) async throws -> Value

  /// Tries to become the one holder of `lock` among all processes of this service (contract 14).
  ///
  /// - Returns: `nil` when somebody else holds it.
  func tryLock(_ lock: StoreLock) async throws -> (any HeldLock)?

  /// As ``tryLock(_:)``, for a holder that works on `executor`: if transactions block a thread, then
  /// that one, so that the holder and its transactions never wake each other.
  func tryLock(
    _ lock: StoreLock, on executor: any SerialExecutor
  ) async throws -> (any HeldLock)?
}

extension Store {
  /// Blocks no thread, and so needs none.
  public func tryLock(
    _ lock: StoreLock, on executor: any SerialExecutor
  ) async throws -> (any HeldLock)? { try await tryLock(lock) }

  /// Runs `body` without letting anything wait.
  public func commitCommand<Value: Sendable>(
    _ body: @Sendable (borrowing AnyTransaction) throws -> Value
  ) async throws -> Value { try await commit(body) }

  /// Runs `body` without letting anything wait.
  public func commitBatch<Value: Sendable>(
    _ body: @Sendable (borrowing AnyTransaction) throws -> Value
  ) async throws -> Value { try await commit(body) }
}

/// A named lock that one process of a service can hold.
public struct StoreLock: Hashable, Sendable {
  /// The lock's name, stable across builds.
  public let name: String
  /// The lock named `name`.
  public init(_ name: String) { self.name = name }
  /// Only its holder publishes the outbox.
  public static let relay = StoreLock("relay")
  /// While it is held, the consumer applies nothing: its tables are being exchanged.
  public static func holding(_ consumer: ConsumerName) -> StoreLock {
    StoreLock("holding \(consumer)")
  }
}

/// A lock that is held until released or until its connection is lost.
public protocol HeldLock: Sendable {
  /// Runs `body` in a transaction *of the connection that holds the lock*: if the lock is lost, the
  /// transaction fails and nothing is kept.
  func commit<Value: Sendable>(
    _ body: @Sendable (borrowing AnyTransaction) throws -> Value
  ) async throws -> Value
  /// Runs steps that are all known beforehand in one transaction of that connection, once: not
  /// even a deadlock is tried again.
  ///
  /// - Returns: the rows of each ``KnownStep/rows(_:_:)``, and nothing for the other steps.
  /// - Throws: ``StoreError``; unless it is ``StoreError/unavailable(_:)``, nothing was kept.
  func commit(_ steps: [KnownStep]) async throws -> [[SQLRow]]
  /// Removes rows of the outbox that the broker acknowledged and reads the oldest of those that
  /// are left, in one transaction of that connection.
  func relayWork(afterRemoving ids: [Int64], limit: Int) async throws -> RelayWork
  /// Gives the lock back.
  func release() async
}

extension HeldLock {
  /// Removes and then reads.
  public func relayWork(afterRemoving ids: [Int64], limit: Int) async throws -> RelayWork {
    try await commit { try $0.relayWork(afterRemoving: ids, limit: limit) }
  }
}
