import EventStream
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import PostgresStore
import ReviewEvents
import ReviewRules
import TestSupport
import Testing

@testable import EventStream
@testable import IntakeService
@testable import ServiceRuntime

/// What a request was answered.
struct Answer: Sendable {
  let status: Int
  let sequence: Int64?
  let location: String?
  var headers = HTTPFields()
  let body: [UInt8]
  var slug: String? { self["slug"] }
  var field: String? { self["field"] }

  /// The member at a path like `errors.0.field`, as text.
  subscript(_ path: String) -> String? {
    var value = try? JSONSerialization.jsonObject(with: Data(body), options: .fragmentsAllowed)
    for part in path.split(separator: ".") {
      if let index = Int(part) {
        let list = value as? [Any]
        value = list.flatMap { index < $0.count ? $0[index] : nil }
      } else {
        value = (value as? [String: Any])?[String(part)]
      }
    }
    return value.map { "\($0)" }
  }
}

/// The whole service over a database of its own, asked as a client would ask it.
struct IntakeDesk: Sendable {
  let database: IntakeDatabase
  let context: ServiceContext
  let calendar: ManualCalendar
  private let client: any TestClientProtocol

  /// A database and a service, on 1/11/2021 at 8 o'clock.
  static func with(
    rules: RuleBook = RuleBook([
      Province.rules, Province.laterRules, Province.policeRules,
    ]),
    _ body: @escaping @Sendable (IntakeDesk) async throws -> Void
  ) async throws {
    let calendar = ManualCalendar(moment("2021-11-01T08:00"))
    try await IntakeDatabase.with { database in
      try await start(over: database, calendar, rules, body)
    }
  }

  /// The same database, served after a new start with other rule-set files.
  func restarted(
    with ruleSets: [RuleSet], _ body: @escaping @Sendable (IntakeDesk) async throws -> Void
  ) async throws {
    try await Self.start(over: database, calendar, RuleBook(ruleSets), body)
  }

  private static func start(
    over database: IntakeDatabase, _ calendar: ManualCalendar, _ rules: RuleBook,
    _ body: @escaping @Sendable (IntakeDesk) async throws -> Void
  ) async throws {
    let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let context = ServiceContext(
      area: .intake, instance: "intake-1", store: database.store, calendar: calendar,
      rules: rules, log: log, settings: SettingsReader(values: [:]))
    let http = ServiceHTTP(
      definition: try Intake.define(context), store: database.store, calendar: calendar, log: log)
    try await http.application(host: "127.0.0.1", port: 0).test(.router) { client in
      try await body(
        IntakeDesk(database: database, context: context, calendar: calendar, client: client))
    }
  }

  // MARK: Asking

  /// Posts a command, with a JSON body unless it has none.
  func send(
    _ path: String, _ json: String? = nil, by actor: String?, ifMatch: Int64? = nil,
    key: String? = UUID().uuidString
  ) async throws -> Answer {
    try await ask(
      .post, path, body: json.map { Array($0.utf8) }, type: "application/json", by: actor,
      ifMatch: ifMatch, key: key)
  }

  /// Puts a JSON body somewhere.
  func put(
    _ path: String, _ json: String, by actor: String?, ifMatch: Int64?
  ) async throws -> Answer {
    try await ask(
      .put, path, body: Array(json.utf8), type: "application/json", by: actor, ifMatch: ifMatch,
      key: nil)
  }

  /// Sends a table.
  func table(
    _ path: String, _ csv: String, by actor: String = Province.province
  ) async throws -> Answer {
    try await ask(
      .post, path, body: Array(csv.utf8), type: "text/csv; charset=utf-8", by: actor, ifMatch: nil,
      key: UUID().uuidString)
  }

  /// Sends a workbook.
  func workbook(
    _ path: String, _ bytes: [UInt8], by actor: String = Province.province
  ) async throws -> Answer {
    try await ask(
      .post, path, body: bytes, type: TableFormat.xlsx.mediaType, by: actor, ifMatch: nil,
      key: UUID().uuidString)
  }

  /// Asks a query.
  func get(_ path: String, by actor: String? = nil) async throws -> Answer {
    try await ask(.get, path, body: nil, type: nil, by: actor, ifMatch: nil, key: nil)
  }

  private func ask(
    _ method: HTTPRequest.Method, _ path: String, body: [UInt8]?, type: String?, by actor: String?,
    ifMatch: Int64?, key: String?
  ) async throws -> Answer {
    var headers = HTTPFields()
    func set(_ name: String, _ value: String?) throws {
      headers[try #require(HTTPField.Name(name))] = value
    }
    try set("Review-Actor", actor)
    try set("Idempotency-Key", key)
    try set("If-Match", ifMatch.map { "\"\($0)\"" })
    if body != nil { try set("Content-Type", type) }
    let response = try await client.execute(
      uri: path, method: method, headers: headers, body: body.map { ByteBuffer(bytes: $0) })
    let tag = response.headers[.eTag].map { $0.filter(\.isNumber) }
    return Answer(
      status: response.status.code, sequence: tag.flatMap { Int64($0) },
      location: response.headers[.location], headers: response.headers,
      body: Array(response.body.readableBytesView))
  }

  // MARK: Hearing

  /// Plays facts of case-tracking through the subscription, in batches of at most `size`.
  func hear(_ facts: [EventEnvelope], batchesOf size: Int = 100) async throws {
    let applier = BatchApplier(
      subscription: Intake.cases(context), reader: .intake, gapPatience: .seconds(60))
    let partition = TopicPartition(topic: ServiceArea.case.topic, partition: 0)
    for start in stride(from: 0, to: facts.count, by: size) {
      let items = facts[start..<min(start + size, facts.count)].map {
        BatchPlan.Item(event: $0, partition: partition, offset: 0)
      }
      let parked = try await database.store.commit { transaction in
        let (report, _) = try applier.work(through: items, .handle, in: transaction)
        return report.parked + report.early
      }
      #expect(parked == 0)
    }
  }

  // MARK: Looking

  /// Rows as text, for comparing.
  func rows(_ sql: SQL) async throws -> [String] {
    try await database.store.commit { transaction in
      try transaction.rows(sql, []).map { try $0.text(0) }
    }
  }

  /// The types of all facts of one stream, without their area.
  func story(of stream: StreamID) async throws -> [String] {
    try await database.store.commit { transaction in
      try transaction.history(of: stream).map {
        String($0.type.name.split(separator: ".").last ?? "")
      }
    }
  }

  /// How many facts the log holds.
  func logged() async throws -> String? { try await rows("select count(*) from event_log").first }
}

/// An identifier written in the source.
func id<Entity>(_ text: String) -> Identifier<Entity> { Samples.id(text) }

/// A moment written in the source, in Việt Nam's time.
func moment(_ text: String) -> Instant {
  do { return try Instant(text + ":00+07:00") } catch { preconditionFailure("no moment: \(text)") }
}

/// The errors that an answer lists.
struct Told: Decodable {
  struct Line: Decodable {
    let slug: String
    let field: String
    let reason: String
    let line: Int
    let sheet: String?
    let column: String?

    var parts: [String] { ["\(line)", column ?? "", field, slug, sheet ?? ""] }
  }

  let errors: [Line]

  init(_ answer: Answer) throws {
    self = try JSONDecoder().decode(Told.self, from: Data(answer.body))
  }
}
