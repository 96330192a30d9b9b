import CaseTrackingDomain
import EventStream
import ReviewEvents
import ServiceRuntime

extension HTTPRoute {
  static func caseSheet(_ store: any Store) -> HTTPRoute {
    .query("/v1/cases/{case}", summary: "One case with its matters and texts") { request in
      let id = try request.path("case", as: CaseID.init)
      let sheet = try await store.commit { try CaseSheet.read(id, in: $0) }
      guard let sheet else { throw CaseRejection.unknownCase }
      return QueryAnswer(sheet, sequence: sheet.summary.sequence)
    }
  }
}

/// One case as people read it: what lists show, and the texts.
struct CaseSheet: Encodable, Sendable {
  let summary: CaseSummary
  let minutes: String?
  let withdrawalReason: String?
  let matters: [MatterSheet]

  private enum Key: String, CodingKey { case minutes, withdrawalReason, matters }

  func encode(to encoder: any Encoder) throws {
    try summary.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encodeIfPresent(minutes, forKey: .minutes)
    try container.encodeIfPresent(withdrawalReason, forKey: .withdrawalReason)
    try container.encode(matters, forKey: .matters)
  }

  /// Reads the case named `id`, if there is one.
  static func read(
    _ id: CaseID, in transaction: borrowing AnyTransaction
  ) throws -> CaseSheet? {
    let found = try transaction.rows(
      """
      select case_id, sequence, state, cycle_id, subject, kind, authority_id, authority_level,
        grounds, document_number, proposed_at, issued_at, acknowledge_before, acknowledged_at,
        explained_at, conference_held_at, concluded_at, carried_over_to, ended_at,
        minutes_hash, (select sha256 from withdrawal_reason where case_id = $1)
      from suggested_case where case_id = $1
      """, [.text(id.text)])
    guard let row = found.first else { return nil }
    let matters = try MatterRow.read([id.text], in: transaction)
    let hashes =
      matters.flatMap(\.hashes) + [row.optionalText(19), row.optionalText(20)].compactMap(\.self)
    let texts = try Documents.texts(hashes, in: transaction)
    return CaseSheet(
      summary: try CaseSummary(row), minutes: row.optionalText(19).flatMap { texts[$0] },
      withdrawalReason: row.optionalText(20).flatMap { texts[$0] },
      matters: matters.map { MatterSheet($0, texts: texts) })
  }
}

/// One matter as people read it.
///
/// The text of an answer is here only if it was given directly; the others stay with intake.
struct MatterSheet: Encodable, Sendable {
  struct Answer: Encodable, Sendable {
    let kind: String
    let textHash: String?
    let text: String?
  }

  struct Remediation: Encodable, Sendable {
    let owner: String
    let dueBefore: String?
    let measures: String?
    let percentDone: Int64?
    let note: String?
    let result: String?
  }

  let matterId: String
  let number: Int64
  let area: String
  let text: String?
  let answer: Answer?
  let outcome: String?
  let remediation: Remediation?

  init(_ row: MatterRow, texts: [String: String]) {
    matterId = row.matterID
    number = row.number
    area = row.area
    text = texts[row.textHash]
    answer = row.answerKind.map {
      Answer(kind: $0, textHash: row.answerHash, text: row.answerHash.flatMap { texts[$0] })
    }
    outcome = row.outcome
    remediation = row.owner.map { owner in
      Remediation(
        owner: owner, dueBefore: row.dueBefore?.description,
        measures: row.measuresHash.flatMap { texts[$0] }, percentDone: row.percentDone,
        note: row.noteHash.flatMap { texts[$0] }, result: row.result)
    }
  }
}

/// A row of the table of matters.
struct MatterRow: Sendable {
  let caseID: String
  let matterID: String
  let number: Int64
  let area: String
  let textHash: String
  let answerKind: String?
  let answerHash: String?
  let outcome: String?
  let owner: String?
  let dueBefore: Instant?
  let measuresHash: String?
  let percentDone: Int64?
  let noteHash: String?
  let result: String?

  var hashes: [String] { [textHash, answerHash, measuresHash, noteHash].compactMap(\.self) }

  /// The matters of these cases in the order of their letters.
  static func read(
    _ caseIDs: [String], in transaction: borrowing AnyTransaction
  ) throws -> [MatterRow] {
    let rows = try transaction.rows(
      """
      select case_id, matter_id, number, area, text_hash, answer_kind, answer_hash, outcome,
        owner, due_before, measures_hash, percent_done, note_hash, result
      from matter where case_id = any($1::text[]) order by case_id, number
      """, [.texts(caseIDs)])
    return try rows.map { row in
      MatterRow(
        caseID: try row.text(0), matterID: try row.text(1), number: try row.integer(2),
        area: try row.text(3), textHash: try row.text(4), answerKind: row.optionalText(5),
        answerHash: row.optionalText(6), outcome: row.optionalText(7),
        owner: row.optionalText(8), dueBefore: try row.optionalInstant(9),
        measuresHash: row.optionalText(10), percentDone: try row.optionalInteger(11),
        noteHash: row.optionalText(12), result: row.optionalText(13))
    }
  }
}
