internal import EventStream
internal import Replay
internal import ReviewEvents

/// Whether a read model equals the fold of the log: built anew in a shadow, compared, dropped.
struct ReadModelCheck: Sendable {
  private let site: ReplaySite
  private let model: ReadModel
  private let call: OperationCall

  init(_ site: ReplaySite, _ model: ReadModel, _ call: OperationCall) {
    self.site = site
    self.model = model
    self.call = call
  }

  func run() async throws -> VerifyCheck {
    var check = VerifyCheck("\(model.name) equals the fold of the log")
    let comparison: ShadowComparison
    do { comparison = try await site.holding(model) { try await compareAndDrop() } } catch let
      refusal
      as ShadowInUse
    {
      check.unknown = refusal.description
      return check
    } catch let refusal as ReplayRefusal {
      check.unknown = refusal.description
      return check
    }
    if comparison.isUndecided || (comparison.movingStreams > 0 && comparison.differingStreams == 0)
    {
      check.unknown = "facts kept arriving while it was compared: try again"
      return check
    }
    for table in comparison.tables {
      check.looked += table.streams
      guard table.differingStreams > 0 else { continue }
      check.found += table.differingStreams
      check.findings.append("\(table.name): \(table.differingStreams) streams differ")
    }
    check.findings += Set(comparison.samples.map { "\($0.table): \($0.stream)" }).sorted()
    return check
  }

  /// An operator's own shadow is never touched.
  private struct ShadowInUse: Error, CustomStringConvertible {
    let model: ReadModelName
    var description: String { "a shadow of \(model) exists: swap or drop it first" }
  }

  private func compareAndDrop() async throws -> ShadowComparison {
    let inventory = try await site.shadows.inventory(of: model)
    try await site.requireWholeLogs(model, fromLog: true)
    // A swap that can be undone stays so: building a shadow leaves it alone.
    guard !inventory.hasShadow else { throw ShadowInUse(model: model.name) }
    let progress = RebuildProgress(expected: try await site.shadows.size(of: model))
    // Written down like a rebuild, so that it can be paused and cancelled like one, and so that the
    // shadow of a process that is killed is not taken for an older one.
    try await site.store.commit { transaction in
      try RunTable.begin(
        model.name, source: "log", scope: #"{"purpose":"verify"}"#, progress, isResumed: false,
        in: transaction)
    }
    do {
      let comparison = try await compare()
      try await drop()
      return comparison
    } catch {
      try? await drop()  // What is left behind is named by `replay status` and dropped by hand.
      throw error
    }
  }

  private func compare() async throws -> ShadowComparison {
    let control = RunControl(
      model.name, store: site.store, call: call, rate: nil, doneAtStart: 0)
    let rebuild = site.rebuild(model, fromLog: true, control: control)
    var progress = try await rebuild.run()
    var comparison = try await site.shadows.compare(model, samples: Self.samples)
    for _ in 1..<CompareOperation.roundsMax where !comparison.isEqual {
      progress = try await rebuild.catchUp(progress)
      comparison = try await site.shadows.compare(model, samples: Self.samples)
    }
    return comparison
  }

  /// How many differing fields are looked at for the names of their streams.
  private static let samples = 20

  private func drop() async throws {
    try await site.shadows.drop(model)
    try await site.store.commit { try RunTable.setState(model.name, .cancelled, in: $0) }
  }
}
