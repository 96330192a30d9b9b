internal import EventStream
internal import FoundationEssentials
internal import Logging
internal import ReviewEvents

/// Runs one command: claim, decide, store the answer, in one transaction (contract 16).
struct CommandRunner: Sendable {
  /// How often a decision is made again because somebody else appended to its stream.
  static let staleAttemptsMax = 3

  let store: any Store
  let wakeRelay: @Sendable () -> Void
  let log: Logger

  /// What a transaction came to.
  private enum Outcome: Sendable {
    case fresh(HTTPAnswer)
    case repeated(StoredAnswer)
  }

  /// Runs the handler and answers.
  func run(
    _ request: CommandRequest, key: IdempotencyKey?, requestHash: String,
    handler: @Sendable (CommandRequest) async throws -> HTTPRoute.Decision
  ) async -> HTTPAnswer {
    let decision: HTTPRoute.Decision
    do { decision = try await handler(request) } catch {
      return HTTPAnswer(Problem(error, ifMatch: request.ifMatch, log: log))
    }
    do {
      return try answer(
        try await decide(decision, key: key, requestHash: requestHash), requestHash)
    } catch {
      let problem = Problem(error, ifMatch: request.ifMatch, log: log)
      guard let key, error is any ProblemConvertible, problem.isFinal else {
        return HTTPAnswer(problem)
      }
      return await remember(problem, key: key, requestHash: requestHash)
    }
  }

  private func decide(
    _ decision: @escaping HTTPRoute.Decision, key: IdempotencyKey?, requestHash: String
  ) async throws -> Outcome {
    var attempts = 0
    while true {
      attempts += 1
      do {
        let answer = try await store.commitCommand { transaction in
          if let key { try transaction.claimAhead(key, requestHash: requestHash) }
          let answer = HTTPAnswer(try decision(transaction))
          if let key {
            try transaction.store(answer.stored(requestHash: requestHash), for: key)
          }
          return answer
        }
        wakeRelay()
        return .fresh(answer)
      } catch let repeated as AnsweredBefore {
        return .repeated(repeated.answer)
      } catch StoreError.staleStream where attempts < Self.staleAttemptsMax {
        continue
      }
    }
  }

  /// Keeps a refusal, so that the same request is refused the same way for as long as its key
  /// lives; the transaction of the decision was rolled back, so this is a second, small one.
  private func remember(_ problem: Problem, key: IdempotencyKey, requestHash: String) async
    -> HTTPAnswer
  {
    let fresh = HTTPAnswer(problem)
    do {
      let stored = try await store.commit { transaction -> StoredAnswer? in
        // A twin may have been quicker; then its answer holds.
        if let stored = try transaction.claim(key, requestHash: requestHash) { return stored }
        try transaction.store(fresh.stored(requestHash: requestHash), for: key)
        return nil
      }
      guard let stored else { return fresh }
      return try answer(.repeated(stored), requestHash)
    } catch let problem as Problem {
      return HTTPAnswer(problem)
    } catch {
      // Nothing happened, so deciding again is as good.
      log.warning("refusal not stored", metadata: ["kind": "\(type(of: error))"])
      return fresh
    }
  }

  private func answer(_ outcome: Outcome, _ requestHash: String) throws(Problem) -> HTTPAnswer {
    switch outcome {
    case .fresh(let answer): return answer
    case .repeated(let stored):
      guard stored.requestHash == requestHash else {
        throw Problem(.idempotencyKeyReused, field: "Idempotency-Key")
      }
      return HTTPAnswer(stored)
    }
  }
}

extension Problem {
  /// Whether the same request can only ever be refused again: a refusal that says when to come
  /// back must not be remembered.
  fileprivate var isFinal: Bool { (400...499).contains(status) && retryAfter == nil }
}
