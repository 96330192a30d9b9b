public import EventStream
internal import ReviewEvents

/// Makes a shadow live, or the tables before it live again.
public struct Exchange: Sendable {
  /// How long the consumers of a read model are waited for.
  static let pausePatience: Duration = .seconds(10)
  /// How often they are asked: a busy consumer rests only a moment between two batches.
  static let pauseInterval: Duration = .milliseconds(5)
  /// How often the exchange is begun again because too much moved while writers were waited for.
  static let roundsMax = 5

  private let model: ReadModel
  private let site: any ShadowSite
  private let log: any Store
  private let rebuild: Rebuild
  private let pace: any Pace
  private let limits: RebuildLimits

  /// An exchange of `model`; `rebuild` is of the same model at the same site.
  public init(
    _ model: ReadModel, at site: any ShadowSite, log: any Store, rebuild: Rebuild,
    limits: RebuildLimits = RebuildLimits(), pace: any Pace = RealPace()
  ) {
    self.model = model
    self.site = site
    self.log = log
    self.rebuild = rebuild
    self.limits = limits
    self.pace = pace
  }

  /// Catches the shadow up and makes it live; the old tables stay for ``undo(_:)``.
  ///
  /// Consumers pause meanwhile, commands wait for the last step only.
  public func swap(_ progress: RebuildProgress) async throws {
    _ = try await rebuild.catchUp(progress)
    var holds: [any HeldLock] = []
    do {
      for subscription in model.subscriptions {
        holds.append(try await hold(subscription.consumer))
      }
      // Nothing goes live any more: what is missing now is all that will be missing.
      try await exchange(progress)
    } catch {
      for hold in holds { await hold.release() }
      throw error
    }
    for hold in holds { await hold.release() }
  }

  private func exchange(_ progress: RebuildProgress) async throws {
    for round in 1... {
      _ = try await rebuild.catchUp(progress)
      do {
        return try await site.swap(model, foldsOf: limits.exchangeFoldsMax)
      } catch ShadowError.tooFarBehind where round < Self.roundsMax {
        // Commands went on while their turn was waited for.
        continue
      }
    }
  }

  /// Makes the tables before the last swap live again, brought up to this moment.
  ///
  /// After a failure it can be repeated.
  public func undo() async throws {
    try await site.restore(model)
    try await swap(RebuildProgress(expected: 0))
  }

  private func hold(_ consumer: ConsumerName) async throws -> any HeldLock {
    let start = pace.elapsed
    while pace.elapsed - start < Self.pausePatience {
      if let lock = try await log.tryLock(.holding(consumer)) { return lock }
      try await pace.pause(for: Self.pauseInterval)
    }
    throw ReplayRefusal.consumerBusy(consumer)
  }
}
