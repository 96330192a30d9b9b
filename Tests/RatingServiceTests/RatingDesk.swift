import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import PostgresStore
import ReviewEvents
import ServiceRuntime
import TestSupport
import Testing

@testable import EventStream
@testable import RatingService

/// The routes of the service behind the runtime's own checks, over a database of its own.
struct RatingDesk: Sendable {
  let database: RatingDatabase
  private let client: any TestClientProtocol

  var calendar: ManualCalendar { database.calendar }

  static func with(_ body: @escaping @Sendable (RatingDesk) async throws -> Void) async throws {
    try await RatingDatabase.with { database in
      let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
      let http = ServiceHTTP(
        definition: database.definition, store: database.store, calendar: database.calendar,
        log: silent)
      try await http.application(host: "127.0.0.1", port: 0).test(.router) { client in
        try await body(RatingDesk(database: database, client: client))
      }
    }
  }

  // MARK: Asking

  /// Sends a step of the rating under a key of its own.
  func post(
    _ path: String, _ json: String, by actor: String, key: String = UUID().uuidString
  ) async throws -> Answer {
    var headers = HTTPFields()
    for (name, value) in [
      ("Review-Actor", actor), ("Idempotency-Key", key), ("Content-Type", "application/json"),
    ] {
      headers[try #require(HTTPField.Name(name))] = value
    }
    return try await client.execute(
      uri: path, method: .post, headers: headers, body: ByteBuffer(string: json)
    ) { Answer($0) }
  }

  /// Asks a query.
  func get(_ path: String) async throws -> Answer {
    try await client.execute(uri: path, method: .get) { Answer($0) }
  }

  // MARK: Steps

  func selfRate(
    _ items: [Item], by actor: String, cycle: String = "2021"
  ) async throws -> Answer {
    try await post("/v1/cycles/\(cycle)/self-ratings", Item.batch(items), by: actor)
  }

  func appraise(
    _ items: [Item], by actor: String = Province.province, cycle: String = "2021"
  ) async throws -> Answer {
    try await post("/v1/cycles/\(cycle)/appraisals", Item.batch(items), by: actor)
  }

  func decide(
    _ items: [Item], number: String = "1-QĐ/TU", by actor: String = Province.province,
    cycle: String = "2021"
  ) async throws -> Answer {
    try await post("/v1/cycles/\(cycle)/decisions", Item.batch(items, number: number), by: actor)
  }

  /// Self-rating and appraisal of each, as a unit speaks for members who file on paper.
  func propose(
    _ items: [Item], by actor: String = Province.province, cycle: String = "2021"
  ) async throws {
    for answer in [
      try await selfRate(items, by: actor, cycle: cycle),
      try await appraise(items, by: actor, cycle: cycle),
    ] {
      try #require(answer.status == 200, "\(answer.text)")
    }
  }

  // MARK: Hearing

  /// Plays facts of intake and case-tracking through the subscriptions, in batches.
  func hear(_ facts: [EventEnvelope], batchesOf size: Int = 100) async throws {
    for start in stride(from: 0, to: facts.count, by: size) {
      let batch = facts[start..<min(start + size, facts.count)]
      for subscription in database.definition.subscriptions {
        try await hear(batch.filter { $0.area == subscription.area }, by: subscription)
      }
    }
  }

  private func hear(_ facts: [EventEnvelope], by subscription: Subscription) async throws {
    guard !facts.isEmpty else { return }
    let applier = BatchApplier(
      subscription: subscription, reader: .rating, gapPatience: .seconds(60))
    let partition = TopicPartition(topic: subscription.area.topic, partition: 0)
    let items = facts.map { BatchPlan.Item(event: $0, partition: partition, offset: 0) }
    let left = try await database.store.commit { transaction in
      let (report, _) = try applier.work(through: items, .handle, in: transaction)
      return report.parked + report.early
    }
    #expect(left == 0)
  }

  // MARK: Looking

  /// Rows as text, for comparing.
  func rows(_ sql: SQL) async throws -> [String] {
    try await database.store.commit { transaction in
      try transaction.rows(sql, []).map { try $0.text(0) }
    }
  }

  /// How many facts the log holds.
  func logged() async throws -> String? { try await rows("select count(*) from event_log").first }
}

/// One subject of a batch.
struct Item: Sendable {
  let subject: String
  let level: String
  let version: Int64?

  init(_ subject: String, _ level: String, version: Int64? = nil) {
    self.subject = subject
    self.level = level
    self.version = version
  }

  static func batch(_ items: [Item], number: String? = nil) -> String {
    let ratings = items.map { item in
      let version = item.version.map { #","version":\#($0)"# } ?? ""
      return #"{"subjectId":"\#(item.subject)","level":"\#(item.level)"\#(version)}"#
    }.joined(separator: ",")
    let number = number.map { #""decisionNumber":"\#($0)","# } ?? ""
    return "{\(number)\"ratings\":[\(ratings)]}"
  }
}

/// An identifier written in the source.
func id<Entity>(_ text: String) -> Identifier<Entity> { Samples.id(text) }

/// A moment written in the source, in Việt Nam's time.
func moment(_ text: String) -> Instant {
  do { return try Instant(text + ":00+07:00") } catch { preconditionFailure("no moment: \(text)") }
}
