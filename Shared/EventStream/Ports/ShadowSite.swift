public import ReviewEvents

/// Where the read models of one service are built anew beside the live ones (decision 0008).
///
/// A shadow is a set of empty copies of a read model's tables, in a schema of its own together with
/// fences of its own. Everything but ``create(_:)``, ``drop(_:)``, ``swap(_:foldsOf:)`` and
/// ``restore(_:)`` leaves the live tables alone.
public protocol ShadowSite: Sendable {
  /// Begins an empty shadow of `model`; one that was left behind goes.
  func create(_ model: ReadModel) async throws
  /// Gives a shadow up; without one nothing happens.
  func drop(_ model: ReadModel) async throws
  /// What there is of `model` beside its live tables.
  func inventory(of model: ReadModel) async throws -> ShadowInventory
  /// Runs `body` in a transaction in which nothing exists but the shadow: no log, no outbox, no
  /// table of any other purpose.
  /// - Throws: ``ShadowError/missing(_:)`` without a shadow, as soon as a table of it is named.
  func build<Value: Sendable>(
    _ model: ReadModel, _ body: @Sendable (borrowing AnyTransaction) throws -> Value
  ) async throws -> Value
  /// Streams that `consumer` has applied further live than the shadow has, in order of name.
  func behind(_ model: ReadModel, _ consumer: ConsumerName, after: StreamID?, limit: Int)
    async throws -> [ShadowLag]
  /// Own streams that are further than the shadow's folds, in order of name.
  func foldsBehind(_ model: ReadModel, after: StreamID?, limit: Int) async throws -> [ShadowLag]
  /// How many facts the live tables of `model` rest on.
  func size(of model: ReadModel) async throws -> Int64
  /// Compares every table, row by row, within one snapshot.
  func compare(_ model: ReadModel, samples: Int) async throws -> ShadowComparison
  /// Exchanges the live tables for the shadow's.
  ///
  /// Waits, a bounded time, until nobody writes the live tables; folds the own streams that moved
  /// meanwhile; then one transaction makes the shadow live and keeps the old tables for
  /// ``restore(_:)``.
  /// - Throws: ``ShadowError``, with nothing changed.
  func swap(_ model: ReadModel, foldsOf limit: Int) async throws
  /// Makes the tables that the last swap replaced the shadow again; done already, it does nothing,
  /// so that an undo that was cut short can be repeated.
  /// - Throws: ``ShadowError/nothingToRestore(_:)``.
  func restore(_ model: ReadModel) async throws
}

/// What there is of a read model beside its live tables.
public struct ShadowInventory: Hashable, Sendable, Codable {
  /// Whether a shadow exists.
  public var hasShadow: Bool
  /// Whether the last swap can be undone.
  public var hasPrevious: Bool
  /// Puts the parts together.
  public init(hasShadow: Bool, hasPrevious: Bool) {
    self.hasShadow = hasShadow
    self.hasPrevious = hasPrevious
  }
}

/// A stream of which a shadow has applied less than is live.
public struct ShadowLag: Hashable, Sendable {
  /// The stream.
  public var stream: StreamID
  /// The last sequence in the shadow; 0 for none.
  public var shadow: Int64
  /// The last sequence that is live.
  public var live: Int64
  /// Puts the parts together.
  public init(stream: StreamID, shadow: Int64, live: Int64) {
    self.stream = stream
    self.shadow = shadow
    self.live = live
  }
}

/// How the live tables and their shadow compare.
public struct ShadowComparison: Hashable, Sendable, Codable {
  /// One table.
  public struct Table: Hashable, Sendable, Codable {
    /// The table's name.
    public var name: String
    /// Rows that are live.
    public var liveRows: Int64
    /// Rows of the shadow.
    public var shadowRows: Int64
    /// Streams whose rows were compared.
    public var streams: Int64
    /// Streams whose rows differ.
    public var differingStreams: Int64
    /// Streams that moved while the comparison ran, so that nothing can be said of them.
    public var movingStreams: Int64
    /// Puts the parts together.
    public init(
      name: String, liveRows: Int64, shadowRows: Int64, streams: Int64, differingStreams: Int64,
      movingStreams: Int64
    ) {
      self.name = name
      self.liveRows = liveRows
      self.shadowRows = shadowRows
      self.streams = streams
      self.differingStreams = differingStreams
      self.movingStreams = movingStreams
    }
  }

  /// One field of one row.
  public struct Difference: Hashable, Sendable, Codable {
    /// The table.
    public var table: String
    /// The stream that the row follows from.
    public var stream: String
    /// The values of the key columns, as a JSON array.
    public var key: String
    /// The column; `(row)` when the row exists on one side only.
    public var field: String
    /// The live value; nothing for null and for a missing row.
    public var live: String?
    /// The shadow's value; nothing for null and for a missing row.
    public var shadow: String?
    /// Puts the parts together.
    public init(
      table: String, stream: String, key: String, field: String, live: String?, shadow: String?
    ) {
      self.table = table
      self.stream = stream
      self.key = key
      self.field = field
      self.live = live
      self.shadow = shadow
    }
  }

  /// Every table of the read model.
  public var tables: [Table]
  /// Some differences, by field.
  public var samples: [Difference]
  /// Streams of this read model that moved while it was compared, whether or not they have rows.
  public var unsettledStreams: Int64

  /// Puts the parts together.
  public init(tables: [Table], samples: [Difference], unsettledStreams: Int64 = 0) {
    self.tables = tables
    self.samples = samples
    self.unsettledStreams = unsettledStreams
  }

  /// Whether a difference may be none: a row can rest on two streams, of which one moved.
  public var isUndecided: Bool { differingStreams > 0 && unsettledStreams > 0 }

  /// Whether every stream was compared and is equal.
  public var isEqual: Bool {
    tables.allSatisfy { $0.differingStreams == 0 && $0.movingStreams == 0 }
  }
  /// Streams that differ, over all tables.
  public var differingStreams: Int64 { tables.reduce(0) { $0 + $1.differingStreams } }
  /// Streams that moved, over all tables.
  public var movingStreams: Int64 { tables.reduce(0) { $0 + $1.movingStreams } }
}

/// Why something with a shadow cannot be done.
public enum ShadowError: Error, Hashable, Sendable, CustomStringConvertible {
  /// There is no shadow.
  case missing(ReadModelName)
  /// No swap left anything to go back to.
  case nothingToRestore(ReadModelName)
  /// The service went on writing the live tables for as long as it was waited for.
  case tablesBusy(ReadModelName)
  /// More streams moved than one exchange can take in: catch up first.
  case tooFarBehind(ReadModelName, streams: Int)
  /// A migration changed the live tables after the shadow was made.
  case outdated(ReadModelName)

  /// What happened, and what to do.
  public var description: String {
    switch self {
    case .missing(let model): "there is no shadow of \(model): run `replay run` first"
    case .nothingToRestore(let model): "no swap of \(model) can be undone"
    case .tablesBusy(let model):
      "the tables of \(model) were never free of writers: nothing was changed, try again"
    case .tooFarBehind(let model, let streams):
      "the shadow of \(model) is \(streams) streams behind: nothing was changed, try again"
    case .outdated(let model):
      "a migration changed the tables of \(model) since: nothing was changed, run `replay run` anew"
    }
  }
}
