internal import EventStream
internal import ReviewEvents
internal import ServiceRuntime

/// Who can be written to.
struct Recipient: Sendable, Hashable {
  let subject: SubjectID
  let address: String
  let language: String
}

/// The recipient directory.
enum RecipientTable {
  /// The languages that templates exist in.
  static let languages: Set<String> = ["vi"]

  static let columns = CSVTable(columns: [
    .required("subject_id", .subject), .required("address", .text(max: 254)),
    .required("language", .text(max: 35)),
  ])

  /// The recipients of a table without a single fault.
  static func read(_ sheet: CSVSheet, _ writer: any MailWriting) throws -> [Recipient] {
    var errors = sheet.errors
    var seen: Set<SubjectID> = []
    let recipients = try sheet.rows.map { row in
      func note(_ column: String, _ fault: NotificationProblem.Line) {
        errors.add(line: row.line, column: column, slug: fault.rawValue, reason: fault.reason)
      }
      let recipient = Recipient(
        subject: try row.require("subject_id", as: SubjectID.init), address: row["address"],
        language: row["language"])
      if !seen.insert(recipient.subject).inserted { note("subject_id", .subjectRepeated) }
      if !writer.accepts(address: recipient.address) { note("address", .addressMalformed) }
      if !languages.contains(recipient.language) { note("language", .languageUnknown) }
      return recipient
    }
    try errors.throwIfAny()
    return recipients
  }

  /// Those of `recipients` that are in the directory, as they stand there.
  static func known(
    _ recipients: [Recipient], in transaction: borrowing AnyTransaction
  ) throws -> [SubjectID: Recipient] {
    let rows = try transaction.rows(
      "select subject_id, address, language from recipient where subject_id = any($1::text[])",
      [.texts(recipients.map(\.subject.description))])
    var known: [SubjectID: Recipient] = [:]
    for row in rows {
      let subject = try row.value(0) { try SubjectID($0) }
      known[subject] = Recipient(
        subject: subject, address: try row.text(1), language: try row.text(2))
    }
    return known
  }

  /// Writes recipients, in one order everywhere.
  static func save(
    _ recipients: [Recipient], at time: Instant, in transaction: borrowing AnyTransaction
  ) throws {
    guard !recipients.isEmpty else { return }
    let recipients = recipients.sorted { $0.subject < $1.subject }
    try transaction.rows(
      """
      insert into recipient (subject_id, address, language, changed_at)
      select subject_id, address, language, $4::timestamptz
      from unnest($1::text[], $2::text[], $3::text[]) as row (subject_id, address, language)
      on conflict (subject_id) do update set address = excluded.address,
        language = excluded.language, changed_at = excluded.changed_at
      """,
      [
        .texts(recipients.map(\.subject.description)), .texts(recipients.map(\.address)),
        .texts(recipients.map(\.language)), .instant(time),
      ])
  }

  /// The subjects with something to do and no address, in order, behind `after`.
  static func unreachable(
    after: String, limit: Int, in transaction: borrowing AnyTransaction
  ) throws -> [String] {
    try transaction.rows(
      """
      select distinct duty.subject_id from duty
      where duty.state = 'open' and duty.subject_id > $1
        and not exists (select 1 from recipient where recipient.subject_id = duty.subject_id)
      order by duty.subject_id limit $2
      """, [.text(after), .integer(Int64(limit))]
    ).map { try $0.text(0) }
  }

  /// Those of `subjects` who have no address, each once, in order.
  static func unreachable(
    among subjects: [SubjectID], in transaction: borrowing AnyTransaction
  ) throws -> [String] {
    try transaction.rows(
      """
      select distinct wanted.subject_id collate "C"
      from unnest($1::text[]) as wanted (subject_id)
      where not exists (select 1 from recipient where recipient.subject_id = wanted.subject_id)
      order by 1
      """, [.texts(subjects.map(\.description))]
    ).map { try $0.text(0) }
  }

  /// How many subjects have something to do and no address.
  static func unreachableCount(_ transaction: borrowing AnyTransaction) throws -> Int {
    Int(
      try transaction.rows(
        """
        select count(distinct duty.subject_id) from duty
        where duty.state = 'open'
          and not exists (select 1 from recipient where recipient.subject_id = duty.subject_id)
        """, [])[0].integer(0))
  }
}
