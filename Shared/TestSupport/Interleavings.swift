public import ReviewEvents

/// Orders in which events of several streams may arrive (contract 2): any order between streams,
/// the one order inside each.
public struct Interleavings: Sequence, Sendable {
  private let streams: [[EventEnvelope]]
  private let count: Int
  private let seed: UInt64

  /// `count` orders of `events`, always the same ones for a seed.
  public init(of events: [EventEnvelope], count: Int, seed: UInt64 = 1) {
    streams = Dictionary(grouping: events, by: \.stream)
      .sorted { $0.key < $1.key }
      .map { $0.value.sorted { $0.sequence < $1.sequence } }
    self.count = count
    self.seed = seed
  }

  /// The orders, one after the other.
  public func makeIterator() -> AnyIterator<[EventEnvelope]> {
    var made = 0
    return AnyIterator {
      guard made < count else { return nil }
      defer { made += 1 }
      return interleaving(SplitMix64(seed: seed &+ UInt64(made) &* 1_000_003))
    }
  }

  private func interleaving(_ generator: SplitMix64) -> [EventEnvelope] {
    var generator = generator
    var rest = streams.map { $0[...] }.filter { !$0.isEmpty }
    var order: [EventEnvelope] = []
    while !rest.isEmpty {
      let chosen = Int.random(in: rest.indices, using: &generator)
      order.append(rest[chosen].removeFirst())
      if rest[chosen].isEmpty { rest.remove(at: chosen) }
    }
    return order
  }
}
