package import ReviewEvents

/// Applies events of other services to a shadow, by the live routes (contract 12).
///
/// The live fences are the limit: what is not applied live yet is not applied in the shadow either,
/// so that after an exchange the live consumer goes on exactly where it stands.
package struct ShadowApplier: Sendable {
  /// What became of a run of events.
  package struct Report: Sendable, Equatable {
    /// Events whose routes learned from them.
    package var handled = 0
    /// Events of types that are not needed.
    package var ignored = 0
    /// Events that the shadow has already.
    package var repeated = 0
    /// Events that are not applied live yet.
    package var ahead = 0
    /// Events whose forerunner is missing here.
    package var early = 0
    /// What the reactions would have done.
    package var heldBack = HeldBackEffects()

    package init() {}

    /// All events looked at.
    package var events: Int { handled + ignored + repeated + ahead + early }

    package mutating func add(_ other: Report) {
      handled += other.handled
      ignored += other.ignored
      repeated += other.repeated
      ahead += other.ahead
      early += other.early
      heldBack.add(other.heldBack)
    }
  }

  private let subscription: Subscription
  private let discarded: Set<String>

  /// - Parameter discarded: ids of parked events that an operator discarded, which are passed over
  ///   here as well.
  package init(_ subscription: Subscription, discarded: Set<String>) {
    self.subscription = subscription
    self.discarded = discarded
  }

  /// Applies `events`, in order within each stream, as far as they are live.
  /// - Throws: ``UnreadableHistory`` for an event that was applied live and cannot be read now;
  ///   whatever a route throws.
  package func apply(
    _ events: [EventEnvelope], upTo live: [StreamID: Int64],
    in transaction: borrowing AnyTransaction
  ) throws -> Report {
    var report = Report()
    let wanted = events.filter { $0.sequence <= live[$0.stream] ?? 0 }
    report.ahead = events.count - wanted.count
    guard !wanted.isEmpty else { return report }
    let streams = Set(wanted.map(\.stream)).sorted()
    let items = wanted.map {
      BatchPlan.Item(
        event: $0, partition: TopicPartition(topic: $0.area.topic, partition: 0), offset: 0)
    }
    let plan = BatchPlan(
      items, for: subscription,
      fences: try transaction.fences(subscription.consumer, of: streams), parkedStreams: [],
      discarded: discarded)
    if let unreadable = plan.parking.first { throw UnreadableHistory(unreadable.event) }
    for group in plan.groups {
      guard let route = subscription.routes[group.type] else { continue }
      report.heldBack.add(try route.replay(transaction, group.events))
    }
    if !plan.fences.isEmpty { try transaction.setFences(subscription.consumer, to: plan.fences) }
    report.handled = plan.report.handled
    report.ignored = plan.report.ignored
    report.repeated = plan.report.repeated
    report.early = plan.report.early
    return report
  }
}

/// An event that was applied once cannot be read by this build.
package struct UnreadableHistory: Error, Hashable, Sendable, CustomStringConvertible {
  /// The event.
  package let eventID: String
  /// Its type.
  package let type: EventType

  init(_ event: EventEnvelope) {
    eventID = event.id
    type = event.type
  }

  /// What happened.
  package var description: String {
    "event \(eventID) of type \(type.name) cannot be read by this build"
  }
}
