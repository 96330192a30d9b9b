import IntakeDomain
import ReviewEvents

/// Records what was decided, each time a day later than before.
struct Registry {
  private(set) var history = OrganisationHistory()
  private(set) var recorded: [RecordedEvent] = []
  /// When the next facts are recorded.
  var now = Registry.day("2021-01-10").start

  /// The small province of these tests: one district with two communes, a cell in each, members.
  init() {
    let cells = ["a", "b"].map {
      Sample.unit(
        "cell-\($0)", level: "CELL", parent: "commune-\($0)", managedBy: "commune-\($0)",
        at: "GRASSROOTS")
    }
    let persons = [
      Sample.person("secretary", of: "commune-a", managedBy: "district"),
      Sample.person(
        "member-a", of: "cell-a", managedBy: "commune-a", at: "GRASSROOTS"),
      Sample.person("member-b", of: "cell-b", managedBy: "commune-b", at: "GRASSROOTS"),
    ]
    record(
      (Sample.units + cells).map { .unitRegistered($0) } + persons.map { .personRegistered($0) })
  }

  static func day(_ text: String) -> LocalDate {
    do { return try LocalDate(text) } catch { preconditionFailure("\(text) is no day") }
  }

  static let levels = [
    LevelTerm(Sample.id("PROVINCE")),
    LevelTerm(Sample.id("DISTRICT"), before: day("2025-07-01")),
    LevelTerm(Sample.id("COMMUNE"), from: day("2025-07-01")),
    LevelTerm(Sample.id("GRASSROOTS")), LevelTerm(Sample.id("CELL")),
  ]

  /// - Returns: when it was recorded.
  @discardableResult
  mutating func record(_ events: [OrganisationEvent]) -> Instant {
    let at = now
    for event in events {
      let fact = RecordedEvent(event, at: at)
      recorded.append(fact)
      history.apply(fact)
    }
    now = now + .seconds(86_400)
    return at
  }

  /// The viewpoint of `day`, with what was known at `knownAt` or with everything.
  static func at(_ text: String, knownAt: Instant = Viewpoint.knownAtLast) -> Viewpoint {
    Viewpoint(asOf: day(text), knownAt: knownAt)
  }

  static func decision(_ text: String) -> OrganisationDecision {
    OrganisationDecision(effectiveOn: day(text), legalBasis: "12-QĐ/TU")
  }

  static func new(
    _ id: String, level: String = "GRASSROOTS", parent: String? = "district",
    managedBy manager: String? = "district", reviewed: Bool = true
  ) -> NewUnit {
    NewUnit(
      unitID: Sample.id(id), name: "Đảng bộ \(id)", level: Sample.id(level),
      parentID: parent.map { Sample.id($0) }, managingUnitID: manager.map { Sample.id($0) },
      peerGroup: Sample.id("group"), reviewed: reviewed)
  }
}
