import EventStream
import ReviewEvents
import TestSupport

/// What happened in a story, as far as its rules ask; no more than values, so that a rule can be
/// shown a history that no story told.
struct History: Equatable, Sendable {
  let seed: UInt64
  /// Ids of the facts whose writers were told that they are kept.
  var acknowledged: [String] = []
  /// Ids of the facts in the logs of the services.
  var logged: Set<String> = []
  /// Of these, the facts that readers answer, report by report, in order.
  var facts: [StreamID: [EventEnvelope]] = [:]
  /// Ids of the facts that the broker ever took.
  var published: Set<String> = []
  /// The sequences that handlers answered, report by report, in order.
  var applied: [StreamID: [Int64]] = [:]
  /// The read model.
  var sheets: [StreamID: Sheet] = [:]
  /// The facts that led to facts of the reader, report by report, in order.
  var reactions: [StreamID: [String]] = [:]
  /// Who was the active relay when.
  var relays: [RelayLedger.Entry] = []
  /// Gaps that were noticed, and how many of them are open.
  var gaps: [String] = []
  var openGaps = 0
  /// Guards that tripped.
  var stops: [String] = []
  /// Whether the broker lost or disordered anything.
  var hasLosses = false
  /// Facts that still wait to be published.
  var outbox: [String] = []
  /// Facts that still wait behind a parked one.
  var parked: [String] = []
  /// What did not come to rest in a bounded time without faults.
  var unrest: String?
  /// How often each fault struck, and what the engine did.
  var faults: [Fault: Int] = [:]
  var occurrences: [Occurrence: Int] = [:]

  init(seed: UInt64) { self.seed = seed }
}

extension Simulation {
  /// What the stores, the broker and the witnesses say at the end.
  func history(unrest: String?) throws -> History {
    var history = History(seed: seed)
    history.acknowledged = acknowledged
    history.unrest = unrest
    for area in Self.areas {
      try store(area).look { transaction in
        for logged in try transaction.log(after: 0, limit: .max) {
          let fact = logged.event
          history.logged.insert(fact.id)
          guard fact.stream.kind == .report, fact.type != CycleClosed.type else { continue }
          history.facts[fact.stream, default: []].append(fact)
        }
        history.outbox += try transaction.outbox(limit: .max).map(\.event.id)
      }
    }
    history.published = Set(broker.published.map(\.id))
    try store(.case).look { transaction in
      for report in Desk.reports { try recordEffects(on: report, &history, in: transaction) }
      history.openGaps = try transaction.openGaps()
      history.parked = try transaction.parked(Desk.consumer, limit: .max).map(\.event.id)
    }
    history.relays = ledger.entries
    (history.gaps, history.stops) = (witness.gaps, witness.stops)
    history.hasLosses = hasLosses
    (history.faults, history.occurrences) = (dice.struck, witness.counts)
    return history
  }

  private func recordEffects(
    on report: StreamID, _ history: inout History, in transaction: borrowing AnyTransaction
  ) throws {
    let answered = try transaction.rows(
      SheetTables.answered, [.text(report.description)])
    history.applied[report] = try answered.map { try $0.integer(0) }
    history.sheets[report] = try Sheet.read(report, in: transaction)
    history.reactions[report] = try transaction.history(of: Desk.reaction(to: report)).map {
      try EventCodec.decode(ConferenceHeld.self, from: $0).minutesHash
    }
  }
}
