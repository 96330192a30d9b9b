internal import EventStream
internal import ReviewEvents

/// Goes through the log in stretches, so that no statement takes long whatever is looked for.
struct EventSearch: Sendable {
  /// How many positions one statement goes through.
  static let stretch: Int64 = 20_000
  /// How many facts are read at once.
  static let pageMax = 500
  /// How many positions are looked at again for facts that were committed late.
  static let lookBack: Int64 = 500
  /// How often new facts are looked for.
  static let followInterval: Duration = .milliseconds(500)

  private let log: EventLog
  private let call: OperationCall
  private let limit: Int
  private let scope: EventScope

  init(_ log: EventLog, _ call: OperationCall, limit fallback: Int64) throws {
    self.log = log
    self.call = call
    limit = Int(call.input.number("limit") ?? fallback)
    scope = try EventScope(call.input)
  }

  // MARK: The end of the log

  func tail() async throws -> EventLines {
    let end = try await end()
    var found: [LoggedEvent] = []
    var upper = end
    while upper > 0, found.count < limit {
      try Task.checkCancellation()
      let lower = max(1, upper - Self.stretch + 1)
      found = try await facts(in: lower...upper, last: true, limit: limit - found.count) + found
      upper = lower - 1
      report(done: end - upper, of: end)
    }
    let last = EventLines(shown(found), isComplete: upper == 0 && found.count < limit)
    guard call.input.has("follow") else { return last }
    return try await follow(from: end, after: last)
  }

  /// Until the time is over; without somebody who takes parts, until the answer is full.
  private func follow(from end: Int64, after last: EventLines) async throws -> EventLines {
    let patience = Duration.seconds(call.input.number("seconds") ?? 60)
    let start = log.pace.elapsed
    var position = end
    var kept: [ShownEvent] = []
    show(last.facts, &kept)
    // Positions are given out before their transactions commit, so a lower one may appear after a
    // higher one: the last stretch is looked at again and again.
    var seen = try await positions(behind: end)
    while log.pace.elapsed - start < patience, kept.count < EventOperations.factsMax {
      try await log.pace.pause(for: Self.followInterval)
      let reached = try await self.end()
      guard reached > max(0, position - Self.lookBack) else { continue }
      let stretch = max(1, position - Self.lookBack)...min(reached, position + Self.stretch)
      let facts = try await facts(in: stretch, last: false, limit: Int(Self.stretch))
        .filter { seen.insert($0.position).inserted }
      show(shown(facts), &kept)
      position = stretch.upperBound
      seen = seen.filter { $0 >= position - Self.lookBack }
    }
    return EventLines(kept, isComplete: kept.count < EventOperations.factsMax)
  }

  /// Which facts in the stretch that is looked at again are old.
  private func positions(behind end: Int64) async throws -> Set<Int64> {
    guard end > 0 else { return [] }
    let facts = try await facts(
      in: max(1, end - Self.lookBack)...end, last: true, limit: Int(Self.lookBack) + 1)
    return Set(facts.map(\.position))
  }

  private func show(_ facts: [ShownEvent], _ kept: inout [ShownEvent]) {
    guard !facts.isEmpty else { return }
    if let show = call.show {
      show(EventLines(facts, isComplete: true))
    } else {
      kept += facts.prefix(Int(EventOperations.factsMax) - kept.count)
    }
  }

  // MARK: The whole log

  func grep() async throws -> EventLines {
    let text = call.input.text("text") ?? ""
    let end = try await end()
    var matching: [ShownEvent] = []
    var next: Int64 = 1
    while next <= end {
      try Task.checkCancellation()
      let upper = min(end, next + Self.stretch - 1)
      let facts = try await facts(in: next...upper, last: false, limit: Self.pageMax)
      // Only what is shown is looked at: otherwise asking would be a way to learn what is hidden.
      for fact in shown(facts) where fact.line.contains(text) {
        guard matching.count < limit else { return EventLines(matching, isComplete: false) }
        matching.append(fact)
      }
      next = facts.count == Self.pageMax ? facts[facts.count - 1].position + 1 : upper + 1
      report(done: next - 1, of: end)
    }
    return EventLines(matching, isComplete: true)
  }

  // MARK: Reading

  private func end() async throws -> Int64 {
    try await log.store.commit { try EventLogTable.end(in: $0) }
  }

  private func facts(
    in stretch: ClosedRange<Int64>, last: Bool, limit: Int
  ) async throws -> [LoggedEvent] {
    let (scope, area) = (scope, log.area)
    return try await log.store.commit { transaction in
      try EventLogTable.facts(
        scope, of: area, in: stretch, last: last, limit: limit, in: transaction)
    }
  }

  private func shown(_ facts: [LoggedEvent]) -> [ShownEvent] {
    facts.map { ShownEvent($0, reveals: call.input.has("reveal")) }
  }

  private func report(done: Int64, of end: Int64) {
    call.report(
      ["positions": done, "of": end], "\(done) of \(end) positions",
      end == 0 ? 1 : Double(done) / Double(end))
  }
}
