public import ReviewEvents

/// The whole story of one stream, oldest fact first; never empty.
public struct StreamHistory: Sendable {
  /// The stream.
  public let stream: StreamID
  /// Its facts, from sequence 1 on without a gap.
  public let events: [EventEnvelope]

  /// Puts the parts together.
  public init(stream: StreamID, events: [EventEnvelope]) {
    precondition(!events.isEmpty, "a stream begins with its first fact")
    self.stream = stream
    self.events = events
  }

  /// The sequence of the last fact.
  public var sequence: Int64 { events[events.count - 1].sequence }
}

/// How the rows of one kind of the service's own streams follow from their facts.
public struct StreamFold: Sendable {
  /// The kind of stream.
  public let kind: StreamKind
  /// Writes the rows of these streams; writing them again changes nothing.
  ///
  /// Commands write the same rows by the same statements, from a state they have at hand.
  public let write: @Sendable (borrowing AnyTransaction, [StreamHistory]) throws -> Void

  /// Puts the parts together.
  public init(
    _ kind: StreamKind,
    write: @escaping @Sendable (borrowing AnyTransaction, [StreamHistory]) throws -> Void
  ) {
    self.kind = kind
    self.write = write
  }
}
