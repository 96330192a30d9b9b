internal import EventStream
internal import Replay

/// `replay swap` and `replay undo`.
struct SwapOperation: Sendable {
  private let site: ReplaySite
  private let call: OperationCall

  init(_ site: ReplaySite, _ call: OperationCall) {
    self.site = site
    self.call = call
  }

  func swap() async throws -> Told {
    let model = try site.model(call.input)
    return try await site.holding(model) {
      let run = try await site.completeRun(of: model)
      guard run.verdict == .equal || run.verdict == .accepted else {
        throw ReplayRefusal.notCompared(model.name)
      }
      try await site.approved(call, run) {
        try await exchange(model).swap(run.progress)
        try await finish(model)
      }
      return Told("\(model.name): the shadow is live; `replay undo` is the way back")
    }
  }

  func undo() async throws -> Told {
    let model = try site.model(call.input)
    return try await site.holding(model) {
      let run = try await site.store.commit { try RunTable.find(model.name, in: $0) }
      try await site.approved(call, run) {
        try await exchange(model).undo()
        try await finish(model)
      }
      return Told("\(model.name): the tables before the last swap are live, brought up to now")
    }
  }

  /// Single streams are looked up in the writers' logs, whatever the shadow was built from.
  private func exchange(_ model: ReadModel) -> Exchange {
    Exchange(
      model, at: site.shadows, log: site.store,
      rebuild: site.rebuild(model, fromLog: true, control: Unwatched()))
  }

  private func finish(_ model: ReadModel) async throws {
    try await site.store.commit { try RunTable.setState(model.name, .swapped, in: $0) }
  }
}
