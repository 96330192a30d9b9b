internal import EventStream
internal import ReviewEvents

/// Answers as a report or a supplement brought them.
struct Submission: Sendable {
  var reportID: ReportID
  var answers: [MatterAnswer]
  var envelope: EventEnvelope
}

/// The rows of the table `received_answer`.
///
/// Every answer is kept, whatever has become of its case: which ones count is decided when the case
/// is. The report is part of the key, so that the order of different streams never matters.
enum ReceivedAnswers {
  /// Keeps answers in the order in which they came; the last one to a matter counts.
  /// - Returns: the cases that each submission answered.
  static func learn(
    _ submissions: [Submission], in transaction: borrowing AnyTransaction
  ) throws -> [AnsweredCase] {
    var newest: [Place: MatterAnswer] = [:]
    var answered: [AnsweredCase] = []
    for submission in submissions {
      for answer in submission.answers {
        newest[Place(submission.reportID, answer)] = answer
      }
      answered += Set(submission.answers.map(\.caseID)).sorted().map {
        AnsweredCase(caseID: $0, cause: submission.envelope)
      }
    }
    try write(Array(newest), in: transaction)
    return answered
  }

  private struct Place: Hashable {
    let reportID: ReportID
    let caseID: CaseID
    let matterID: MatterID

    init(_ reportID: ReportID, _ answer: MatterAnswer) {
      self.reportID = reportID
      caseID = answer.caseID
      matterID = answer.matterID
    }
  }

  private static func write(
    _ answers: [(key: Place, value: MatterAnswer)], in transaction: borrowing AnyTransaction
  ) throws {
    guard !answers.isEmpty else { return }
    try transaction.run(
      """
      insert into received_answer (report_id, case_id, matter_id, kind, text_hash)
      select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
      on conflict (report_id, case_id, matter_id) do update set
        kind = excluded.kind, text_hash = excluded.text_hash
      """,
      [
        .texts(answers.map(\.key.reportID.text)), .texts(answers.map(\.key.caseID.text)),
        .texts(answers.map(\.key.matterID.text)), .texts(answers.map(\.value.kind.rawValue)),
        .texts(answers.map(\.value.textHash)),
      ])
  }
}
