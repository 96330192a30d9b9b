import EventStream
import ReviewEvents

/// Answers that wait until every matter of their case has one.
enum PendingAnswers {
  static func of(
    _ cases: [CaseID], in transaction: borrowing AnyTransaction
  ) throws -> [MatterAnswer] {
    let rows = try transaction.rows(
      """
      select case_id, matter_id, kind, text_hash from pending_answer
      where case_id = any($1::text[])
      """, [.texts(cases.map(\.text))])
    return try rows.map { row in
      MatterAnswer(
        caseID: try row.value(0, CaseID.init), matterID: try row.value(1, MatterID.init),
        kind: try row.value(2) { text throws(StoreError) in
          guard let kind = MatterAnswer.Kind(rawValue: text) else {
            throw .malformedRow("unknown kind of answer")
          }
          return kind
        }, textHash: try row.text(3))
    }
  }

  static func keep(
    _ answers: [MatterAnswer], in transaction: borrowing AnyTransaction
  ) throws {
    guard !answers.isEmpty else { return }
    try transaction.rows(
      """
      insert into pending_answer (case_id, matter_id, kind, text_hash)
      select * from unnest($1::text[], $2::text[], $3::text[], $4::text[])
      on conflict (case_id, matter_id) do update set
        kind = excluded.kind, text_hash = excluded.text_hash
      """,
      [
        .texts(answers.map(\.caseID.text)), .texts(answers.map(\.matterID.text)),
        .texts(answers.map(\.kind.rawValue)), .texts(answers.map(\.textHash)),
      ])
  }

  static func forget(
    _ cases: [CaseID], in transaction: borrowing AnyTransaction
  ) throws {
    guard !cases.isEmpty else { return }
    try transaction.rows(
      "delete from pending_answer where case_id = any($1::text[])", [.texts(cases.map(\.text))])
  }
}
