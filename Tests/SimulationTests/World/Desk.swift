import EventStream
import ReviewEvents
import Synchronization
import TestSupport

@testable import EventStream

/// Case-tracking's side of the story: what it does with intake's facts.
///
/// Each fact goes into a ``Sheet``; an acceptance also makes it tell a fact of its own.
final class Desk: Sendable {
  /// How much of the published language a build knows.
  enum Build: Sendable {
    /// Knows nothing of returned reports and so parks them.
    case old
    case new
  }

  static let consumer: ConsumerName = "case.intake"
  static let reports = ["a", "b", "c", "d", "novel", "poisoned"].map {
    Samples.stream("report/\($0)")
  }
  /// The stream that gets facts of the type that old builds do not know.
  static let novel = Samples.stream("report/novel")
  /// The stream whose second fact cannot be handled until somebody mends the handler.
  static let poisoned = Samples.stream("report/poisoned")
  static let patience: Duration = .seconds(60)

  private let dice: Dice
  private let pace: VirtualPace
  private let broker: MemoryBroker
  private let isMended = Mutex(false)

  init(dice: Dice, pace: VirtualPace, broker: MemoryBroker) {
    self.dice = dice
    self.pace = pace
    self.broker = broker
  }

  /// Mends the handler that fails for good.
  func mend() { isMended.withLock { $0 = true } }

  /// The stream of the facts that `report` leads to.
  static func reaction(to report: StreamID) -> StreamID { Samples.stream("case/\(report.id)") }

  func applier(_ build: Build) -> BatchApplier {
    var routes = [
      Route.on(ReportDrafted.self) { [self] transaction, events in
        for event in events { try answer(event.envelope, in: transaction) }
      },
      Route.on(ReportAccepted.self) { [self] transaction, events in
        for event in events {
          try answer(event.envelope, in: transaction)
          try react(to: event.envelope, in: transaction)
        }
      },
    ]
    if build == .new {
      routes.append(
        Route.on(ReportReturned.self) { [self] transaction, events in
          for event in events { try answer(event.envelope, in: transaction) }
        })
    }
    let subscription = Subscription(
      Self.consumer, area: .intake, replay: .reaction, routes: routes,
      ignored: [CycleClosed.type, IntakeRepublishRequested.type])
    return BatchApplier(
      subscription: subscription, reader: .case, gapPatience: Self.patience)
  }

  private func answer(_ fact: EventEnvelope, in transaction: borrowing AnyTransaction) throws {
    try suffer(fact)
    var sheet = try Sheet.read(fact.stream, in: transaction) ?? Sheet()
    sheet.take(fact)
    try sheet.write(fact.stream, in: transaction)
    try transaction.rows(
      SheetTables.answer, [.text(fact.stream.description), .integer(fact.sequence)])
  }

  private func react(to fact: EventEnvelope, in transaction: borrowing AnyTransaction) throws {
    let stream = Self.reaction(to: fact.stream)
    try transaction.append([
      StreamAppend(
        stream: stream, expected: try transaction.lastSequences(of: [stream])[stream] ?? 0,
        events: [
          ConferenceHeld(
            caseID: Samples.id(stream.id), heldAt: fact.time, minutesHash: fact.id)
        ], origin: EventOrigin(reactingTo: fact, in: .case))
    ])
  }

  private func suffer(_ fact: EventEnvelope) throws {
    if fact.stream == Self.poisoned, fact.sequence == 2, dice.faults[.handlerPoisoned] > 0,
      !isMended.withLock({ $0 })
    {
      dice.count(.handlerPoisoned)
      throw HandlerFailed()
    }
    if dice.strikes(.handlerFails) { throw HandlerFailed() }
    if dice.strikes(.handlerSlow) {
      // So slow that the group gives its partitions to somebody else.
      pace.advance(by: .seconds(45))
      broker.rebalance(Self.consumer.description)
    }
  }
}

struct HandlerFailed: Error {}
