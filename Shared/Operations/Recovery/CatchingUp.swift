public import EventStream
internal import ReviewEvents

/// What a service waits for after its log was recovered.
///
/// Its consumers stand at the moment of the backup, and until they have heard what the others told
/// since, it must not act by itself: a reminder about a report that came in long ago would go out.
public struct CatchingUp: Sendable {
  /// How long to wait between two looks.
  static let interval: Duration = .milliseconds(500)
  /// How many heads are asked for at once.
  static let headsPerPage = 5_000

  private let site: ReplaySite
  private let subscriptions: [Subscription]
  private let pace: any Pace
  private let report: @Sendable (String?) -> Void

  /// Waits for these subscriptions.
  /// - Parameter report: is told why the service waits, and `nil` when that is over.
  public init(
    _ site: ReplaySite, _ subscriptions: [Subscription], pace: any Pace = RealPace(),
    report: @escaping @Sendable (String?) -> Void
  ) {
    self.site = site
    self.subscriptions = subscriptions
    self.pace = pace
    self.report = report
  }

  /// Returns at once, unless the log was recovered and not everything is heard yet.
  public func wait() async throws {
    while true {
      do {
        let isOver = try await look()
        if isOver {
          report(nil)
          return
        }
        report("the log was recovered: waits until everything that the others told is heard")
      } catch {
        try Task.checkCancellation()
        report("the log was recovered: waits for a service, or a database, that does not answer")
      }
      try await pace.pause(for: Self.interval)
    }
  }

  func look() async throws -> Bool {
    guard try await site.store.commit({ try RecoveryTable.isCatchingUp(in: $0) }) else {
      return true
    }
    for subscription in subscriptions where try await isBehind(subscription) { return false }
    try await site.store.commit { try RecoveryTable.setCaughtUp(in: $0) }
    return true
  }

  private func isBehind(_ subscription: Subscription) async throws -> Bool {
    var after = ""
    while true {
      let page = try await site.writers.heads(
        of: subscription.area, after: after, limit: Self.headsPerPage)
      // Streams of repair count nothing that a fence could be compared with.
      let heads = page.filter { !$0.stream.hasPrefix("repair/") }
        .map { StreamHead(stream: $0.stream, sequence: $0.sequence) }
      let behind = try await site.store.commit { transaction in
        try RecoveryTable.behind(subscription.consumer, heads, in: transaction)
      }
      guard behind == 0 else { return true }
      guard page.count == Self.headsPerPage, let last = page.last else { return false }
      after = last.stream
    }
  }
}
