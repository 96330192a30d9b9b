internal import Logging
internal import ServiceLifecycle

/// A part of the process with its name in the log, so that whatever had to be abandoned is known.
struct NamedService: Service, CustomStringConvertible {
  let description: String
  private let log: Logger
  private let work: @Sendable () async throws -> Void

  private init(_ name: String, _ log: Logger, work: @escaping @Sendable () async throws -> Void) {
    description = name
    self.log = log
    self.work = work
  }

  /// A loop that ends when its task is cancelled, which is how it is told to stop.
  init(_ name: String, _ log: Logger, loop: @escaping @Sendable () async throws -> Void) {
    self.init(name, log, work: { try await cancelWhenGracefulShutdown { try await loop() } })
  }

  /// A server, which answers what is under way when it is told to stop, for at most `limit`: one
  /// client that never finishes its request must not keep the others from stopping in order.
  init(_ name: String, _ log: Logger, serving service: any Service, stopWithin limit: Duration) {
    self.init(
      name, log,
      work: {
        let hasStopped = try await withThrowingTaskGroup(of: Bool.self) { group in
          group.addTask {
            try await service.run()
            return true
          }
          group.addTask {
            try? await gracefulShutdown()  // Cancelled: the server has stopped.
            try await Task.sleep(for: limit)
            return false
          }
          defer { group.cancelAll() }
          return try await group.next() ?? true
        }
        if !hasStopped { log.error("abandoned", metadata: ["part": "requests of \(name)"]) }
      })
  }

  /// Something that is only to be closed at the end.
  init(_ name: String, _ log: Logger, closing close: @escaping @Sendable () async -> Void) {
    self.init(
      name, log,
      work: {
        try? await gracefulShutdown()  // Cancelled: closing is due all the same.
        await close()
      })
  }

  func run() async throws {
    do {
      try await work()
    } catch is CancellationError {
      // Being told to stop is no failure.
    } catch {
      log.critical(
        "a part failed", metadata: ["part": "\(description)", "kind": "\(type(of: error))"])
      throw error
    }
    // The whole process was cancelled, so what this part had under way was not finished.
    if Task.isCancelled { log.error("abandoned", metadata: ["part": "\(description)"]) }
  }
}
