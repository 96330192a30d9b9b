internal import EventStream
internal import ReviewEvents

/// A registered thing with the sequence of its stream.
public struct Registered<Fact: Sendable>: Sendable {
  /// How it stands now: each of its facts tells all of it.
  public var fact: Fact
  /// The sequence of the newest fact.
  public var sequence: Int64

  /// Puts the parts together.
  public init(fact: Fact, sequence: Int64) {
    self.fact = fact
    self.sequence = sequence
  }
}

extension Registered where Fact: ReviewEvent {
  /// What the newest fact of a stream tells.
  init(_ history: StreamHistory) throws {
    let newest = history.events[history.events.count - 1]
    self.init(fact: try EventCodec.decode(Fact.self, from: newest), sequence: newest.sequence)
  }
}
