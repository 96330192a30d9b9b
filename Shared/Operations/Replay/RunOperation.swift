internal import EventStream
internal import Replay
internal import ReviewEvents
internal import ServiceRuntime

/// `replay run`.
struct RunOperation: Sendable {
  private let site: ReplaySite
  private let call: OperationCall

  init(_ site: ReplaySite, _ call: OperationCall) {
    self.site = site
    self.call = call
  }

  func run() async throws -> RunAnswer {
    let model = try site.model(call.input)
    let expected = try await site.shadows.size(of: model)
    try site.safety.requireConfirmation(of: expected, call.input)
    return try await site.approved(call, count: expected) { try await build(model, expected) }
  }

  private func build(_ model: ReadModel, _ expected: Int64) async throws -> RunAnswer {
    let fromLog = call.input.has("from-log")
    return try await site.holding(model) {
      try await site.requireWholeLogs(model, fromLog: fromLog)
      let unfinished = try await unfinished(model, source: fromLog ? "log" : "topic")
      let progress = unfinished ?? RebuildProgress(expected: expected)
      let source = fromLog ? "log" : "topic"
      try await site.store.commit { transaction in
        try RunTable.begin(
          model.name, source: source, scope: "{}", progress, isResumed: unfinished != nil,
          in: transaction)
      }
      let control = RunControl(
        model.name, store: site.store, call: call, rate: call.input.number("rate"),
        doneAtStart: progress.done)
      let pace = RealPace()
      do {
        let done = try await site.rebuild(model, fromLog: fromLog, control: control)
          .run(resuming: unfinished)
        try await control.checkpoint(done)
        try await finish(model, .complete)
        return RunAnswer(
          model, done, seconds: pace.elapsed.inSeconds, isResumed: unfinished != nil,
          since: progress.done)
      } catch {
        try? await finish(model, error is RebuildCancelled ? .cancelled : .failed)
        if error is RebuildCancelled { try await site.shadows.drop(model) }
        throw error
      }
    }
  }

  /// How far an interrupted rebuild came, if it can go on.
  private func unfinished(_ model: ReadModel, source: String) async throws -> RebuildProgress? {
    guard !call.input.has("anew"), try await site.shadows.inventory(of: model).hasShadow,
      let run = try await site.store.commit({ try RunTable.find(model.name, in: $0) }),
      run.source == source
    else { return nil }
    switch run.state {
    // `running` without its lock: the process was killed.
    case .running, .paused, .failed: return run.progress
    case .cancelled, .complete, .swapped: return nil
    }
  }

  private func finish(_ model: ReadModel, _ state: RunRow.State) async throws {
    try await site.store.commit { try RunTable.setState(model.name, state, in: $0) }
  }
}

/// What a rebuild came to.
struct RunAnswer: OperationAnswer {
  let readModel: String
  let events: Int64
  let folded: Int64
  let seconds: Double
  let perSecond: Int64
  let resumed: Bool
  /// Effects that were held back, by name; their number here is all that became of them.
  let heldBack: [String: Int]

  init(
    _ model: ReadModel, _ progress: RebuildProgress, seconds: Double, isResumed: Bool,
    since: Int64
  ) {
    readModel = model.name.description
    events = progress.done
    folded = progress.folded
    self.seconds = (seconds * 1_000).rounded() / 1_000
    perSecond = seconds > 0 ? Int64(Double(progress.done - since) / seconds) : 0
    resumed = isResumed
    heldBack = progress.heldBack
  }

  var text: String {
    var lines = [
      "\(readModel): \(events) facts in \(seconds) s (\(perSecond)/s)"
        + (resumed ? ", resumed" : "") + "; the shadow is complete"
    ]
    lines.append("effects held back: \(heldBack.values.reduce(0, +)); carried out: 0")
    lines += heldBack.sorted { $0.key < $1.key }.map { "  \($0.value) × \($0.key)" }
    return lines.joined(separator: "\n")
  }
}

extension ReplaySite {
  /// Lets one operation at a time work on a read model.
  func holding<Value: Sendable>(
    _ model: ReadModel, _ work: () async throws -> Value
  ) async throws -> Value {
    guard let lock = try await store.tryLock(StoreLock("replay \(model.name)")) else {
      throw ReplayRefusal.busy(model.name)
    }
    do {
      let value = try await work()
      await lock.release()
      return value
    } catch {
      await lock.release()
      throw error
    }
  }

  /// Does `work` if one person is enough, or if somebody else approved exactly this.
  func approved<Value: Sendable>(
    _ call: OperationCall, count: Int64, also: [String: String] = [:],
    _ work: () async throws -> Value
  ) async throws -> Value {
    try await safety.approved(
      ApprovalWish(service, call, count: count, also: also), store, call, work)
  }

  /// The same for what is done with the shadow of one run, and with no other.
  func approved<Value: Sendable>(
    _ call: OperationCall, _ run: RunRow?, _ work: () async throws -> Value
  ) async throws -> Value {
    try await approved(
      call, count: run?.progress.done ?? 0, also: ["run": "\(run?.runID ?? 0)"], work)
  }

  func rebuild(
    _ model: ReadModel, fromLog: Bool, control: any RebuildControl
  ) -> Rebuild {
    Rebuild(
      model, at: shadows, log: store, feeds: fromLog ? logFeeds : topicFeeds, control: control)
  }
}
