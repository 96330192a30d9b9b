package import ReviewEvents

/// Tables that follow from facts alone, so that they can be built anew beside the live ones,
/// compared with them and exchanged for them (decision 0008).
public struct ReadModel: Sendable {
  /// The stable name, for example `rating.facts`.
  public let name: ReadModelName
  /// Its tables, in the order in which they are locked.
  public let tables: [ReadTable]
  /// What follows from the other services' facts.
  public let subscriptions: [Subscription]
  /// What follows from this service's own streams; carried out after the subscriptions.
  public let folds: [StreamFold]

  /// Puts the parts together.
  public init(
    _ name: ReadModelName, tables: [ReadTable], subscriptions: [Subscription] = [],
    folds: [StreamFold] = []
  ) {
    self.name = name
    self.tables = tables
    self.subscriptions = subscriptions
    self.folds = folds
    precondition(!tables.isEmpty, "a read model has tables")
    precondition(
      Set(folds.map(\.kind)).count == folds.count, "a kind of stream is folded in one place")
  }

  /// Writes the rows that follow from own streams, and keeps in the shadow how far they were folded.
  package func fold(
    _ histories: [StreamID: [EventEnvelope]], in transaction: borrowing AnyTransaction
  ) throws {
    guard !histories.isEmpty else { return }
    let sorted = histories.sorted { $0.key < $1.key }
      .map { StreamHistory(stream: $0.key, events: $0.value) }
    for fold in folds {
      let own = sorted.filter { $0.stream.kind == fold.kind }
      if !own.isEmpty { try fold.write(transaction, own) }
    }
    try transaction.setFences(
      Self.ownStreams, to: histories.compactMapValues { $0.last?.sequence })
  }

  /// Under which name a shadow keeps how far the service's own streams were folded.
  public static let ownStreams: ConsumerName = "own-streams"
}

/// The stable name of a read model; lower-case letters, digits, `-` and `.`.
public struct ReadModelName: Hashable, Sendable, ExpressibleByStringLiteral,
  CustomStringConvertible
{
  /// The name: `<service>.<what>`.
  public let description: String

  /// A name written in the source.
  public init(stringLiteral text: StaticString) {
    description = text.description
    precondition(
      !description.isEmpty && description.utf8.allSatisfy(Self.isAllowed),
      "a read model's name becomes part of a schema's name")
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
  }

  /// The name as a part of a schema's name: `rating_facts`.
  public var identifier: String {
    String(description.map { $0 == "-" || $0 == "." ? "_" : $0 })
  }
}

/// One table of a read model.
///
/// A copy takes its place, so nothing may hang on the table itself: no foreign key, trigger, view or
/// sequence.
public struct ReadTable: Sendable {
  /// The table's name, as in the migration.
  public let name: SQL
  /// The columns that name a row.
  public let key: [String]
  /// An SQL expression over the table's columns that gives the stream a row follows from, so that a
  /// difference can be told by stream: `'report/' || report_id`.
  public let stream: SQL

  /// Puts the parts together.
  public init(_ name: SQL, key: [String], stream: SQL) {
    self.name = name
    self.key = key
    self.stream = stream
  }
}
