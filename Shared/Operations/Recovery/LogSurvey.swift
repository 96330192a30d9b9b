internal import EventStream
internal import ReviewEvents

/// What a service's topic tells that its log does not know.
struct LogSurvey: Sendable {
  /// The most findings of each kind that are named; all are counted.
  static let namedMax = 20

  /// Records that were looked at, repeats included.
  private(set) var records: Int64 = 0
  /// Facts that the log lacks, by stream and sequence, each with a digest of what it says.
  private var missing: [StreamID: [Int64: Int]] = [:]
  /// Where the log ends, of the streams that lack facts.
  private var heads: [StreamID: Int64] = [:]
  /// Facts that the log, or the topic itself, tells otherwise.
  private(set) var contradictions: [String] = []
  private(set) var contradictionCount: Int64 = 0

  /// Takes facts of the topic in, with what the log knows of them.
  mutating func take(_ facts: [EventEnvelope], _ known: [RecoveryTable.Known]) {
    for (fact, known) in zip(facts, known) {
      records += 1
      guard fact.sequence > known.head else {
        if !known.isSame { contradict("\(fact.id): the log holds another fact in its place") }
        continue
      }
      let digest = Self.digest(fact)
      heads[fact.stream] = known.head
      guard let seen = missing[fact.stream, default: [:]].updateValue(digest, forKey: fact.sequence)
      else { continue }
      if seen != digest { contradict("\(fact.id): the topic itself holds two different facts") }
    }
  }

  private mutating func contradict(_ words: String) {
    contradictionCount += 1
    if contradictions.count < Self.namedMax { contradictions.append(words) }
  }

  /// Equal for repeats of a fact; it lives no longer than this process.
  private static func digest(_ fact: EventEnvelope) -> Int {
    var hasher = Hasher()
    hasher.combine(fact.type)
    hasher.combine(fact.dataVersion)
    hasher.combine(fact.time)
    hasher.combine(fact.actor)
    hasher.combine(fact.payload)
    return hasher.finalize()
  }

  /// How many facts the log lacks.
  var count: Int64 { missing.values.reduce(0) { $0 + Int64($1.count) } }
  /// How many streams lack facts.
  var streams: Int { missing.count }

  /// Sequences that neither the log nor the topic has, of streams that go on behind them.
  var gaps: [String] {
    missing.sorted { $0.key < $1.key }.compactMap { stream, facts in
      let last = facts.keys.max() ?? 0
      let lacking = ((heads[stream] ?? 0) + 1...max(last, (heads[stream] ?? 0) + 1))
        .filter { facts[$0] == nil }
      guard let first = lacking.first, let end = lacking.last else { return nil }
      return "\(stream): \(lacking.count) facts between \(first) and \(end) are in neither"
    }
  }

  /// Lets nothing be recovered that would not be what the service once recorded.
  /// - Throws: ``OperationRefusal``.
  func requireSound() throws(OperationRefusal) {
    guard contradictionCount == 0 else {
      throw OperationRefusal(
        "log-contradicts",
        "\(contradictionCount) facts of the topic differ from the log, so the service took commands "
          + "after it was restored; nothing was changed:\n"
          + contradictions.joined(separator: "\n"))
    }
    let gaps = gaps
    guard gaps.isEmpty else {
      throw OperationRefusal(
        "topic-incomplete",
        "\(gaps.count) streams would have gaps, because the topic has lost records; nothing was "
          + "changed:\n" + gaps.prefix(Self.namedMax).joined(separator: "\n"))
    }
  }
}

/// What `log missing` answers.
struct SurveyAnswer: OperationAnswer {
  let records: Int64
  let facts: Int64
  let streams: Int
  /// Whether whoever restored the database said so.
  let marked: Bool
  let cluster: String?
  let publishedCluster: String?
  let contradictionCount: Int64
  let contradictions: [String]
  let gapCount: Int
  let gaps: [String]
  let lostBeginnings: [String]

  init(_ survey: LogSurvey, _ clusters: LogRecovery.Clusters, lost: [String], marked: Bool) {
    let gaps = survey.gaps
    records = survey.records
    facts = survey.count
    streams = survey.streams
    self.marked = marked
    cluster = clusters.found
    publishedCluster = clusters.published
    contradictionCount = survey.contradictionCount
    contradictions = survey.contradictions
    gapCount = gaps.count
    self.gaps = Array(gaps.prefix(LogSurvey.namedMax))
    lostBeginnings = lost
  }

  /// 1 unless the log holds everything that the topic tells.
  var exitCode: Int32 { facts == 0 && contradictionCount == 0 && !marked ? 0 : 1 }

  var text: String {
    var lines = [
      "\(records) records looked at; the log lacks \(facts) facts of \(streams) streams"
    ]
    if marked { lines.append("this database is marked as restored: run `log recover`") }
    if let cluster, cluster != publishedCluster {
      lines.append("the topic is in cluster \(cluster), not in \(publishedCluster ?? "any known")")
    }
    if contradictionCount > 0 { lines.append("\(contradictionCount) facts contradict the log") }
    lines += contradictions.map { "  \($0)" }
    if gapCount > 0 { lines.append("\(gapCount) streams would have gaps") }
    lines += gaps.map { "  \($0)" }
    lines += lostBeginnings.map {
      "\($0): whole streams may be gone; run `verify log` in the readers"
    }
    return lines.joined(separator: "\n")
  }
}
