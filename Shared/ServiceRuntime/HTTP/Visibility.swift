internal import EventStream
internal import ReviewEvents

/// Answers `atLeast` (contract 15): waits a bounded time until this service knows a fact.
struct Visibility: Sendable {
  /// How long a query waits.
  static let patience: Duration = .seconds(1)
  /// How often it looks.
  static let interval: Duration = .milliseconds(20)

  let area: ServiceArea
  let subscriptions: [Subscription]
  let store: any Store
  let pace: any Pace

  /// - Throws: 400 `malformed-parameter` for a stream that this service does not follow, 503
  ///   `not-yet-visible`, or what the store threw.
  func wait(for wish: AtLeast) async throws {
    let writer = wish.stream.writer
    let consumers = subscriptions.filter { $0.area == writer }.map(\.consumer)
    guard writer == area || !consumers.isEmpty else {
      throw Problem(
        .malformedParameter, detail: "Dịch vụ này không theo dõi luồng đó.",
        field: QueryRequest.atLeastName)
    }
    let (stream, sequence, isOwn) = (wish.stream, wish.sequence, writer == area)
    let start = pace.elapsed
    while true {
      let isVisible = try await store.commit { transaction in
        guard !isOwn else {
          return try !transaction.log(of: stream, from: sequence, limit: 1).isEmpty
        }
        return try consumers.allSatisfy { consumer in
          try transaction.fences(consumer, of: [stream])[stream] ?? 0 >= sequence
        }
      }
      if isVisible { return }
      let left = Self.patience - (pace.elapsed - start)
      guard left > .zero else { throw Problem(.notYetVisible, retryAfter: .seconds(1)) }
      try await pace.pause(for: min(left, Self.interval))
    }
  }
}

extension StreamID {
  /// The area that writes streams of this kind (decision 1).
  var writer: ServiceArea {
    switch kind {
    case .cycle, .unit, .person, .report, .plan, .document, .ruleSet: .intake
    case .case: .case
    case .rating: .rating
    case .delivery: .notification
    case .repair: ServiceArea(rawValue: id) ?? .intake
    }
  }
}
