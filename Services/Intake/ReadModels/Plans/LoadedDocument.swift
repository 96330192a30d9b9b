internal import EventStream
public import ReviewEvents

/// A document of the registry as its stream tells, and how far the stream is.
public struct LoadedDocument: Sendable {
  /// The document: its newest fact tells all of it.
  public var fact: DocumentRegistered
  /// The sequence of the newest fact.
  public var sequence: Int64

  /// Puts the parts together.
  public init(fact: DocumentRegistered, sequence: Int64) {
    self.fact = fact
    self.sequence = sequence
  }

  /// What the newest fact of a stream tells.
  init(_ history: StreamHistory) throws {
    let newest = history.events[history.events.count - 1]
    self.init(
      fact: try EventCodec.decode(DocumentRegistered.self, from: newest),
      sequence: newest.sequence)
  }
}
