internal import EventStream
internal import Logging

extension Problem {
  /// How long a client should wait for a database that is away.
  static let unavailablePause: Duration = .seconds(2)

  /// The answer to an error that reached the runtime; what cannot be the client's fault is logged
  /// with its kind and never with data.
  init(_ error: any Error, ifMatch: Int64? = nil, log: Logger) {
    switch error {
    case let error as any ProblemConvertible: self = error.problem
    case let error as StoreError: self.init(error, ifMatch: ifMatch, log: log)
    case is CancellationError: self.init(.shuttingDown, retryAfter: .seconds(1))
    default:
      log.error("unexpected error", metadata: ["kind": "\(type(of: error))"])
      self.init(.internal)
    }
  }

  private init(_ error: StoreError, ifMatch: Int64?, log: Logger) {
    switch error {
    case .keyInUse:
      self.init(.requestInProgress, field: "Idempotency-Key", retryAfter: .seconds(1))
    case .staleStream:
      if ifMatch == nil {
        self.init(.changedMeanwhile, retryAfter: .seconds(1))
      } else {
        self.init(.versionStale, field: "If-Match")
      }
    case .busy: self.init(.busy, retryAfter: .seconds(1))
    case .unavailable(let reason):
      log.warning("store unavailable", metadata: ["reason": "\(reason)"])
      self.init(.storeUnavailable, retryAfter: Self.unavailablePause)
    case .refused(let sqlState, _):
      // The server's message can quote values of a row.
      log.error("store refused", metadata: ["sqlState": "\(sqlState)"])
      self.init(.internal)
    case .malformedRow(let reason):
      log.error("malformed row", metadata: ["reason": "\(reason)"])
      self.init(.internal)
    case .noTables:
      log.error("store without tables")
      self.init(.internal)
    }
  }
}
