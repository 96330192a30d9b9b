internal import Logging
internal import PostgresStore

/// What has to be done from time to time and belongs to nobody else.
struct Upkeep: Sendable {
  /// How long answers to requests are kept (contract 16).
  static let answersKept: Duration = .seconds(30 * 86_400)
  /// How often old answers are forgotten.
  static let interval: Duration = .seconds(3_600)

  let store: PostgresStore
  let log: Logger

  /// Works until cancelled; a failure only means that the next round does more.
  func run() async throws {
    while !Task.isCancelled {
      do {
        while try await store.expireIdempotencyKeys(olderThan: Self.answersKept)
          == PostgresStore.expiredKeysMax
        {}
      } catch {
        try Task.checkCancellation()
        log.info("old answers not forgotten", metadata: ["kind": "\(type(of: error))"])
      }
      try await Task.sleep(for: Self.interval)
    }
  }
}
