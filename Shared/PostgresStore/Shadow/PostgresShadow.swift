public import EventStream
public import Logging
public import ReviewEvents

/// Shadows of read models in schemas of the service's own database (decision 0008).
///
/// What builds a shadow works on connections whose search path is the shadow's schema alone: the
/// log, the outbox and every table with effects do not exist there.
public actor PostgresShadow: ShadowSite {
  /// How long one statement may take: a comparison reads whole tables.
  public static let statementTimeout: Duration = .seconds(600)
  /// How long an exchange waits for the writers of the live tables before it steps back.
  static let exchangeLockTimeout: Duration = .milliseconds(500)
  /// The same for every ``exchangeSlowEvery``th attempt: the server's own vacuum steps aside only
  /// for who waits longer than `deadlock_timeout`, which is a second.
  static let exchangeSlowLockTimeout: Duration = .milliseconds(1_500)
  /// Which attempts wait longer.
  static let exchangeSlowEvery = 4
  /// How often an exchange is tried.
  public static let exchangeAttemptsMax = 20
  /// The longest pause between two attempts.
  static let exchangePauseMax: Duration = .milliseconds(400)

  private let settings: PostgresSettings
  private let area: ServiceArea
  private let logger: Logger
  private let live: PostgresStore
  private let exchangeAttemptsMax: Int
  private var stores: [ReadModelName: PostgresStore] = [:]
  /// How often each shadow was built on since its store was opened.
  private var builds: [ReadModelName: Int] = [:]

  /// A site that connects as the service's run role when it is first used.
  public init(
    _ settings: PostgresSettings, area: ServiceArea, logger: Logger,
    exchangeAttemptsMax: Int = PostgresShadow.exchangeAttemptsMax
  ) {
    precondition(exchangeAttemptsMax > 0, "an exchange is tried at least once")
    self.exchangeAttemptsMax = exchangeAttemptsMax
    var settings = settings
    settings.poolSize = 1
    settings.statementTimeout = Self.statementTimeout
    settings.answerPatience = Self.statementTimeout + .seconds(5)
    self.settings = settings
    self.area = area
    self.logger = logger
    live = PostgresStore(settings, area: area, logger: logger)
  }

  /// Ends every connection.
  public func close() async {
    for store in stores.values { await store.close() }
    stores = [:]
    await live.close()
  }

  /// Begins an empty shadow.
  public func create(_ model: ReadModel) async throws {
    await forgetStore(of: model)
    try await call("select shadow_create($1, $2)", model)
  }

  /// Gives a shadow up.
  public func drop(_ model: ReadModel) async throws {
    await forgetStore(of: model)
    try await call("select shadow_drop($1, $2)", model)
  }

  /// Makes the tables that the last swap replaced the shadow again.
  public func restore(_ model: ReadModel) async throws {
    guard try await inventory(of: model).hasPrevious else {
      throw ShadowError.nothingToRestore(model.name)
    }
    await forgetStore(of: model)
    try await call("select shadow_restore($1, $2)", model)
  }

  private func call(_ sql: SQL, _ model: ReadModel) async throws {
    let parameters = Self.parameters(model)
    _ = try await live.commit { transaction in try transaction.rows(sql, parameters) }
  }

  static func parameters(_ model: ReadModel) -> [SQLValue] {
    [.text(model.name.description), .text(model.name.identifier)]
  }

  /// Looks for the schemas that shadows live in.
  public func inventory(of model: ReadModel) async throws -> ShadowInventory {
    let suffix = model.name.identifier
    return try await live.commit { transaction in
      let row = try transaction.rows(
        """
        select to_regnamespace('shadow_' || $1) is not null,
               to_regnamespace('previous_' || $1) is not null
               -- An undo that was cut short: the tables wait there to be brought up to date.
               or coalesce(obj_description(to_regnamespace('shadow_' || $1), 'pg_namespace'), '')
                  = 'restored'
        """, [.text(suffix)])[0]
      return ShadowInventory(hasShadow: try row.boolean(0), hasPrevious: try row.boolean(1))
    }
  }

  /// Runs `body` where nothing exists but the shadow.
  public func build<Value: Sendable>(
    _ model: ReadModel, _ body: @Sendable (borrowing AnyTransaction) throws -> Value
  ) async throws -> Value {
    let store = try await store(of: model)
    try await analyzeGrown(model)
    return try await explainingAbsence(of: model) { try await store.commitBatch(body) }
  }

  /// Looks at a shadow's size at its first build, its fourth, its sixteenth and so on: the server
  /// plans for empty tables otherwise, and every step would take longer than the one before.
  private func analyzeGrown(_ model: ReadModel) async throws {
    let number = builds[model.name, default: 0] + 1
    builds[model.name] = number
    let isPowerOfFour =
      number.nonzeroBitCount == 1 && number.trailingZeroBitCount.isMultiple(of: 2)
    if isPowerOfFour { try await analyze(model) }
  }

  /// A table that does not exist is one of a shadow that was given up, or one that is none of the
  /// model's.
  private func explainingAbsence<Value: Sendable>(
    of model: ReadModel, _ work: () async throws -> Value
  ) async throws -> Value {
    do { return try await work() } catch StoreError.refused("42P01", let message) {
      guard try await inventory(of: model).hasShadow else { throw ShadowError.missing(model.name) }
      throw StoreError.refused(sqlState: "42P01", message: message)
    }
  }

  private func store(of model: ReadModel) async throws -> PostgresStore {
    if let store = stores[model.name] { return store }
    guard try await inventory(of: model).hasShadow else { throw ShadowError.missing(model.name) }
    if let store = stores[model.name] { return store }
    var settings = settings
    settings.searchPath = "shadow_\(model.name.identifier)"
    settings.applicationName += " shadow"
    let store = PostgresStore(settings, area: area, logger: logger)
    stores[model.name] = store
    return store
  }

  /// Plans that were made for an older shadow must not meet a newer one.
  private func forgetStore(of model: ReadModel) async {
    builds[model.name] = nil
    await stores.removeValue(forKey: model.name)?.close()
  }

  /// Streams that the live consumer applied further than the shadow.
  public func behind(
    _ model: ReadModel, _ consumer: ConsumerName, after: StreamID?, limit: Int
  ) async throws -> [ShadowLag] {
    let sql = ShadowSQL(model).foreignLag
    return try await explainingAbsence(of: model) {
      try await live.commit { transaction in
        try transaction.rows(
          sql,
          [.text(consumer.description), .integer(Int64(limit)), .text(after?.description ?? "")]
        ).map { try ShadowLag($0) }
      }
    }
  }

  /// Own streams that are further than the shadow's folds.
  public func foldsBehind(
    _ model: ReadModel, after: StreamID?, limit: Int
  ) async throws -> [ShadowLag] {
    try await explainingAbsence(of: model) {
      try await live.commit { transaction in
        try Self.foldsBehind(model, after: after, limit, in: transaction)
      }
    }
  }

  private static func foldsBehind(
    _ model: ReadModel, after: StreamID?, _ limit: Int, in transaction: borrowing AnyTransaction
  ) throws -> [ShadowLag] {
    guard !model.folds.isEmpty else { return [] }
    return try transaction.rows(
      ShadowSQL(model).ownLag,
      [
        .text(ReadModel.ownStreams.description), .integer(Int64(limit)),
        .text(after?.description ?? ""), .texts(model.folds.map(\.kind.rawValue)),
      ]
    ).map { try ShadowLag($0) }
  }

  /// Adds up the sequences of all streams that are applied live.
  public func size(of model: ReadModel) async throws -> Int64 {
    let consumers = model.subscriptions.map(\.consumer.description)
    let kinds = model.folds.map(\.kind.rawValue)
    return try await live.commit { transaction in
      try transaction.rows(
        """
        select (select coalesce(sum(last_sequence), 0) from fence
                 where consumer = any($1::text[]) and stream not like 'repair/%')
             + (select coalesce(sum(last_sequence), 0) from stream_head
                 where split_part(stream, '/', 1) = any($2::text[]))
        """, [.texts(consumers), .texts(kinds)])[0].integer(0)
    }
  }

  /// Compares table by table, and looks at what differs, within one snapshot.
  public func compare(_ model: ReadModel, samples: Int) async throws -> ShadowComparison {
    guard try await inventory(of: model).hasShadow else { throw ShadowError.missing(model.name) }
    try await analyze(model)
    let sql = ShadowSQL(model)
    let kinds = model.folds.map(\.kind.rawValue)
    let consumers = model.subscriptions.map(\.consumer.description)
    return try await live.commit { transaction in
      var comparison = ShadowComparison(tables: [], samples: [])
      try transaction.rows("set transaction isolation level repeatable read, read only", [])
      // Everything is compared with everything: no guess about sizes may lead to a loop in a loop.
      try transaction.rows("select set_config('enable_nestloop', 'off', true)", [])
      for table in model.tables {
        let row = try transaction.rows(
          sql.comparison(of: table),
          [.texts(consumers), .texts(kinds), .text(ReadModel.ownStreams.description)])[0]
        let found = ShadowComparison.Table(
          name: table.name.text, liveRows: try row.integer(0), shadowRows: try row.integer(1),
          streams: try row.integer(2), differingStreams: try row.integer(3),
          movingStreams: try row.integer(4))
        comparison.tables.append(found)
        comparison.unsettledStreams = max(
          comparison.unsettledStreams, try row.integer(6))
        guard found.differingStreams > 0, samples > comparison.samples.count else { continue }
        let streams = try row.text(5).split(separator: "\n", omittingEmptySubsequences: false)
        comparison.samples += try transaction.rows(
          sql.samples(of: table),
          [
            .texts(streams.map(String.init)),
            .integer(Int64(samples - comparison.samples.count)),
          ]
        ).map { try ShadowComparison.Difference($0, of: table) }
      }
      return comparison
    }
  }

  /// Exchanges live tables and shadow, stepping back when writers are in the way.
  public func swap(_ model: ReadModel, foldsOf limit: Int) async throws {
    guard try await inventory(of: model).hasShadow else { throw ShadowError.missing(model.name) }
    try await analyze(model)
    try await explainingShape(of: model) { try await exchangePatiently(model, foldsOf: limit) }
    await forgetStore(of: model)
  }

  /// Fresh tables have no statistics; without them plans of whole tables are guesses.
  private func analyze(_ model: ReadModel) async throws {
    try await explainingShape(of: model) {
      try await call("select shadow_analyze($1, $2)", model)
    }
  }

  private func explainingShape(
    of model: ReadModel, _ work: () async throws -> Void
  ) async throws {
    do { try await work() } catch StoreError.refused("55000", _) {
      throw ShadowError.outdated(model.name)
    }
  }

  private func exchangePatiently(_ model: ReadModel, foldsOf limit: Int) async throws {
    for attempt in 1...exchangeAttemptsMax {
      let patience =
        attempt.isMultiple(of: Self.exchangeSlowEvery)
        ? Self.exchangeSlowLockTimeout : Self.exchangeLockTimeout
      do {
        return try await live.commit { transaction in
          try Self.exchange(model, foldsOf: limit, waiting: patience, in: transaction)
        }
      } catch StoreError.refused(sqlState: "55P03", _) where attempt < exchangeAttemptsMax {
        let share = Double.random(in: 0.2...1)
        try await Task.sleep(for: Self.exchangePauseMax * share)
      } catch StoreError.refused(sqlState: "55P03", _) {
        throw ShadowError.tablesBusy(model.name)
      }
    }
  }

  /// Everything an exchange does, in one transaction: locks, last folds, the exchange itself.
  private static func exchange(
    _ model: ReadModel, foldsOf limit: Int, waiting patience: Duration,
    in transaction: borrowing AnyTransaction
  ) throws {
    let sql = ShadowSQL(model)
    try transaction.rows(
      "select set_config('lock_timeout', $1, true)", [.text("\(patience.wholeMilliseconds)")])
    // Whoever writes these tables has finished after this, and nobody begins before the commit.
    try transaction.rows(sql.lockTables, [])
    for subscription in model.subscriptions {
      let left = try transaction.rows(
        sql.foreignLag, [.text(subscription.consumer.description), .integer(1), .text("")])
      guard left.isEmpty else { throw ShadowError.tooFarBehind(model.name, streams: 1) }
    }
    let moved = try foldsBehind(model, after: nil, limit + 1, in: transaction)
    guard moved.count <= limit else {
      throw ShadowError.tooFarBehind(model.name, streams: moved.count)
    }
    try fold(moved.map(\.stream), of: model, sql, in: transaction)
    try transaction.rows("select shadow_swap($1, $2)", parameters(model))
  }

  private static func fold(
    _ streams: [StreamID], of model: ReadModel, _ sql: ShadowSQL,
    in transaction: borrowing AnyTransaction
  ) throws {
    guard !streams.isEmpty else { return }
    let histories = try transaction.history(of: streams)
    try transaction.rows(sql.enterShadow, [])
    try model.fold(histories, in: transaction)
    try transaction.rows("select set_config('search_path', 'public', true)", [])
  }
}

extension ShadowLag {
  fileprivate init(_ row: SQLRow) throws {
    self.init(
      stream: try row.value(0) { try StreamID($0) }, shadow: try row.integer(1),
      live: try row.integer(2))
  }
}

extension ShadowComparison.Difference {
  fileprivate init(_ row: SQLRow, of table: ReadTable) throws {
    self.init(
      table: table.name.text, stream: try row.text(0), key: try row.text(1),
      field: try row.text(2), live: row.optionalText(3), shadow: row.optionalText(4))
  }
}
