import EventStream
import ReviewEvents
import TestSupport

/// One row of the read model: what the facts of a report fold into.
struct Sheet: Hashable, Sendable {
  var drafts: Int64 = 0
  var acceptances: Int64 = 0
  /// Differs as soon as a fact is missing, comes twice or comes in another order.
  var digest: Int64 = 0

  mutating func take(_ fact: EventEnvelope) {
    if fact.type == ReportDrafted.type { drafts += 1 }
    if fact.type == ReportAccepted.type { acceptances += 1 }
    digest = digest &* 1_000_003 &+ fact.sequence
  }
}

/// The reader's own tables: one row per report, and which facts its handlers answered.
///
/// Both are written in the transaction that moves the fence, through the port that services use.
struct SheetTables: OwnTables {
  static let read: SQL = "select drafts, acceptances, digest from sheet where report = $1"
  static let write: SQL = """
    insert into sheet (report, drafts, acceptances, digest) values ($1, $2, $3, $4)
    on conflict (report) do update
    set (drafts, acceptances, digest) = (excluded.drafts, excluded.acceptances, excluded.digest)
    """
  static let answer: SQL = "insert into answered (report, sequence) values ($1, $2)"
  static let answered: SQL = "select sequence from answered where report = $1 order by place"

  private var sheets: [String: Sheet] = [:]
  private var answers: [String: [Int64]] = [:]

  mutating func rows(_ sql: SQL, _ parameters: [SQLValue]) throws -> [SQLRow] {
    guard case .text(let report)? = parameters.first else { throw StoreError.noTables }
    switch sql {
    case Self.read:
      guard let sheet = sheets[report] else { return [] }
      return [SQLRow([sheet.drafts, sheet.acceptances, sheet.digest].map(String.init))]
    case Self.write:
      sheets[report] = Sheet(
        drafts: try Self.number(parameters, 1), acceptances: try Self.number(parameters, 2),
        digest: try Self.number(parameters, 3))
      return []
    case Self.answer:
      answers[report, default: []].append(try Self.number(parameters, 1))
      return []
    case Self.answered: return (answers[report] ?? []).map { SQLRow([String($0)]) }
    default: throw StoreError.noTables
    }
  }

  private static func number(_ parameters: [SQLValue], _ place: Int) throws -> Int64 {
    guard case .integer(let number) = parameters[place] else { throw StoreError.noTables }
    return number
  }
}

extension Sheet {
  static func read(_ report: StreamID, in transaction: borrowing AnyTransaction) throws -> Sheet? {
    guard
      let row = try transaction.rows(SheetTables.read, [.text(report.description)]).first
    else { return nil }
    return Sheet(
      drafts: try row.integer(0), acceptances: try row.integer(1), digest: try row.integer(2))
  }

  func write(_ report: StreamID, in transaction: borrowing AnyTransaction) throws {
    try transaction.rows(
      SheetTables.write,
      [
        .text(report.description), .integer(drafts), .integer(acceptances), .integer(digest),
      ])
  }
}
