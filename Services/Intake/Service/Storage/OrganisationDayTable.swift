import EventStream
import ReviewEvents

/// How far the days are evaluated on which recorded changes of the organisation take effect.
struct OrganisationDay: Sendable, Hashable {
  /// The last day that is done; none before the first.
  var evaluatedThrough: LocalDate?
  /// The day that is being worked on, if one is.
  var evaluating: LocalDate?
  /// The last subject that is done for it.
  var afterSubject: SubjectID?

  /// Where work on `today` goes on: behind what is done, if that was done for the same day.
  func begun(on today: LocalDate) -> OrganisationDay {
    evaluating == today
      ? self : OrganisationDay(evaluatedThrough: evaluatedThrough, evaluating: today)
  }
}

/// The one row of the table `organisation_day`; who writes it holds the tree
/// (``Guards/holdTree(_:)``).
enum OrganisationDayTable {
  /// How far it is.
  static func read(_ transaction: borrowing AnyTransaction) throws -> OrganisationDay {
    let rows = try transaction.rows(
      "select evaluated_through, evaluating, after_subject from organisation_day", [])
    guard let row = rows.first else { throw StoreError.malformedRow("no organisation_day") }
    return OrganisationDay(
      evaluatedThrough: row.isNull(0) ? nil : try row.value(0, LocalDate.init),
      evaluating: row.isNull(1) ? nil : try row.value(1, LocalDate.init),
      afterSubject: row.isNull(2) ? nil : try row.value(2, SubjectID.init))
  }

  /// Keeps how far it is.
  static func save(_ day: OrganisationDay, _ transaction: borrowing AnyTransaction) throws {
    try transaction.rows(
      """
      update organisation_day
         set evaluated_through = $1::date, evaluating = $2::date, after_subject = $3
      """,
      [
        .optional(day.evaluatedThrough?.description), .optional(day.evaluating?.description),
        .optional(day.afterSubject?.description),
      ])
  }

  /// Sees to it that `day` is evaluated after what was just recorded for it.
  ///
  /// Mostly it lies ahead. It does not where the calendar was set back, or where midnight passed
  /// while the request waited.
  static func lookAgain(at day: LocalDate, _ transaction: borrowing AnyTransaction) throws {
    try transaction.rows(
      """
      update organisation_day
         set evaluated_through = case when evaluated_through >= $1::date then $1::date - 1
                                      else evaluated_through end,
             evaluating = null, after_subject = null
       where evaluated_through >= $1::date or evaluating >= $1::date
      """, [.text("\(day)")])
  }

  /// Sees to it that every day is evaluated once more.
  static func lookAgainAtEverything(_ transaction: borrowing AnyTransaction) throws {
    try transaction.rows(
      """
      update organisation_day
         set evaluated_through = null, evaluating = null, after_subject = null
      """, [])
  }

  /// The subjects of which something changes on a day that is not evaluated yet, members first,
  /// behind the last one that is done, at most `limit`.
  static func subjects(
    of day: OrganisationDay, limit: Int, _ transaction: borrowing AnyTransaction
  ) throws -> [SubjectID] {
    let since = SQLValue.text(day.evaluatedThrough?.description ?? "-infinity")
    var (person, unit) = ("", "")
    switch day.afterSubject {
    case .person(let id)?: person = id.text
    case .unit(let id)?: unit = id.text
    case nil: break
    }
    var found: [SubjectID] = []
    if unit.isEmpty {
      found = try transaction.rows(
        """
        select person_id from person where changes_until > $1::date and person_id > $2
         order by person_id limit $3
        """, [since, .text(person), .integer(Int64(limit))]
      ).map { row in SubjectID.person(try row.value(0, PersonID.init)) }
    }
    guard found.count < limit else { return found }
    found += try transaction.rows(
      """
      select unit_id from unit where changes_until > $1::date and unit_id > $2
       order by unit_id limit $3
      """, [since, .text(unit), .integer(Int64(limit - found.count))]
    ).map { row in SubjectID.unit(try row.value(0, UnitID.init)) }
    return found
  }
}
