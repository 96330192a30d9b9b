internal import EventStream
internal import Replay
internal import ReviewEvents

/// Brings back to a restored log what its service had published already.
struct LogRecovery: Sendable {
  /// How many facts one transaction takes in.
  static let factsPerStepMax = 500
  /// How many doubtful rows one transaction settles.
  static let doubtsPerStepMax = 500

  /// Where the topic is, and where the log says it published to.
  struct Clusters: Sendable {
    let found: String?
    let published: String?
  }

  let desk: RecoveryDesk
  let call: OperationCall

  private var store: any Store { desk.site.store }

  // MARK: Looking

  /// `log missing`.
  func look() async throws -> SurveyAnswer {
    let (survey, clusters, lost) = try await survey()
    let marked = try await store.commit { try RecoveryTable.isMarked(in: $0) }
    return SurveyAnswer(survey, clusters, lost: lost, marked: marked)
  }

  private func survey() async throws -> (LogSurvey, Clusters, lost: [String]) {
    try await reading { feed in
      let published = try await store.commit { try $0.publishedCluster() }
      let clusters = Clusters(found: await feed.cluster(), published: published)
      var survey = LogSurvey()
      // The heads are asked for after the records were read: what a running service appends
      // meanwhile is no finding.
      while let facts = try await feed.next(limit: Self.factsPerStepMax) {
        try Task.checkCancellation()
        guard !facts.isEmpty else { continue }
        survey.take(facts, try await store.commit { try RecoveryTable.compare(facts, in: $0) })
        call.report(
          ["records": survey.records, "missing": survey.count],
          "\(survey.records) records, \(survey.count) missing", nil)
      }
      return (survey, clusters, await feed.lostBeginnings())
    }
  }

  private func reading<Value: Sendable>(
    _ work: (any OwnTopicFeed) async throws -> Value
  ) async throws -> Value {
    let feed = try await desk.topic.open()
    do {
      let value = try await work(feed)
      await feed.close()
      return value
    } catch {
      await feed.close()
      throw error
    }
  }

  // MARK: Recovering

  /// `log recover`.
  ///
  /// The relay's lock is held all the time: nothing is published meanwhile, and a service that runs
  /// has it.
  func run() async throws -> RecoveryAnswer {
    guard let lock = try await store.tryLock(.relay) else {
      throw OperationRefusal(
        "instance-runs", "an instance of this service runs: stop every one of them first")
    }
    do {
      let answer = try await recover(holding: lock)
      await lock.release()
      return answer
    } catch {
      await lock.release()
      throw error
    }
  }

  private func recover(holding lock: any HeldLock) async throws -> RecoveryAnswer {
    let (survey, clusters, lost) = try await survey()
    try requireCluster(clusters)
    try survey.requireSound()
    let count = survey.count
    try desk.site.safety.requireConfirmation(of: count, call.input)
    return try await desk.site.approved(call, count: count) {
      let marked = try await lock.commit { transaction in
        // Whatever stops this half-way, the service stays closed until it was run to its end.
        if count > 0 { try RecoveryTable.mark(in: transaction) }
        return try RecoveryTable.isMarked(in: transaction)
      }
      let facts = count > 0 ? try await append(count, holding: lock) : 0
      call.counts.set("facts", facts)
      let doubts = marked ? try await settleDoubts(holding: lock) : 0
      call.counts.set("held", doubts)
      try await lock.commit { try RecoveryTable.setRecovered(in: $0) }
      return RecoveryAnswer(
        facts: facts, streams: survey.streams, held: doubts, lostBeginnings: lost)
    }
  }

  private func requireCluster(_ clusters: Clusters) throws(OperationRefusal) {
    guard let found = clusters.found else {
      throw OperationRefusal("cluster-unknown", "the broker does not say which cluster it is")
    }
    guard found != clusters.published else { return }
    guard call.input.text("accept-cluster") == found else {
      throw OperationRefusal(
        "cluster-differs",
        "the topic is in cluster \(found), this log was last published to "
          + "\(clusters.published ?? "none"): if what stands there is this service's own, repeat with "
          + "--accept-cluster \(found)")
    }
  }

  /// Goes through the topic once more and appends what is missing, stream by stream in order.
  private func append(_ expected: Int64, holding lock: any HeldLock) async throws -> Int64 {
    try await reading { feed in
      var done: Int64 = 0
      // A later record may stand before an earlier one that was sent again; never for long.
      var early: [StreamID: [Int64: EventEnvelope]] = [:]
      while let facts = try await feed.next(limit: Self.factsPerStepMax) {
        try Task.checkCancellation()
        for fact in facts { early[fact.stream, default: [:]][fact.sequence] = fact }
        let waiting = early
        let folds = desk.folds
        let taken = try await lock.commit { transaction in
          try Self.append(waiting, folds, in: transaction)
        }
        for (stream, facts) in waiting {
          let rest = facts.filter { $0.key > taken.heads[stream] ?? 0 }
          early[stream] = rest.isEmpty ? nil : rest
        }
        done += taken.facts
        call.report(
          ["facts": done], "\(done) of \(expected) facts", Double(done) / Double(expected))
      }
      guard early.isEmpty else {
        throw OperationRefusal("topic-incomplete", "the topic lost records while it was read")
      }
      return done
    }
  }

  /// Appends what follows the log's heads without a gap, and writes the rows that follow from it.
  private static func append(
    _ waiting: [StreamID: [Int64: EventEnvelope]], _ folds: [StreamFold],
    in transaction: borrowing AnyTransaction
  ) throws -> (facts: Int64, heads: [StreamID: Int64]) {
    var heads = try transaction.lastSequences(of: waiting.keys.sorted())
    var facts: [EventEnvelope] = []
    for (stream, known) in waiting.sorted(by: { $0.key < $1.key }) {
      while let fact = known[(heads[stream] ?? 0) + 1] {
        facts.append(fact)
        heads[stream] = fact.sequence
      }
    }
    guard !facts.isEmpty else { return (0, heads) }
    try RecoveryTable.append(facts, in: transaction)
    let histories = try transaction.history(of: Array(Set(facts.map(\.stream))))
    for fold in folds {
      let meant = histories.filter { $0.key.kind == fold.kind }.sorted { $0.key < $1.key }
      guard !meant.isEmpty else { continue }
      try fold.write(transaction, meant.map { StreamHistory(stream: $0.key, events: $0.value) })
    }
    return (Int64(facts.count), heads)
  }

  /// Nothing is in doubt when the lost database was stopped in order: then the topic tells all.
  private func settleDoubts(holding lock: any HeldLock) async throws -> Int64 {
    guard let rows = desk.rows, !call.input.has("stopped-in-order") else { return 0 }
    var settled: Int64 = 0
    while true {
      try Task.checkCancellation()
      let count = try await lock.commit { try rows.settleDoubts($0, Self.doubtsPerStepMax) }
      settled += Int64(count)
      guard count > 0 else { return settled }
    }
  }
}

/// What was recovered.
struct RecoveryAnswer: OperationAnswer {
  let facts: Int64
  let streams: Int
  /// Deeds of unknown outcome, such as mails, that are held for an operator.
  let held: Int64
  let lostBeginnings: [String]

  var text: String {
    (["\(facts) facts of \(streams) streams are back in the log; held in doubt: \(held)"]
      + lostBeginnings.map {
        "\($0): whole streams may be gone; run `verify log` in the readers"
      }).joined(separator: "\n")
  }
}
