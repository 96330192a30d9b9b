import EventStream
import IntakeDomain
import ReviewEvents

/// Everybody who may owe a report on one day: the organisations that exist, and the members who
/// file electronically, each in the role of the first-ranked post.
struct ReviewedSubjects: Sendable {
  /// The organisations.
  let units: [UnitRegistered]
  /// The members.
  let persons: [PersonRegistered]

  /// Who is there on `day`.
  init(on day: LocalDate, _ transaction: borrowing AnyTransaction) throws {
    units = try UnitTable.all(on: day, transaction).filter(\.isThere).map(\.state.registered)
    let there = Set(units.map(\.unitID))
    persons = try PersonTable.electronic(on: day, transaction).map { person in
      person.state.holding { there.contains($0) }.registered
    }
  }
}
