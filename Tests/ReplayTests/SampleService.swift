import EventStream
import PostgresTestSupport
import ReviewEvents
import Synchronization
import TestSupport

/// A service that learns of reports from intake and writes cases of its own.
enum SampleService {
  static let consumer: ConsumerName = "case.intake"

  static let migration = Migration(
    100, "sample",
    sql: """
      create table report_sheet (
          report_id text    primary key collate "C",
          drafts    bigint  not null default 0,
          last_hash text,
          accepted  boolean not null default false,
          constraint report_sheet_counts check (drafts >= 0)
      ) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
      create index report_by_hash on report_sheet (last_hash) where not accepted;
      create table case_sheet (
          case_id text   collate "C",
          phase   text   not null,
          facts   bigint not null,
          constraint case_sheet_key primary key (case_id)
      ) with (fillfactor = 80);
      create unique index case_by_phase on case_sheet (phase, case_id);
      create table mail_queue (id bigint generated always as identity primary key, name text);
      """)

  /// The composition for live work puts mails into the queue; that for replay must never perform.
  static func subscription(_ effects: Effects) -> Subscription {
    Subscription(
      consumer, area: .intake, replay: .reaction,
      routes: [
        .on(ReportDrafted.self, drafted),
        .on(
          ReportAccepted.self, learn: accepted,
          effect: { EffectName("mail report-accepted-\($0.version)") },
          perform: { transaction, events in
            effects.count(events.count)
            try transaction.rows(
              "insert into mail_queue (name) select * from unnest($1::text[])",
              [.texts(events.map(\.reportID.text))])
          }),
      ],
      ignored: [ReportReturned.type])
  }

  /// Adds instead of replacing, so that a fact that is applied twice or never shows.
  private static func drafted(
    _ transaction: borrowing AnyTransaction, _ events: [Received<ReportDrafted>]
  ) throws {
    let reports = Dictionary(grouping: events, by: \.event.reportID).sorted { $0.key < $1.key }
    try transaction.rows(
      """
      insert into report_sheet as sheet (report_id, drafts, last_hash)
      select * from unnest($1::text[], $2::bigint[], $3::text[])
      on conflict (report_id) do update
         set drafts = sheet.drafts + excluded.drafts, last_hash = excluded.last_hash
      """,
      [
        .texts(reports.map(\.key.text)), .integers(reports.map { Int64($0.value.count) }),
        .texts(reports.compactMap { $0.value.last?.event.contentHash }),
      ])
  }

  private static func accepted(
    _ transaction: borrowing AnyTransaction, _ events: [Received<ReportAccepted>]
  ) throws -> [ReportAccepted] {
    try transaction.rows(
      """
      insert into report_sheet (report_id, accepted)
      select distinct report_id, true from unnest($1::text[]) as known (report_id)
      on conflict (report_id) do update set accepted = true
      """, [.texts(events.map(\.event.reportID.text))])
    return events.map(\.event)
  }

  static let fold = StreamFold(.case) { transaction, histories in
    try save(
      histories.map { ($0.stream.id, $0.events[$0.events.count - 1].type.name, $0.sequence) },
      in: transaction)
  }

  /// The one statement that commands and the fold share.
  private static func save(
    _ rows: [(String, String, Int64)], in transaction: borrowing AnyTransaction
  ) throws {
    try transaction.rows(
      """
      insert into case_sheet (case_id, phase, facts)
      select * from unnest($1::text[], $2::text[], $3::bigint[])
      on conflict (case_id) do update set phase = excluded.phase, facts = excluded.facts
      """, [.texts(rows.map(\.0)), .texts(rows.map(\.1)), .integers(rows.map(\.2))])
  }

  /// A command: one more fact in a case's stream, and its row; `between` runs after the append.
  static func advance(
    _ name: String, in transaction: borrowing AnyTransaction, between: () -> Void = {}
  ) throws {
    let stream = Samples.stream("case/\(name)")
    let sequence = try transaction.lastSequences(of: [stream])[stream] ?? 0
    let subject = try SubjectID("person/P1")
    let events: [any ReviewEvent] = [
      CaseApproved(caseID: Samples.id(name)),
      CaseAcknowledged(caseID: Samples.id(name), subjectID: subject),
      CaseClosed(caseID: Samples.id(name), subjectID: subject),
    ]
    let event = events[Int(sequence % 3)]
    try transaction.append([
      StreamAppend(
        stream: stream, expected: sequence, events: [event], origin: Samples.origin)
    ])
    between()
    try save([(name, type(of: event).type.name, sequence + 1)], in: transaction)
  }

  static let model = ReadModel(
    "case.sheets",
    tables: [
      ReadTable("report_sheet", key: ["report_id"], stream: "'report/' || report_id"),
      ReadTable("case_sheet", key: ["case_id"], stream: "'case/' || case_id"),
    ],
    subscriptions: [subscription(.forbidden)], folds: [fold])
}

/// Counts effects that came about.
final class Effects: Sendable {
  /// Those of everything that is built for replay, in any test: there must never be one.
  static let forbidden = Effects()

  private let performed = Mutex(0)
  var total: Int { performed.withLock { $0 } }
  func count(_ number: Int) { performed.withLock { $0 += number } }
}
