public import EventStream

/// Publishes the outbox: at most one relay per service is active (contracts 9, 14).
public struct Relay: Sendable {
  private let environment: EngineEnvironment
  private let sink: any RecordSink
  private let wakeUp: CoalescingSignal

  /// A relay that looks at the outbox whenever `wakeUp` is signalled, and from time to time.
  public init(
    _ sink: any RecordSink, wakeUp: CoalescingSignal, in environment: EngineEnvironment
  ) {
    self.environment = environment
    self.sink = sink
    self.wakeUp = wakeUp
  }

  /// Publishes until cancelled; every trouble is told to the observer and outlived.
  public func run() async throws {
    let limits = environment.limits
    var backOff = BackOff(first: limits.outagePause, longest: limits.outagePauseMax)
    while !Task.isCancelled {
      var pause = limits.relayLockInterval
      do {
        if let lock = try await environment.store.tryLock(.relay) {
          backOff.reset()
          try await publish(holding: lock)
        } else {
          environment.observer.observe(.relayStandsBy)
        }
      } catch {
        if Task.isCancelled { return }
        environment.observer.observe(.relayStopped(reason: Failure(error).description))
        pause = backOff.advance()
      }
      try? await environment.pace.pause(for: pause)  // cancelled: the loop ends by itself
    }
  }

  private func publish(holding lock: any HeldLock) async throws {
    environment.observer.observe(.relayActive)
    var publisher = Publisher(sink, holding: lock, in: environment)
    do {
      while !Task.isCancelled {
        if try await publisher.step() == .idle {
          try await wakeUp.wait(
            upTo: environment.limits.relayPollInterval, pace: environment.pace)
        }
      }
    } catch {
      await lock.release()
      throw error
    }
    await lock.release()
  }
}
