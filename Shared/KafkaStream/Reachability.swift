/// Whether the broker answers, as far as a client knows.
public enum Reachability: Hashable, Sendable {
  /// Nothing was asked of it yet.
  case unknown
  /// It answered.
  case reachable
  /// It does not answer, or refuses this client; a reason without addresses.
  case unreachable(String)
}

/// What happens inside a client and is neither a result nor a failure.
public enum KafkaObservation: Hashable, Sendable {
  /// The broker refused to note progress of this many partitions (codes 22, 25 and 27 are usual
  /// while a group changes): their records may come again.
  case progressRefused(KafkaError, partitions: Int)
  /// The client reported an error; most pass by themselves.
  case clientError(KafkaError)
  /// A client that could not go on is made anew.
  case rebuilding(KafkaError)
  /// A report of an earlier publication arrived late and was credited to nobody.
  case lateReport
}

/// Gets what happens inside a client, for counters and logs; called on the client's thread, so it
/// must not wait.
public typealias KafkaObserver = @Sendable (KafkaObservation) -> Void

/// When to tell of a broker that is away: at once, then rarely, until something proves it is back.
struct ReachabilityWatch {
  static let announcementInterval = Duration.seconds(5)
  static let probeInterval = Duration.seconds(1)

  private(set) var state = Reachability.unknown
  private var announced: ContinuousClock.Instant?
  private var probed: ContinuousClock.Instant?
  private var isSuspected = false
  private var isRefusal = false

  /// The broker is away, or refuses this client; answers whether to say so now.
  mutating func failed(_ reason: String, isRefusal: Bool, at now: ContinuousClock.Instant) -> Bool {
    defer {
      state = .unreachable(reason)
      isSuspected = false
      self.isRefusal = isRefusal
    }
    if case .unreachable = state, let announced, now < announced + Self.announcementInterval {
      return false
    }
    announced = now
    return true
  }

  /// One connection was lost, which need not mean more: worth a probe.
  mutating func suspect() { isSuspected = true }

  /// Records, an assignment or an acknowledgement came.
  mutating func succeeded() {
    state = .reachable
    isSuspected = false
    isRefusal = false
  }

  /// A probe was answered, which proves a connection but not that a refusal was lifted.
  mutating func answeredProbe() {
    isSuspected = false
    if !isRefusal { state = .reachable }
  }

  /// Whether to ask the broker for a sign of life; counts as asked.
  mutating func probeIsDue(at now: ContinuousClock.Instant) -> Bool {
    guard isSuspected || isAway else { return false }
    if let probed, now < probed + Self.probeInterval { return false }
    probed = now
    return true
  }

  var isAway: Bool { if case .unreachable = state { true } else { false } }
}
