import CaseTrackingDomain
import EventStream
import ReviewEvents

/// The answers that intake received, as far as they count for cases.
enum AnswersToCases {
  /// The answers to the matters of `cases`.
  ///
  /// Only the report of the case's own subject and cycle can answer it; what another one says
  /// about it does not count.
  static func received(
    for cases: some Sequence<SuggestedReviewCase>, in transaction: borrowing AnyTransaction
  ) throws -> [CaseID: [MatterID: MatterAnswer]] {
    let proposals = cases.compactMap(\.proposal)
    let rows = try transaction.rows(
      """
      select case_id, matter_id, kind, text_hash
      from received_answer
      join unnest($1::text[], $2::text[]) as asked (report_id, case_id)
        using (report_id, case_id)
      """,
      [
        .texts(proposals.map { ReportID(cycle: $0.cycleID, subject: $0.subjectID).text }),
        .texts(proposals.map(\.caseID.text)),
      ])
    var answers: [CaseID: [MatterID: MatterAnswer]] = [:]
    for row in rows {
      let answer = MatterAnswer(
        caseID: try row.value(0, CaseID.init), matterID: try row.value(1, MatterID.init),
        kind: try row.value(2) { text throws(StoreError) in
          guard let kind = MatterAnswer.Kind(rawValue: text) else {
            throw .malformedRow("unknown kind of answer")
          }
          return kind
        }, textHash: try row.text(3))
      answers[answer.caseID, default: [:]][answer.matterID] = answer
    }
    return answers
  }
}
