public import EventStream
internal import ReviewEvents

/// Publishes to a ``MemoryBroker``.
public struct MemorySink: RecordSink {
  /// What goes wrong with one record.
  public enum Fault: Sendable {
    /// The broker does not take it.
    case refused
    /// The broker takes it, and the answer is lost.
    case unanswered
    /// The broker says that it took it, and loses it.
    case swallowed
  }

  private let broker: MemoryBroker
  private let fault: @Sendable (OutgoingRecord) -> Fault?

  /// A sink that asks `fault` about each record.
  public init(
    _ broker: MemoryBroker, fault: @escaping @Sendable (OutgoingRecord) -> Fault? = { _ in nil }
  ) {
    self.broker = broker
    self.fault = fault
  }

  /// Publishes in order.
  public func publish(_ records: [OutgoingRecord]) async -> PublishOutcome {
    var outcome = PublishOutcome(acknowledged: [], refusal: nil)
    for record in records {
      guard broker.withState({ $0.isReachable }) else {
        outcome.acknowledged.append(false)
        outcome.refusal = outcome.refusal ?? "switched off"
        continue
      }
      let fault = fault(record)
      if fault != .refused, fault != .swallowed {
        broker.append(
          .event(record.event, isRepublished: record.isRepublished),
          to: broker.partition(of: record.event.stream, in: record.event.area.topic))
      }
      outcome.acknowledged.append(fault == nil || fault == .swallowed)
      if outcome.acknowledged.last == false { outcome.refusal = outcome.refusal ?? "fault" }
    }
    return outcome
  }

  /// The broker's cluster, unless it cannot be reached.
  public func clusterID(within: Duration) async -> String? {
    broker.withState { $0.isReachable ? $0.clusterID : nil }
  }
}
