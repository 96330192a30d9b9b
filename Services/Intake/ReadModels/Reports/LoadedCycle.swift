public import IntakeDomain
public import ReviewEvents

/// A cycle as its stream tells, and how far the stream is.
public struct LoadedCycle: Sendable {
  /// The cycle.
  public var cycle: Cycle
  /// The sequence of its newest fact; 0 without facts.
  public var sequence: Int64

  /// Puts the parts together.
  public init(cycle: Cycle, sequence: Int64) {
    self.cycle = cycle
    self.sequence = sequence
  }

  /// The cycle that a whole stream tells of; one without facts is unopened.
  public init(_ history: [EventEnvelope]) throws {
    self.init(
      cycle: Cycle(try history.map { envelope in try CycleEvent(envelope) }),
      sequence: history.last?.sequence ?? 0)
  }
}
