import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents

/// The posts of members, as their streams tell them.
enum PostTable {
  /// The posts that are held on `day`, in order of members.
  static func held(
    on day: LocalDate, _ transaction: borrowing AnyTransaction
  ) throws -> [PostsAssigned] {
    // Who holds none in the end may still hold one on that day.
    let persons = try transaction.rows(
      """
      select person_id from person
       where cardinality(posts) > 0 or changes_until is null or changes_until > $1::date
       order by person_id
      """, [.text("\(day)")]
    ).map { row in SubjectID.person(try row.value(0, PersonID.init)) }
    var held: [PostsAssigned] = []
    for step in OrganisationStreams.steps(of: persons) {
      let histories = try transaction.history(of: step.map(\.stream))
      for case .person(let person) in step {
        let facts = try (histories[.person(person)] ?? []).map { fact in try RecordedEvent(fact) }
        if let posts = PostImport.held(by: person, facts, on: day) { held.append(posts) }
      }
    }
    return held
  }
}
