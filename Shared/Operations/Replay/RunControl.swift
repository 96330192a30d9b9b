internal import EventStream
internal import Replay
internal import ServiceRuntime
import Synchronization

/// Keeps a rebuild's progress, obeys `replay pause`, `resume` and `cancel`, and holds its speed.
struct RunControl: RebuildControl {
  /// The longest pause between two looks at what an operator wants.
  static let pauseMax: Duration = .milliseconds(250)

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
    // In short pauses, so that an operator is heard however slow the rebuild was told to be.
    while true {
      let state = try await store.commit { transaction in
        try RunTable.advance(model, to: progress, in: transaction)
      }
      if state == .cancelled { throw RebuildCancelled() }
      let ahead = ahead(progress)
      guard state == .paused || ahead > .zero else { return }
      try await pace.pause(for: state == .paused ? Self.pauseMax : min(ahead, Self.pauseMax))
    }
  }

  /// How long the rebuild has to wait to keep to its speed.
  private func ahead(_ progress: RebuildProgress) -> Duration {
    guard let rate else { return .zero }
    let due = Duration.seconds(Double(progress.done - doneAtStart) / Double(rate))
    return due - (pace.elapsed - start)
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
