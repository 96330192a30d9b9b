internal import EventStream
internal import ReviewEvents

/// Something that holds a decision back as long as it is open.
public enum Gate: String, Sendable {
  /// A suggested matter without a conclusion.
  case `case`
  /// A supplement that is still owed.
  case supplement

  /// Opens or settles gates; the stream's own order decides which word is the last.
  static func set(
    _ keys: [(SubjectID, CycleID, CaseID)], _ kind: Gate, isOpen: Bool,
    in transaction: borrowing AnyTransaction
  ) throws {
    try transaction.run(
      """
      insert into gate (subject_id, cycle_id, kind, case_id, is_open)
      select distinct subject_id, cycle_id, $4, case_id, $5::boolean
      from unnest($1::text[], $2::text[], $3::text[]) as key (subject_id, cycle_id, case_id)
      on conflict (subject_id, cycle_id, kind, case_id) do update set is_open = excluded.is_open
      """,
      [
        .texts(keys.map(\.0.description)), .texts(keys.map(\.1.text)), .texts(keys.map(\.2.text)),
        .text(kind.rawValue), .boolean(isOpen),
      ])
  }
}
