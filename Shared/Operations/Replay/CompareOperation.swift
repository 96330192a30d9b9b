internal import EventStream
internal import Replay

/// `replay compare`.
struct CompareOperation: Sendable {
  /// How often a comparison is repeated because facts arrived while it ran.
  static let roundsMax = 5

  private let site: ReplaySite
  private let call: OperationCall

  init(_ site: ReplaySite, _ call: OperationCall) {
    self.site = site
    self.call = call
  }

  func run() async throws -> CompareAnswer {
    let model = try site.model(call.input)
    let samples = Int(call.input.number("samples") ?? 20)
    return try await site.holding(model) {
      let run = try await site.completeRun(of: model)
      let rebuild = site.rebuild(model, fromLog: true, control: Unwatched())
      var comparison = ShadowComparison(tables: [], samples: [])
      for _ in 0..<Self.roundsMax {
        _ = try await rebuild.catchUp(run.progress)
        comparison = try await site.shadows.compare(model, samples: samples)
        // A row may rest on two streams, of which one moved: then the difference is none.
        if !comparison.isUndecided { break }
      }
      let found = comparison
      if !found.isUndecided {
        try await site.store.commit { transaction in
          try RunTable.setVerdict(
            model.name, found.differingStreams == 0 ? .equal : .different, in: transaction)
        }
      }
      call.counts.set("differingStreams", found.differingStreams)
      return CompareAnswer(model, found, reveals: call.input.has("reveal"))
    }
  }
}

extension ReplaySite {
  /// The run that built the present shadow to its end.
  /// - Throws: ``ReplayRefusal/incomplete(_:)``.
  func completeRun(of model: ReadModel) async throws -> RunRow {
    guard try await shadows.inventory(of: model).hasShadow,
      let run = try await store.commit({ try RunTable.find(model.name, in: $0) }),
      run.state == .complete
    else { throw ReplayRefusal.incomplete(model.name) }
    return run
  }
}

/// Catching up takes a moment; nobody watches it.
struct Unwatched: RebuildControl {
  func checkpoint(_ progress: RebuildProgress) async throws { try Task.checkCancellation() }
}

/// How a shadow and the live tables compare.
struct CompareAnswer: OperationAnswer {
  let readModel: String
  let equal: Bool
  /// Whether the service was too busy for a verdict.
  let undecided: Bool
  let tables: [ShadowComparison.Table]
  let samples: [ShadowComparison.Difference]

  init(_ model: ReadModel, _ comparison: ShadowComparison, reveals: Bool) {
    readModel = model.name.description
    // What moved meanwhile is brought up by the same code before it can become live.
    equal = comparison.differingStreams == 0
    undecided = comparison.isUndecided
    tables = comparison.tables
    samples = comparison.samples.map { reveals ? $0 : $0.masked }
  }

  var exitCode: Int32 { equal ? 0 : 1 }

  var text: String {
    var lines = [
      "\(readModel): "
        + (equal ? "equal" : undecided ? "undecided, facts kept arriving" : "DIFFERENT")
    ]
    lines += tables.map { table in
      "  \(table.name): \(table.liveRows) rows live, \(table.shadowRows) in the shadow; "
        + "\(table.streams) streams compared, \(table.differingStreams) differ"
        + (table.movingStreams > 0 ? ", \(table.movingStreams) moving" : "")
    }
    lines += samples.map { sample in
      "  \(sample.table) \(sample.key) \(sample.field): live \(sample.live ?? "null"), "
        + "shadow \(sample.shadow ?? "null") (\(sample.stream))"
    }
    return lines.joined(separator: "\n")
  }
}

extension ShadowComparison.Difference {
  /// Without the values, which may be data of persons: only whether there are any.
  var masked: Self {
    var masked = self
    masked.live = live.map { _ in "•••" }
    masked.shadow = shadow.map { _ in "•••" }
    return masked
  }
}
