import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import PostgresStore
import ReviewEvents
import ReviewRules
import ServiceRuntime
import TestSupport
import Testing

@testable import CaseTrackingService
@testable import EventStream

/// What a route answered.
struct Answer: Sendable {
  let status: Int
  let sequence: Int64?
  let body: [UInt8]

  init(_ response: TestResponse) {
    status = response.status.code
    sequence = response.headers[.eTag].flatMap { Int64($0.filter(\.isNumber)) }
    body = Array(response.body.readableBytesView)
  }

  var slug: String? { json["slug"] as? String }
  var field: String? { json["field"] as? String }
  var json: [String: Any] {
    (try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any] ?? [:]
  }
  /// The member at a path like `matters.0.text`, as text.
  subscript(_ path: String) -> String? {
    var value: Any? = json
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

/// The routes of the service behind the runtime's own checks, over a database of its own.
struct CaseDesk: Sendable {
  let database: CaseDatabase
  let definition: ServiceDefinition
  let calendar: ManualCalendar
  private let client: any TestClientProtocol

  static func with(
    rules: RuleBook = RuleBook([Province.rules]),
    _ body: @escaping @Sendable (CaseDesk) async throws -> Void
  ) async throws {
    try await CaseDatabase.with { database in
      let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
      let calendar = ManualCalendar(moment("2021-11-20T08:00"))
      let definition = try CaseTracking.define(
        ServiceContext(
          area: .case, instance: "case-tracking-1", store: database.store, calendar: calendar,
          rules: rules, log: silent, settings: SettingsReader(values: [:])))
      let http = ServiceHTTP(
        definition: definition, store: database.store, calendar: calendar, log: silent)
      try await http.application(host: "127.0.0.1", port: 0).test(.router) { client in
        try await body(
          CaseDesk(
            database: database, definition: definition, calendar: calendar, client: client))
      }
    }
  }

  /// Sends a command under a key of its own and gives back what was answered.
  func post(
    _ path: String, _ json: String? = nil, by actor: String, ifMatch: Int64? = nil
  ) async throws -> Answer {
    var headers = HTTPFields()
    headers.append(try Self.header("Review-Actor", actor))
    headers.append(
      try Self.header("Idempotency-Key", "test-\(UInt64.random(in: 0...UInt64.max))"))
    if let ifMatch { headers[.ifMatch] = "\"\(ifMatch)\"" }
    if json != nil { headers[.contentType] = "application/json" }
    return try await client.execute(
      uri: path, method: .post, headers: headers, body: json.map { ByteBuffer(string: $0) }
    ) { Answer($0) }
  }

  /// Asks a query.
  func get(_ path: String, _ query: [String: String] = [:]) async throws -> Answer {
    let parameters = query.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
    let uri = parameters.isEmpty ? path : "\(path)?\(parameters)"
    return try await client.execute(uri: uri, method: .get) { Answer($0) }
  }

  private static func header(_ name: String, _ value: String) throws -> HTTPField {
    HTTPField(name: try #require(HTTPField.Name(name)), value: value)
  }

  /// Plays facts of intake through the subscription, in batches of at most `size`.
  func hear(_ facts: [EventEnvelope], batchesOf size: Int = 100) async throws {
    let applier = BatchApplier(
      subscription: CaseTracking.intake, reader: .case, gapPatience: .seconds(60))
    let partition = TopicPartition(topic: ServiceArea.intake.topic, partition: 0)
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

  /// Rows as text, for comparing.
  func rows(_ sql: SQL) async throws -> [String] {
    try await database.store.commit { transaction in
      try transaction.rows(sql, []).map { try $0.text(0) }
    }
  }

  /// How many facts the log holds.
  func logged() async throws -> String? { try await rows("select count(*) from event_log").first }
}

/// A step that leads up to what is tested did not work.
struct StepRefused: Error {}

/// An identifier written in the source.
func id<Entity>(_ text: String) -> Identifier<Entity> { Samples.id(text) }

/// A moment written in the source, in Việt Nam's time.
func moment(_ text: String) -> Instant {
  guard let moment = try? Instant(text + ":00+07:00") else { preconditionFailure("no moment") }
  return moment
}
