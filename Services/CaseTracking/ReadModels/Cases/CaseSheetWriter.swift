internal import CaseTrackingDomain
public import EventStream
internal import ReviewEvents

/// Writes the read model: every column follows from the case, so writing twice changes nothing.
public enum CaseSheetWriter {
  static let fold = StreamFold(.case) { transaction, histories in
    try write(try histories.map { history in try VersionedCase(history.events) }, in: transaction)
  }

  /// Shows cases and their matters as they stand now.
  public static func write(
    _ cases: [VersionedCase], in transaction: borrowing AnyTransaction
  ) throws {
    try writeCases(cases, in: transaction)
    try writeMatters(cases.map(\.suggested), in: transaction)
  }

  private static func writeCases(
    _ cases: [VersionedCase], in transaction: borrowing AnyTransaction
  ) throws {
    let known = cases.compactMap { versioned in
      versioned.suggested.proposal.map { (versioned.sequence, versioned.suggested, $0) }
    }
    let suggested = known.map(\.1)
    let proposals = known.map(\.2)
    try transaction.rows(
      """
      insert into suggested_case (
        case_id, sequence, state, cycle_id, subject, kind, authority_id, authority_level, grounds,
        proposed_at, document_number, issued_at, acknowledge_before, acknowledged_at,
        explained_at, conference_held_at, minutes_hash, concluded_at, carried_over_to, ended_at)
      select * from unnest(
        $1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
        $8::text[], $9::text[], $10::timestamptz[], $11::text[], $12::timestamptz[],
        $13::timestamptz[], $14::timestamptz[], $15::timestamptz[], $16::timestamptz[],
        $17::text[], $18::timestamptz[], $19::text[], $20::timestamptz[])
      on conflict (case_id) do update set
        sequence = excluded.sequence, state = excluded.state,
        authority_level = excluded.authority_level, document_number = excluded.document_number,
        issued_at = excluded.issued_at, acknowledge_before = excluded.acknowledge_before,
        acknowledged_at = excluded.acknowledged_at, explained_at = excluded.explained_at,
        conference_held_at = excluded.conference_held_at, minutes_hash = excluded.minutes_hash,
        concluded_at = excluded.concluded_at, carried_over_to = excluded.carried_over_to,
        ended_at = excluded.ended_at
      """,
      [
        .texts(proposals.map(\.caseID.text)), .integers(known.map(\.0)),
        .optionalTexts(suggested.map { $0.state?.rawValue }),
        .texts(proposals.map(\.cycleID.text)), .texts(proposals.map(\.subjectID.description)),
        .texts(proposals.map(\.subjectID.kind.rawValue)),
        .texts(proposals.map(\.authorityID.text)),
        .texts(known.map { ($0.1.letter?.authorityLevel ?? $0.2.authorityLevel).text }),
        .texts(proposals.map { $0.grounds.map(\.text).joined(separator: ",") }),
        .optionalInstants(suggested.map(\.proposedAt)),
        .optionalTexts(suggested.map { $0.letter?.documentNumber }),
        .optionalInstants(suggested.map(\.issuedAt)),
        .optionalInstants(suggested.map { $0.letter?.acknowledgeBefore }),
        .optionalInstants(suggested.map(\.acknowledgedAt)),
        .optionalInstants(suggested.map(\.explainedAt)),
        .optionalInstants(suggested.map { $0.conference?.heldAt }),
        .optionalTexts(suggested.map { $0.conference?.minutesHash }),
        .optionalInstants(suggested.map(\.concludedAt)),
        .optionalTexts(suggested.map { $0.carriedOverTo?.text }),
        .optionalInstants(suggested.map(\.endedAt)),
      ])
  }

  private static func writeMatters(
    _ cases: [SuggestedReviewCase], in transaction: borrowing AnyTransaction
  ) throws {
    let rows = cases.flatMap { suggested in
      suggested.matters.map { matter in
        (
          caseID: suggested.proposal?.caseID.text, matter: matter,
          answer: suggested.answers.first { $0.matterID == matter.matterID },
          outcome: suggested.outcomes[matter.matterID], item: suggested.items[matter.matterID]
        )
      }
    }
    try transaction.rows(
      """
      insert into matter (
        case_id, matter_id, number, area, text_hash, answer_kind, answer_hash, outcome, owner,
        due_before, measures_hash, percent_done, note_hash, result)
      select * from unnest(
        $1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[],
        $8::text[], $9::text[], $10::timestamptz[], $11::text[], $12::bigint[], $13::text[],
        $14::text[])
      on conflict (case_id, matter_id) do update set
        answer_kind = excluded.answer_kind, answer_hash = excluded.answer_hash,
        outcome = excluded.outcome, owner = excluded.owner, due_before = excluded.due_before,
        measures_hash = excluded.measures_hash, percent_done = excluded.percent_done,
        note_hash = excluded.note_hash, result = excluded.result
      """,
      [
        .optionalTexts(rows.map(\.caseID)), .texts(rows.map(\.matter.matterID.text)),
        .integers(rows.map { Int64($0.matter.number) }), .texts(rows.map(\.matter.area.text)),
        .texts(rows.map(\.matter.textHash)), .optionalTexts(rows.map { $0.answer?.kind.rawValue }),
        .optionalTexts(rows.map { $0.answer?.textHash }),
        .optionalTexts(rows.map { $0.outcome?.rawValue }),
        .optionalTexts(rows.map { $0.item?.owner.description }),
        .optionalInstants(rows.map { $0.item?.dueBefore }),
        .optionalTexts(rows.map { $0.item?.measuresHash }),
        .optionalIntegers(rows.map { $0.item.map { Int64($0.percentDone) } }),
        .optionalTexts(rows.map { $0.item?.noteHash }),
        .optionalTexts(rows.map { $0.item?.result?.rawValue }),
      ])
  }
}
