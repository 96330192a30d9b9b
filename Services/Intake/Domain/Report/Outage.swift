public import ReviewEvents

/// A time in which reports could not be handed in, as operations recorded it (contract 18).
public struct Outage: Sendable, Hashable {
  /// Its first moment.
  public var from: Instant
  /// The first moment at which the service was there again.
  public var to: Instant

  /// Puts the parts together.
  public init(from: Instant, to: Instant) {
    self.from = from
    self.to = to
  }
}

extension Lateness {
  /// Whether something that arrived at `receivedAt` came in time.
  ///
  /// The due instant itself is too late. An outage explains a late arrival when it began before
  /// the deadline and the arrival came before `grace` had passed after its end.
  public static func judged(
    receivedAt: Instant, dueBefore: Instant, outages: [Outage], grace: Duration
  ) -> Lateness {
    if receivedAt < dueBefore { return .onTime }
    let explained = outages.contains { outage in
      outage.from < dueBefore && receivedAt < outage.to + grace
    }
    return explained ? .lateServiceOutage : .late
  }
}
