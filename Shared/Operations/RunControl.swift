internal import EventStream
internal import Replay
internal import ServiceRuntime
import Synchronization

/// Keeps a rebuild's progress, obeys `replay pause`, `resume` and `cancel`, and holds its speed.
struct RunControl: RebuildControl {
  /// How often a paused rebuild looks whether it may go on.
  static let pauseInterval: Duration = .milliseconds(250)

  let model: ReadModelName
  let store: any Store
  let call: OperationCall
  /// Facts per second; as fast as it goes unless set.
  let rate: Int64?
  let pace: any Pace
  private let start: Duration
  private let doneAtStart: Int64

  init(
    _ model: ReadModelName, store: any Store, call: OperationCall, rate: Int64?,
    doneAtStart: Int64, pace: any Pace = RealPace()
  ) {
    self.model = model
    self.store = store
    self.call = call
    self.rate = rate
    self.pace = pace
    self.doneAtStart = doneAtStart
    start = pace.elapsed
  }

  func checkpoint(_ progress: RebuildProgress) async throws {
    call.counts.set("events", progress.done)
    call.counts.set("heldBack", progress.heldBack.values.reduce(0, +))
    let elapsed = (pace.elapsed - start).inSeconds
    let report = RunReport(model.description, progress, elapsed: elapsed, since: doneAtStart)
    call.report(report, report.text, progress.ratio)
    while true {
      let state = try await store.commit { transaction in
        try RunTable.advance(model, to: progress, in: transaction)
      }
      switch state {
      case .cancelled: throw RebuildCancelled()
      case .paused: try await pace.pause(for: Self.pauseInterval)
      default: return try await holdSpeed(progress)
      }
    }
  }

  private func holdSpeed(_ progress: RebuildProgress) async throws {
    guard let rate else { return }
    let due = Duration.seconds(Double(progress.done - doneAtStart) / Double(rate))
    let ahead = due - (pace.elapsed - start)
    if ahead > .zero { try await pace.pause(for: ahead) }
  }
}

/// How far a rebuild is, for people and programs.
struct RunReport: Encodable, Sendable {
  let readModel: String
  let done: Int64
  let expected: Int64
  let perSecond: Int64
  let secondsLeft: Int64?
  let heldBack: Int

  init(_ model: String, _ progress: RebuildProgress, elapsed: Double, since: Int64) {
    readModel = model
    done = progress.done
    expected = progress.expected
    let rate = elapsed > 0 ? Double(progress.done - since) / elapsed : 0
    perSecond = Int64(rate)
    secondsLeft = rate > 0 ? Int64(Double(max(0, expected - done)) / rate) : nil
    heldBack = progress.heldBack.values.reduce(0, +)
  }

  var text: String {
    let left = secondsLeft.map { ", \($0) s left" } ?? ""
    return "\(readModel): \(done) of \(expected) facts, \(perSecond)/s\(left)"
  }
}
