public import EventStream
public import ReviewEvents

/// A fact with its place in the stream, and when and by whom it was recorded.
public struct RecordedFact<Fact: ReviewEvent>: Sendable {
  /// The fact.
  public var fact: Fact
  /// Its place in the stream.
  public var sequence: Int64
  /// When it was recorded.
  public var recordedAt: Instant
  /// Who recorded it, and for whom.
  public var recordedBy: ActorContext

  /// Puts the parts together.
  public init(fact: Fact, sequence: Int64, recordedAt: Instant, recordedBy: ActorContext) {
    self.fact = fact
    self.sequence = sequence
    self.recordedAt = recordedAt
    self.recordedBy = recordedBy
  }

  /// A fact that stands in the log.
  public init(_ envelope: EventEnvelope) throws {
    self.init(
      fact: try EventCodec.decode(Fact.self, from: envelope), sequence: envelope.sequence,
      recordedAt: envelope.time, recordedBy: envelope.actor)
  }

  /// The facts of whole streams.
  static func all(in histories: [StreamHistory]) throws -> [RecordedFact] {
    try histories.flatMap { history in
      try history.events.map { envelope in try RecordedFact(envelope) }
    }
  }

  /// Facts that are appended behind `sequence`.
  public static func appended(
    _ facts: [Fact], behind sequence: Int64, origin: EventOrigin
  ) -> [RecordedFact] {
    facts.enumerated().map { index, fact in
      RecordedFact(
        fact: fact, sequence: sequence + Int64(index) + 1, recordedAt: origin.time,
        recordedBy: origin.actor)
    }
  }
}
