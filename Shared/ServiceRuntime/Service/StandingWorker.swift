package import EventStream
package import Logging
internal import Metrics

/// Keeps a worker going: a failure is logged and counted, and the worker starts again after a
/// growing pause.
package struct StandingWorker: Sendable {
  static let pauseMin: Duration = .seconds(1)
  static let pauseMax: Duration = .seconds(30)

  let worker: Worker
  let board: HealthBoard
  let log: Logger
  let pace: any Pace

  package init(_ worker: Worker, board: HealthBoard, log: Logger, pace: any Pace = RealPace()) {
    self.worker = worker
    self.board = board
    self.log = log
    self.pace = pace
  }

  /// Runs until cancelled.
  package func run() async throws {
    var pause = Self.pauseMin
    while !Task.isCancelled {
      let start = pace.elapsed
      do {
        try await worker.run()
        if Task.isCancelled { return }
        log.warning("worker ended by itself", metadata: ["worker": "\(worker.name)"])
      } catch {
        if Task.isCancelled { return }
        Counter(label: "review_worker_failures", dimensions: [("worker", worker.name)]).increment()
        board.note(
          "worker \(worker.name)", "the worker \(worker.name) failed and starts again",
          lasting: pause + .seconds(5))
        log.error(
          "worker failed",
          metadata: ["worker": "\(worker.name)", "kind": "\(type(of: error))"])
      }
      if pace.elapsed - start > Self.pauseMax { pause = Self.pauseMin }
      try await pace.pause(for: pause)
      pause = min(pause * 2, Self.pauseMax)
    }
  }
}
