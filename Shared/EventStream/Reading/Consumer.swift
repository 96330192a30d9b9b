public import ReviewEvents

/// Runs one subscription: first what is parked and can be read by now, then the topic.
public struct Consumer: Sendable {
  /// What is read.
  public let subscription: Subscription
  private let loop: ReaderLoop
  private let releaser: Releaser

  /// A consumer whose sources come from `makeSource`, a new one after each failure.
  ///
  /// Its group is ``ConsumerName/description``, its topic `subscription.area.topic`.
  public init(
    _ subscription: Subscription, in environment: EngineEnvironment,
    makeSource: @escaping @Sendable () async throws -> any RecordSource
  ) {
    self.subscription = subscription
    let applier = BatchApplier(
      subscription: subscription, reader: environment.area,
      gapPatience: environment.limits.gapPatience)
    loop = ReaderLoop(applier: applier, makeSource: makeSource, environment: environment)
    releaser = Releaser(applier: applier, environment: environment)
  }

  /// Reads until cancelled; every trouble is told to the observer and outlived.
  public func run() async throws {
    do { try await releaser.releaseReadable() } catch  where Task.isCancelled { return }
    try await loop.run()
  }

  /// Applies the parked events of `stream` now, as far as they can be applied.
  /// - Returns: how many events were released.
  /// - Throws: what the handler threw; the stream stays parked then.
  public func release(_ stream: StreamID) async throws -> Int {
    try await releaser.release(stream)
  }
}
