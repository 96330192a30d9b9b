package import EventStream
package import ReviewEvents

/// Empty copies of one read model's tables in a schema of their own, in which nothing else exists.
///
/// Lets the tests of a service rebuild its read models as replay does and compare them row by row.
package struct RebuiltTables: Sendable {
  private let store: any Store
  private let model: ReadModel

  private var schema: String { "rebuilt_\(model.name.identifier)" }

  /// Makes the tables; what stood there before goes.
  package init(_ model: ReadModel, in store: any Store) async throws {
    self.model = model
    self.store = store
    let schema = schema
    let tables = model.tables.map(\.name.text) + ["fence"]
    try await store.commit { transaction in
      try transaction.rows(SQL(composed: "drop schema if exists \(schema) cascade"), [])
      try transaction.rows(SQL(composed: "create schema \(schema)"), [])
      for table in tables {
        try transaction.rows(
          SQL(composed: "create table \(schema).\(table) (like public.\(table) including all)"),
          [])
      }
    }
  }

  /// Everything that can be learned from other services and from the service's own log, whatever
  /// was learned before.
  /// - Returns: what was held back.
  package func rebuild(hearing facts: [EventEnvelope]) async throws -> HeldBackEffects {
    try await forgetFences()
    let heldBack = try await learn(facts)
    try await fold()
    return heldBack
  }

  /// Replays facts of other services, in the order given.
  package func learn(_ facts: [EventEnvelope], batchesOf size: Int = 7) async throws
    -> HeldBackEffects
  {
    let schema = schema
    let model = model
    return try await store.commit { transaction in
      try transaction.rows(SQL(composed: "set local search_path = \(schema)"), [])
      var heldBack = HeldBackEffects()
      for start in stride(from: 0, to: facts.count, by: size) {
        let batch = facts[start..<min(start + size, facts.count)]
        for subscription in model.subscriptions {
          let report = try ShadowApplier(subscription, discarded: []).apply(
            batch.filter { $0.area == subscription.area }, upTo: Self.everything(in: facts),
            in: transaction)
          precondition(report.early == 0 && report.ahead == 0, "facts are missing")
          heldBack.add(report.heldBack)
        }
      }
      return heldBack
    }
  }

  /// Forgets what was learned from, so that it can be learned again.
  package func forgetFences() async throws {
    let schema = schema
    try await store.commit { transaction in
      _ = try transaction.rows(SQL(composed: "delete from \(schema).fence"), [])
    }
  }

  private static func everything(in facts: [EventEnvelope]) -> [StreamID: Int64] {
    Dictionary(facts.map { ($0.stream, $0.sequence) }, uniquingKeysWith: max)
  }

  /// Folds the service's own streams as the log tells them, a few at a time.
  package func fold(batchesOf size: Int = 3) async throws {
    let schema = schema
    let model = model
    try await store.commit { transaction in
      let log = try transaction.log(after: 0, limit: 100_000).map(\.event)
      let streams = Dictionary(grouping: log, by: \.stream).sorted { $0.key < $1.key }
      try transaction.rows(SQL(composed: "set local search_path = \(schema)"), [])
      for fold in model.folds {
        let histories = streams.filter { $0.key.kind == fold.kind }.map {
          StreamHistory(stream: $0.key, events: $0.value)
        }
        for start in stride(from: 0, to: histories.count, by: size) {
          try fold.write(
            transaction, Array(histories[start..<min(start + size, histories.count)]))
        }
      }
    }
  }

  /// Every row of every rebuilt table, in order, behind the stream that it follows from.
  package func rows() async throws -> [String] { try await rows(of: schema) }

  /// The same of the live tables.
  package func liveRows() async throws -> [String] { try await rows(of: "public") }

  private func rows(of schema: String) async throws -> [String] {
    let model = model
    return try await store.commit { transaction in
      try transaction.rows(SQL(composed: "set local search_path = \(schema)"), [])
      return try model.tables.flatMap { table in
        try transaction.rows(
          SQL(
            composed: """
              select '\(table.name.text) ' || (\(table.stream.text)) || ' ' || \
              \(table.name.text)::text
              from \(table.name.text) order by \(table.key.joined(separator: ", "))
              """), []
        ).map { try $0.text(0) }
      }
    }
  }
}
