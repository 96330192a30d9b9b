internal import EventStream
internal import Replay
internal import ReviewEvents

/// Whether a service's database is older than what the service has published: then it must neither
/// take commands nor publish nor send, because it would give sequences out again.
///
/// It looks at the last record of each partition alone. That one is beyond the log proves a restore;
/// that none is proves nothing, and neither does a broker that is away.
public struct RestoreCheck: Sendable {
  /// How long to wait for the broker: a service starts without it too (contract 17).
  public static let patience: Duration = .seconds(3)

  private let desk: RecoveryDesk

  /// A check of the service of `desk`.
  public init(_ desk: RecoveryDesk) { self.desk = desk }

  /// Looks for the mark of a restored database, and for what proves a restore; then it leaves the
  /// mark, which only `log recover` takes away.
  public func run() async throws -> Bool {
    let store = desk.site.store
    if try await store.commit({ try RecoveryTable.isMarked(in: $0) }) { return true }
    guard let newest = try await newest(), !newest.isEmpty else { return false }
    var survey = LogSurvey()
    survey.take(newest, try await store.commit { try RecoveryTable.compare(newest, in: $0) })
    guard survey.count > 0 else { return false }
    try await store.commit { try RecoveryTable.mark(in: $0) }
    return true
  }

  /// The last records of the topic, if it is the one that this log was published to.
  private func newest() async throws -> [EventEnvelope]? {
    let published = try await desk.site.store.commit { try $0.publishedCluster() }
    guard let published, let feed = try? await desk.topic.openNewest(within: Self.patience) else {
      return nil
    }
    var facts: [EventEnvelope] = []
    if await feed.cluster() == published {
      while let page = try? await feed.next(limit: LogRecovery.factsPerStepMax) { facts += page }
    }
    await feed.close()
    return facts
  }
}
