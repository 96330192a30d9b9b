internal import ReviewEvents

/// Keeps a reader going: builds sources, waits out outages, and behind a guard for an operator.
struct ReaderLoop: Sendable {
  let applier: any BatchApplying
  let makeSource: @Sendable () async throws -> any RecordSource
  let environment: EngineEnvironment
  /// How long to rest after each batch, so that more comes together in the next one.
  var rest = Duration.zero

  /// Reads until cancelled.
  func run() async throws {
    var backOff = BackOff(
      first: environment.limits.outagePause, longest: environment.limits.outagePauseMax)
    while !Task.isCancelled {
      do {
        let source = try await makeSource()
        try await read(source) { backOff.reset() }
      } catch let tripped as OffSeasonGuard {
        environment.observer.observe(.guardTripped(tripped))
        guard await operatorActed(on: tripped) else { return }
        environment.observer.observe(.guardLifted(applier.consumer))
      } catch {
        if Task.isCancelled { return }
        let pause = backOff.advance()
        environment.observer.observe(
          .sourceFailed(
            applier.consumer, reason: Failure(error).description, retryAfter: pause))
        try? await environment.pace.pause(for: pause)  // cancelled: the loop ends by itself
      }
    }
  }

  private func read(_ source: any RecordSource, progress: () -> Void) async throws {
    var reader = Reader(applier, source: source, in: environment)
    do {
      while !Task.isCancelled {
        switch try await reader.step() {
        // An adapter that answers at once must not keep a core busy.
        case .unreachable:
          try await environment.pace.pause(for: environment.limits.unreachablePause)
        case .applied:
          progress()
          if rest > .zero { try await environment.pace.pause(for: rest) }
        case .assigned, .revoked, .nothing: progress()
        }
      }
    } catch {
      await source.close()
      throw error
    }
    await source.close()
  }

  /// The service goes on without this consumer until its position is another one: an operator let
  /// it start over, and another member may have moved on from there already.
  /// - Returns: false when cancelled.
  private func operatorActed(on tripped: OffSeasonGuard) async -> Bool {
    let name = applier.consumer
    while !Task.isCancelled {
      do {
        try await environment.pace.pause(for: environment.limits.guardPollInterval)
        let stored = try await environment.store.commit { try $0.positions(of: name) }
        guard stored[tripped.partition] == tripped.position else { return true }
      } catch { continue }  // the database is away, or cancelled: nothing is known to have changed
    }
    return false
  }
}
