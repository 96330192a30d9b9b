import EventStream
import Foundation
import Logging
import PostgresStore
import PostgresTestSupport
import Replay
import ReviewEvents
import Synchronization
import TestSupport
import Testing

@testable import EventStream
@testable import Operations
@testable import PostgresStore

/// A service on a database of its own, its parked events, and everything operators can do with it.
struct OperationsBench: Sendable {
  static let service = "case-tracking"
  static let partition = TopicPartition(topic: ServiceArea.intake.topic, partition: 0)

  let database: OwnedDatabase
  let store: PostgresStore
  let shadows: PostgresShadow
  let writer = SampleWriter()
  let sample = Sample()
  let observer = RecordingObserver()
  let topic = SampleTopic()

  static func with(_ body: (OperationsBench) async throws -> Void) async throws {
    try await OwnedDatabase.with { database in
      let sample = OperationsBench(database)
      try await database.migrate([Sample.migration], [sample.sample.model])
      do { try await body(sample) } catch {
        await sample.close()
        throw error
      }
      await sample.close()
    }
  }

  private init(_ database: OwnedDatabase) {
    self.database = database
    store = PostgresStore(database.run, area: .case, logger: .silent)
    shadows = PostgresShadow(database.run, area: .case, logger: .silent)
  }

  private func close() async {
    await shadows.close()
    await store.close()
  }

  // MARK: Operations

  func site(_ safety: OperationSafety = OperationSafety()) -> ReplaySite {
    ReplaySite(
      service: Self.service, area: .case, models: [sample.model], store: store, shadows: shadows,
      logFeeds: writer, topicFeeds: writer, writers: writer, safety: safety)
  }

  var environment: EngineEnvironment {
    EngineEnvironment(
      area: .case, store: store, observer: observer, calendar: ManualCalendar(),
      brokerForgets: false)
  }

  func operations(_ safety: OperationSafety = OperationSafety()) -> [Operations.Operation] {
    let site = site(safety)
    return ReplayOperations.all(site) + ApprovalOperations.all(store, safety)
      + ParkedOperations.all(ParkedDesk(site, [sample.live], in: environment))
      + VerifyOperations.all(site, [sample.live])
      + RecoveryOperations.all(RecoveryDesk(site, topic: topic, rows: nil))
      + ArchiveOperations.all(ArchiveDesk(site, store: store))
      + EventOperations.all(EventLog(site))
      + ConsumerOperations.all(
        ConsumerDesk(store, [sample.live], seasonDays: 400, retention: UnknownRetention()))
      + AuditOperations.all(store)
  }

  /// Runs an operation as an operator who gives a reason, wherever it takes one.
  @discardableResult
  func run(
    _ name: String, _ values: [String: String] = [:], safety: OperationSafety = OperationSafety()
  ) async throws -> any OperationAnswer {
    let desk = OperationDesk(operations(safety), store: store)
    let operation = try #require(desk.operations.first { $0.name == name })
    var values = values
    if operation.kind == .changes {
      values.merge(["operator": "an", "reason": "a test"]) { given, _ in given }
    }
    return try await desk.run(operation, OperationCall(try OperationInput(values, for: operation)))
  }

  /// Expects a refusal by its stable name.
  func expectRefusal(
    _ slug: String, safety: OperationSafety = OperationSafety(), _ name: String,
    _ values: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation
  ) async {
    let refusal = await #expect(throws: OperationRefusal.self, sourceLocation: sourceLocation) {
      try await run(name, values, safety: safety)
    }
    #expect(refusal?.slug == slug, sourceLocation: sourceLocation)
  }

  // MARK: Live work

  /// Applies facts as the live consumer does, one by one; what fails is parked.
  func consume(_ facts: [EventEnvelope]) async throws {
    let applier = BatchApplier(
      subscription: sample.live, reader: .case, gapPatience: .seconds(60))
    for fact in facts {
      let item = BatchPlan.Item(event: fact, partition: Self.partition, offset: 0)
      do {
        _ = try await store.commit { try applier.work(through: [item], .handle, in: $0) }
      } catch {
        let reason = Failure(error).description
        _ = try await store.commit { transaction in
          try applier.work(through: [item], .park(reason: reason, attempts: 5), in: transaction)
        }
      }
    }
  }

  /// Carries out a command on each of these cases.
  func advance(_ cases: String...) async throws {
    try await store.commit { transaction in
      for name in cases { try Sample.advance(name, in: transaction) }
    }
  }

  /// What was applied of a report, in order.
  func applied(_ report: String) async throws -> String? {
    try await database.texts("select hashes from report_sheet where report_id = '\(report)'").first
      ?? nil
  }

  func parked(_ report: String) async throws -> [Int64] {
    try await store.commit {
      try $0.parked(Sample.consumer, of: Samples.stream("report/\(report)"), limit: 100)
    }.map(\.event.sequence)
  }

  func fence(_ report: String) async throws -> Int64? {
    let stream = Samples.stream("report/\(report)")
    return try await store.commit { try $0.fences(Sample.consumer, of: [stream])[stream] }
  }
}

/// A service that learns of reports from intake and writes cases of its own.
final class Sample: Sendable {
  static let consumer: ConsumerName = "case-tracking.intake"
  struct Faulty: Error {}

  /// Drafts that the live handler cannot apply.
  let faulty = Mutex<Set<String>>([])
  /// Whether this build knows accepted reports.
  let isUpgraded = Mutex(false)

  static let migration = Migration(
    100, "sample",
    sql: """
      create table report_sheet (report_id text primary key collate "C", hashes text not null);
      create table case_sheet (case_id text primary key collate "C", facts bigint not null);
      """)

  /// From now on the live handler cannot apply these drafts, and can apply all others.
  func park(_ hashes: String...) { faulty.withLock { $0 = Set(hashes) } }

  var live: Subscription {
    subscription(isUpgraded.withLock { $0 }) { self.faulty.withLock { $0 } }
  }

  /// A rebuild meets every faulty draft that was not discarded.
  var model: ReadModel {
    ReadModel(
      "case-tracking.sheets",
      tables: [
        ReadTable("report_sheet", key: ["report_id"], stream: "'report/' || report_id"),
        ReadTable("case_sheet", key: ["case_id"], stream: "'case/' || case_id"),
      ],
      subscriptions: [subscription(true) { ["bad"] }], folds: [Self.fold])
  }

  private func subscription(
    _ isUpgraded: Bool, faulty: @escaping @Sendable () -> Set<String>
  ) -> Subscription {
    let drafted = Route.on(ReportDrafted.self) { transaction, events in
      for received in events {
        guard !faulty().contains(received.event.contentHash) else { throw Faulty() }
        try Self.append(received.event.contentHash, to: received.event.reportID, in: transaction)
      }
    }
    let accepted = Route.on(ReportAccepted.self) { transaction, events in
      for received in events {
        try Self.append("accepted", to: received.event.reportID, in: transaction)
      }
    }
    return Subscription(
      Self.consumer, area: .intake, replay: .projection,
      routes: isUpgraded ? [drafted, accepted] : [drafted], ignored: [ReportReturned.type])
  }

  private static func append(
    _ hash: String, to report: ReportID, in transaction: borrowing AnyTransaction
  ) throws {
    try transaction.rows(
      """
      insert into report_sheet as sheet (report_id, hashes) values ($1, $2)
      on conflict (report_id) do update set hashes = sheet.hashes || ' ' || excluded.hashes
      """, [.text(report.text), .text(hash)])
  }

  static let fold = StreamFold(.case) { transaction, histories in
    for history in histories {
      try save(history.stream.id, history.sequence, in: transaction)
    }
  }

  static func save(
    _ name: String, _ facts: Int64, in transaction: borrowing AnyTransaction
  ) throws {
    try transaction.rows(
      """
      insert into case_sheet (case_id, facts) values ($1, $2)
      on conflict (case_id) do update set facts = excluded.facts
      """, [.text(name), .integer(facts)])
  }

  static func advance(_ name: String, in transaction: borrowing AnyTransaction) throws {
    let stream = Samples.stream("case/\(name)")
    let sequence = try transaction.lastSequences(of: [stream])[stream] ?? 0
    try transaction.append([
      StreamAppend(
        stream: stream, expected: sequence, events: [CaseApproved(caseID: Samples.id(name))],
        origin: Samples.origin)
    ])
    try save(name, sequence + 1, in: transaction)
  }
}
