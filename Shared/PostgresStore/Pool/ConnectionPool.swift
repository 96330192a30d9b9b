import Dispatch
import EventStream
import Logging
import ReviewEvents
import Synchronization

/// A fixed number of connections, lent to one caller at a time, first come first served.
///
/// While the server is away, callers are turned away at once and only one of them at a time, after
/// a pause that grows, tries to open a connection.
final class ConnectionPool: Sendable {
  /// The first pause after a failed attempt to connect.
  static let pauseFirst: Duration = .milliseconds(50)
  /// The longest pause, before jitter lengthens it by up to half.
  static let pauseMax: Duration = .seconds(1)

  /// A connection in the hands of one caller.
  struct Lease: Sendable {
    let connection: PostgresConnection
    /// Whether it was open when it was lent.
    let wasOpen: Bool
  }

  private struct Waiter {
    let id: UInt64
    let deadline: ContinuousClock.Instant
    let continuation: CheckedContinuation<Lease, any Error>
  }

  private struct Outage {
    var attempts: Int
    var retryAt: ContinuousClock.Instant
    var reason: StoreError
    var isProbing = false
  }

  private struct State {
    var open: [PostgresConnection] = []
    var closed: [PostgresConnection]
    var lentOpen = 0
    var lent = 0
    var waiters: [Waiter] = []
    var nextWaiter: UInt64 = 0
    var isAlarmSet = false
    var outage: Outage?
    var isClosing = false
    var closers: [CheckedContinuation<Void, Never>] = []
  }

  private enum Decision {
    case lend(Lease)
    case refuse(StoreError)
    case wait
  }

  private let state: Mutex<State>
  private let settings: PostgresSettings
  private let logger: Logger

  init(_ settings: PostgresSettings, area: ServiceArea, logger: Logger) {
    self.settings = settings
    self.logger = logger
    state = Mutex(
      State(
        closed: (1...settings.poolSize).map {
          PostgresConnection(settings, area: area, threadName: "postgres-\($0)")
        }))
  }

  // MARK: Lending

  /// Lends a connection, waiting a bounded time for one.
  /// - Throws: ``StoreError/busy``, ``StoreError/unavailable(_:)``, or `CancellationError`.
  func acquire() async throws -> Lease {
    try Task.checkCancellation()
    switch state.withLock({ $0.waiters.isEmpty ? decide(&$0) : .wait }) {
    case .lend(let lease): return lease
    case .refuse(let error): throw error
    case .wait: return try await waitForTurn()
    }
  }

  /// Takes a connection back.
  func release(_ lease: Lease, _ condition: PostgresConnection.Condition) {
    let (resumptions, note) = state.withLock { state in
      state.lent -= 1
      if lease.wasOpen { state.lentOpen -= 1 }
      let note = settle(lease, condition, &state)
      return (dispatch(&state), note)
    }
    note?()
    for resume in resumptions { resume() }
  }

  /// Turns new callers away, and returns when every connection has come back and is closed.
  func close() async {
    await withCheckedContinuation { continuation in
      let resumptions = state.withLock { state in
        state.isClosing = true
        state.closers.append(continuation)
        return dispatch(&state)
      }
      for resume in resumptions { resume() }
    }
  }

  /// Why the server counts as away at this moment, if it does.
  var outageReason: StoreError? {
    state.withLock { state in
      guard let outage = state.outage, ContinuousClock.now < outage.retryAt else { return nil }
      return outage.reason
    }
  }

  /// How the pool is used at this moment.
  var use: PoolUse {
    state.withLock {
      PoolUse(open: $0.open.count + $0.lentOpen, lent: $0.lent, waiting: $0.waiters.count)
    }
  }

  // MARK: Deciding, always under the lock

  private func decide(_ state: inout State) -> Decision {
    if state.isClosing { return .refuse(.unavailable("the store is closed")) }
    if let connection = state.open.popLast() {
      state.lent += 1
      state.lentOpen += 1
      return .lend(Lease(connection: connection, wasOpen: true))
    }
    if let outage = state.outage {
      if !outage.isProbing, ContinuousClock.now >= outage.retryAt, !state.closed.isEmpty {
        state.outage?.isProbing = true
      } else {
        // Somebody else's attempt, or a connection still in use, may turn out well.
        let isHopeful = outage.isProbing || state.lentOpen > 0
        return isHopeful ? .wait : .refuse(outage.reason)
      }
    }
    guard let connection = state.closed.popLast() else { return .wait }
    state.lent += 1
    return .lend(Lease(connection: connection, wasOpen: false))
  }

  private func settle(
    _ lease: Lease, _ condition: PostgresConnection.Condition, _ state: inout State
  ) -> (@Sendable () -> Void)? {
    switch condition {
    case .open:
      state.open.append(lease.connection)
      guard let outage = state.outage, !lease.wasOpen else { return nil }
      state.outage = nil
      return { [logger] in
        logger.notice(
          "The database is back.", metadata: ["attempts": .stringConvertible(outage.attempts)])
      }
    case .lost:
      state.closed.append(lease.connection)
      if !lease.wasOpen { state.outage?.isProbing = false }
      return nil
    case .unreachable(let reason):
      state.closed.append(lease.connection)
      let attempts = (state.outage?.attempts ?? 0) + 1
      let pause = min(Self.pauseMax, Self.pauseFirst * (1 << min(attempts - 1, 10)))
      let jitter = pause * Double.random(in: 0..<0.5)
      state.outage = Outage(
        attempts: attempts, retryAt: ContinuousClock.now + pause + jitter, reason: reason)
      guard attempts == 1 else { return nil }
      return { [logger] in logger.warning("The database is away; callers are turned away.") }
    }
  }

  /// Serves those who wait, in order, and those who close; what to resume, outside the lock.
  private func dispatch(_ state: inout State) -> [@Sendable () -> Void] {
    var resumptions: [@Sendable () -> Void] = []
    serving: while let first = state.waiters.first {
      switch decide(&state) {
      case .wait: break serving
      case .lend(let lease): resumptions.append { first.continuation.resume(returning: lease) }
      case .refuse(let error): resumptions.append { first.continuation.resume(throwing: error) }
      }
      state.waiters.removeFirst()
    }
    if state.isClosing, state.lent == 0 {
      // Letting go of a connection closes it.
      state.open = []
      state.closed = []
      for closer in state.closers { resumptions.append { closer.resume() } }
      state.closers = []
    }
    return resumptions
  }

  // MARK: Waiting

  private func waitForTurn() async throws -> Lease {
    let deadline = ContinuousClock.now + settings.turnPatience
    let id = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let waiter = Waiter(id: id, deadline: deadline, continuation: continuation)
        let (outcome, alarm) = state.withLock { state in
          let outcome = line(up: waiter, &state)
          defer { state.isAlarmSet = state.isAlarmSet || !state.waiters.isEmpty }
          return (outcome, !state.isAlarmSet && !state.waiters.isEmpty)
        }
        if let outcome { continuation.resume(with: outcome) }
        if alarm { setAlarm(for: deadline) }
      }
    } onCancel: {
      leave(id, because: CancellationError())
    }
  }

  /// Queues the waiter, or says at once what becomes of it.
  ///
  /// Cancellation and the deadline are looked at under the lock: whoever ended the waiting before
  /// this moment found nobody in the queue.
  private func line(up waiter: Waiter, _ state: inout State) -> Result<Lease, any Error>? {
    if Task.isCancelled { return .failure(CancellationError()) }
    if state.waiters.isEmpty {
      switch decide(&state) {
      case .lend(let lease): return .success(lease)
      case .refuse(let error): return .failure(error)
      case .wait: break
      }
    }
    guard state.waiters.count < settings.waitersMax, ContinuousClock.now < waiter.deadline else {
      return .failure(StoreError.busy)
    }
    state.waiters.append(waiter)
    return nil
  }

  /// One alarm for all who wait: a timer for each of them costs more than most turns take.
  private func setAlarm(for deadline: ContinuousClock.Instant) {
    // Rounded up: an alarm before the deadline would dismiss nobody.
    let left = max(0, (deadline - .now).wholeMilliseconds) + 1
    DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(Int(left))) {
      [weak self] in self?.dismissLate()
    }
  }

  /// Turns those away whose patience is over, and sees to it that the others are looked at again.
  private func dismissLate() {
    let now = ContinuousClock.now
    let (late, next) = state.withLock { state in
      let late = state.waiters.filter { $0.deadline <= now }
      state.waiters.removeAll { $0.deadline <= now }
      let next = state.waiters.map(\.deadline).min()
      state.isAlarmSet = next != nil
      return (late, next)
    }
    for waiter in late { waiter.continuation.resume(throwing: StoreError.busy) }
    if let next { setAlarm(for: next) }
  }

  private func leave(_ id: UInt64, because error: any Error) {
    let waiter = state.withLock { state in
      state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
    }
    waiter?.continuation.resume(throwing: error)
  }
}

/// How a pool is used at one moment.
public struct PoolUse: Hashable, Sendable {
  /// Connections that are open.
  public var open: Int
  /// Connections in use.
  public var lent: Int
  /// Callers that wait.
  public var waiting: Int
}
