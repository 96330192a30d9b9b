import EventStream
import Logging
import NotificationDomain
import NotificationReadModels
import ReviewEvents
import ReviewRules
import SMTPMail
import Synchronization
import TestSupport

@testable import EventStream
@testable import NotificationService
@testable import PostgresStore

/// The parts of the service around one database.
struct Desk: Sendable {
  let store: any Store
  let postgres: PostgresStore
  let settings: PostgresSettings
  let calendar = ManualCalendar(Instant(milliseconds: 1_635_724_800_000))  // 2021-11-01
  let transport = ScriptedTransport()
  let rules: RuleBook
  let planner = MailPlanner(writer: PlainWriter())

  init(_ store: PostgresStore, _ settings: PostgresSettings) throws {
    self.store = store
    postgres = store
    self.settings = settings
    rules = try Facts.rules()
  }

  static func with(_ body: (Desk) async throws -> Void) async throws {
    try await TestDatabase.with { try await body(Desk($0, $1)) }
  }

  var reactions: Reactions { Reactions(rules: rules, planner: planner) }

  var ladder: LadderWorker {
    LadderWorker(
      store: store, calendar: calendar, rules: rules, planner: planner, log: .silent,
      pace: RealPace())
  }

  var deadSenders: DeadSenders {
    DeadSenders(store: store, calendar: calendar, log: .silent, pace: RealPace())
  }

  func sender(_ instance: String = "n-1", store: (any Store)? = nil) -> Sender {
    Sender(
      store: store ?? self.store, calendar: calendar, transport: transport, instance: instance,
      log: .silent, pace: RealPace())
  }

  /// Hears of facts as the engine tells them: fenced, grouped, in one transaction.
  func hear(_ events: [EventEnvelope]) async throws {
    for (area, subscription) in [(ServiceArea.intake, reactions.intake), (.case, reactions.cases)] {
      let items = events.filter { $0.area == area }.enumerated().map { offset, event in
        BatchPlan.Item(
          event: event, partition: TopicPartition(topic: area.topic, partition: 0),
          offset: Int64(offset))
      }
      let applier = BatchApplier(
        subscription: subscription, reader: .notification, gapPatience: .seconds(60))
      try await store.commit { transaction in
        _ = try applier.work(through: items, .handle, in: transaction)
      }
    }
  }

  /// Gives everybody in these facts an address.
  func know(_ subjects: String...) async throws {
    let recipients = try subjects.map { text in
      Recipient(
        subject: try SubjectID(text), address: "\(text.dropFirst(5))@sink.invalid", language: "vi")
    }
    try await store.commit {
      try RecipientTable.save(recipients, at: Instant(milliseconds: 0), in: $0)
    }
  }

  /// Lets everything become due at `text`.
  func evaluate(at text: String) async throws {
    calendar.set(to: try Instant(text))
    while try await ladder.round() == .more {}
  }

  /// Lets senders work until nothing waits.
  func send(with senders: Sender...) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for sender in senders.isEmpty ? [sender()] : senders {
        group.addTask { try await sender.run() }
      }
      try await waitUntil {
        try await self.count(.pending, .sending) == 0
      }
      group.cancelAll()
      while let result = await group.nextResult() {
        if case .failure(let error) = result, !(error is CancellationError) { throw error }
      }
    }
  }

  /// The deliveries as `kind rung state`, in order.
  func deliveries() async throws -> [String] {
    try await store.commit { transaction in
      try transaction.rows(
        """
        select kind || coalesce(' ' || rung, '') || ' ' || coalesce(drop_reason, state)
        from delivery order by kind, rung, about_stream, send_once_key
        """, []
      ).map { try $0.text(0) }
    }
  }

  func duties() async throws -> [String] {
    try await store.commit { transaction in
      try transaction.rows("select duty_id || ' ' || state from duty order by duty_id", [])
        .map { try $0.text(0) }
    }
  }

  /// How many deliveries are in these states.
  func count(_ states: DeliveryState...) async throws -> Int64 {
    try await store.commit { transaction in
      try transaction.rows(
        "select count(*) from delivery where state = any($1::text[])",
        [.texts(states.map(\.rawValue))])[0].integer(0)
    }
  }

  /// The types of the facts of all deliveries with their number.
  func facts() async throws -> [String: Int64] {
    try await store.commit { transaction in
      Dictionary(
        uniqueKeysWithValues: try transaction.rows(
          """
          select event_type, count(*) from event_log group by event_type
          """, []
        ).map { (try $0.text(0), try $0.integer(1)) })
    }
  }
}

/// Writes mails that a test can read.
struct PlainWriter: MailWriting {
  func messageID(of delivery: DeliveryID) -> String { "\(delivery)@review.invalid" }
  func accepts(address: String) -> Bool { (try? MailAddress(address)) != nil }
  func write(_ order: MailOrder, delivery: DeliveryID, to address: String) -> String {
    "\(messageID(of: delivery)) \(order.key.kind.rawValue) \(order.year) \(order.planNumber)"
      + " \(order.wording) \(order.daysLeft ?? 99) \(order.date)"
  }
}

/// A mail server that answers as it is told and remembers what it was given.
final class ScriptedTransport: MailTransport {
  struct Sent: Hashable {
    let mail: String
    let address: String
    var messageID: Substring { mail.prefix { $0 != " " } }
  }

  private struct State {
    var given: [Sent] = []
    var answers: [String: [MailOutcome]] = [:]
  }

  private let state = Mutex(State())
  private let onSend: Mutex<(@Sendable () async -> Void)?> = Mutex(nil)

  /// Every mail that was handed over, whatever was answered.
  var given: [Sent] { state.withLock { $0.given } }

  /// Answers the next mails to `address` so, and accepts afterwards.
  func answer(_ address: String, _ outcomes: MailOutcome...) {
    state.withLock { $0.answers[address] = outcomes }
  }

  /// Does something while a mail is on its way.
  func whileSending(_ action: (@Sendable () async -> Void)?) { onSend.withLock { $0 = action } }

  func send(_ mail: String, to address: String) async -> MailOutcome {
    if let action = onSend.withLock({ $0 }) { await action() }
    return state.withLock { state in
      state.given.append(Sent(mail: mail, address: address))
      guard var left = state.answers[address], !left.isEmpty else { return .accepted(.ok) }
      defer { state.answers[address] = left }
      return left.removeFirst()
    }
  }

  func close() async {}
}

extension MailReply {
  static let ok = MailReply(code: 250, text: "250 ok")
}

struct NeverHappened: Error {}

/// Waits for a condition, at most thirty seconds.
func waitUntil(_ condition: @Sendable () async throws -> Bool) async throws {
  let deadline = ContinuousClock.now + .seconds(30)
  while try await !condition() {
    guard ContinuousClock.now < deadline else { throw NeverHappened() }
    try await Task.sleep(for: .milliseconds(10))
  }
}
