internal import ReviewEvents

/// Keeps a reader going: builds sources, waits out outages, stays stopped behind a guard.
struct ReaderLoop: Sendable {
  let applier: any BatchApplying
  let makeSource: @Sendable () async throws -> any RecordSource
  let environment: EngineEnvironment

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
        return await staysStopped()
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
        case .unreachable: try await environment.pace.pause(for: environment.limits.batchWait)
        case .applied, .assigned, .revoked, .nothing: progress()
        }
      }
    } catch {
      await source.close()
      throw error
    }
    await source.close()
  }

  /// The service goes on without this consumer until an operator has acted and starts it anew.
  private func staysStopped() async {
    while !Task.isCancelled {
      try? await environment.pace.pause(for: .seconds(3_600))  // cancelled: the loop ends
    }
  }
}
