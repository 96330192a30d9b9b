internal import EventStream
internal import Replay
internal import ReviewEvents

/// The operations on read models.
public enum ReplayOperations {
  /// All of them.
  public static func all(_ site: ReplaySite) -> [Operation] {
    [
      plan(site), run(site), steer(site, "pause", .running, to: .paused),
      steer(site, "resume", .paused, to: .running),
      steer(site, "cancel", .running, .paused, to: .cancelled), compare(site), accept(site),
      swap(site), undo(site), drop(site), status(site), RepublishOperation.operation(site),
    ]
  }

  private static func plan(_ site: ReplaySite) -> Operation {
    .reads(
      "replay plan", "Counts what a rebuild would go through and hold back; writes nothing",
      ReplaySite.modelParameters + EventScope.parameters
    ) { call in
      try await ReplayPlan(
        try site.model(call.input), try EventScope(call.input), at: site)
    }
  }

  private static func run(_ site: ReplaySite) -> Operation {
    .changes(
      "replay run", "Builds a read model anew in a shadow; the live tables stay as they are",
      ReplaySite.modelParameters + [
        .required("into", .choice(["shadow"]), "where it is built"),
        .optional("from-log", .flag, "read the writers' logs instead of their topics"),
        .optional("rate", .number(1...10_000_000), "at most so many facts per second"),
        .optional("anew", .flag, "begin anew even if an interrupted rebuild could go on"),
        OperationSafety.confirm, OperationSafety.approval,
      ]
    ) { call in try await RunOperation(site, call).run() }
  }

  private static func steer(
    _ site: ReplaySite, _ word: String, _ from: RunRow.State..., to state: RunRow.State
  ) -> Operation {
    .changes("replay \(word)", steering[word] ?? "", ReplaySite.modelParameters) { call in
      let model = try site.model(call.input)
      try await site.store.commit { transaction in
        guard let run = try RunTable.find(model.name, in: transaction), from.contains(run.state)
        else {
          throw OperationRefusal("no-such-run", "no rebuild of \(model.name) can be told so now")
        }
        try RunTable.setState(model.name, state, in: transaction)
      }
      return Told("\(model.name): told to \(word)")
    }
  }

  private static let steering = [
    "pause": "Holds a rebuild up after its present step",
    "resume": "Lets a paused rebuild go on",
    "cancel": "Ends a rebuild after its present step; the live tables are untouched",
  ]

  private static func compare(_ site: ReplaySite) -> Operation {
    .changes(
      "replay compare", "Compares a shadow with the live tables; exit code 1 when they differ",
      ReplaySite.modelParameters + [
        .optional("samples", .number(0...1_000), "how many differing fields to show; 20"),
        .optional("reveal", .flag, "show the values, which may be data of persons"),
      ]
    ) { call in try await CompareOperation(site, call).run() }
  }

  private static func accept(_ site: ReplaySite) -> Operation {
    .changes(
      "replay accept", "Accepts a shadow that differs, because the difference is what is wanted",
      ReplaySite.modelParameters + [OperationSafety.approval]
    ) { call in
      let model = try site.model(call.input)
      let run = try await site.store.commit { try RunTable.find(model.name, in: $0) }
      guard let run, run.state == .complete, run.verdict == .different else {
        throw OperationRefusal(
          "nothing-to-accept",
          "no comparison of a complete shadow of \(model.name) found a difference")
      }
      try await site.approved(call, run) {
        try await site.store.commit { transaction in
          // Another run, or another comparison, may have come in between.
          guard let now = try RunTable.find(model.name, in: transaction), now.runID == run.runID,
            now.verdict == .different
          else {
            throw OperationRefusal(
              "nothing-to-accept", "the shadow of \(model.name) is another one by now")
          }
          try RunTable.setVerdict(model.name, .accepted, in: transaction)
        }
      }
      return Told("\(model.name): the difference is accepted")
    }
  }

  private static func swap(_ site: ReplaySite) -> Operation {
    .changes(
      "replay swap", "Makes an equal or accepted shadow live, in one transaction",
      ReplaySite.modelParameters + [OperationSafety.approval]
    ) { call in try await SwapOperation(site, call).swap() }
  }

  private static func undo(_ site: ReplaySite) -> Operation {
    .changes(
      "replay undo", "Makes the tables before the last swap live again, brought up to now",
      ReplaySite.modelParameters + [OperationSafety.approval]
    ) { call in try await SwapOperation(site, call).undo() }
  }

  private static func drop(_ site: ReplaySite) -> Operation {
    .changes("replay drop", "Gives a shadow up", ReplaySite.modelParameters) { call in
      let model = try site.model(call.input)
      return try await site.holding(model) {
        try await site.shadows.drop(model)
        try await site.store.commit { try RunTable.setState(model.name, .cancelled, in: $0) }
        return Told("\(model.name): the shadow is gone")
      }
    }
  }

  private static func status(_ site: ReplaySite) -> Operation {
    .reads("replay status", "Shows what there is of each read model beside the live tables") { _ in
      var models: [ReplayStatus.Model] = []
      for model in site.models {
        let run = try await site.store.commit { try RunTable.find(model.name, in: $0) }
        models.append(
          ReplayStatus.Model(model, run, try await site.shadows.inventory(of: model)))
      }
      return ReplayStatus(models: models)
    }
  }
}

/// A plain sentence.
struct Told: OperationAnswer {
  let text: String
  init(_ text: String) { self.text = text }
}

/// What there is of each read model beside the live tables.
struct ReplayStatus: OperationAnswer {
  struct Model: Encodable, Sendable {
    let readModel: String
    let tables: [String]
    let subscriptions: [String]
    let ownStreams: [String]
    let hasShadow: Bool
    let canUndo: Bool
    let state: String?
    let verdict: String?
    let done: Int64?
    let expected: Int64?
    let heldBack: [String: Int]?

    init(_ model: ReadModel, _ run: RunRow?, _ inventory: ShadowInventory) {
      readModel = model.name.description
      tables = model.tables.map(\.name.text)
      subscriptions = model.subscriptions.map(\.consumer.description)
      ownStreams = model.folds.map(\.kind.rawValue)
      hasShadow = inventory.hasShadow
      canUndo = inventory.hasPrevious
      state = run?.state.rawValue
      verdict = run?.verdict.rawValue
      done = run?.progress.done
      expected = run?.progress.expected
      heldBack = run?.progress.heldBack
    }
  }

  let models: [Model]

  var text: String {
    models.map { model in
      var parts = [model.readModel, model.hasShadow ? "shadow" : "no shadow"]
      if let state = model.state, let done = model.done, let expected = model.expected {
        parts.append("last run \(state), \(done) of \(expected) facts")
      }
      if let verdict = model.verdict { parts.append("compared: \(verdict)") }
      if model.canUndo { parts.append("the last swap can be undone") }
      return parts.joined(separator: "; ")
    }.joined(separator: "\n")
  }
}
