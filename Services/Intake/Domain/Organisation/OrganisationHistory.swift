public import ReviewEvents

/// Everything that is known of organisations and members over time: the fold of their facts.
///
/// It answers for any day (valid time) as of any moment of knowledge (recorded time). Facts of one
/// stream come in their order; streams may come in any order (contract 2), because each fact says
/// something of its own stream alone. It may hold fewer members than there are: a decision needs
/// every organisation, and of the members those that it is about.
public struct OrganisationHistory: Sendable, Hashable {
  private(set) var units: [UnitID: UnitCourse] = [:]
  private(set) var persons: [PersonID: PersonCourse] = [:]

  /// A history without facts.
  public init() {}

  /// The history that these facts tell.
  public init(_ recorded: some Sequence<RecordedEvent>) {
    for event in recorded { apply(event) }
  }

  /// Takes a fact into account; never refuses one.
  public mutating func apply(_ recorded: RecordedEvent) {
    switch recorded.event.subject {
    case .unit(let id): units[id, default: UnitCourse()].apply(recorded.event, recorded.mark)
    case .person(let id): persons[id, default: PersonCourse()].apply(recorded.event, recorded.mark)
    }
  }

  /// Every organisation of which anything is known, whether it exists or not.
  public var unitIDs: [UnitID] { units.keys.sorted() }

  /// Every member of whom anything is known, whether still a member or not.
  public var personIDs: [PersonID] { persons.keys.sorted() }

  /// The days on which anything of an organisation or member changes, in order.
  public var days: [LocalDate] {
    let first = LocalDate(daysSince1970: .min)
    return Set(
      units.values.flatMap { $0.days(after: first) }
        + persons.values.flatMap { $0.days(after: first) }
    ).sorted()
  }
}
