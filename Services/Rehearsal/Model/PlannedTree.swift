/// The organisations and members of an installation as they stand in one year.
public struct PlannedTree: Sendable, Hashable {
  /// Its organisations.
  public var units: [PlannedUnit]
  /// Its members.
  public var persons: [PlannedPerson]
  /// The subjects, as `unit/…` and `person/…`, whose mail has nowhere to go.
  public var unreachable: Set<String>

  /// Puts the parts together.
  public init(units: [PlannedUnit], persons: [PlannedPerson], unreachable: Set<String>) {
    self.units = units
    self.persons = persons
    self.unreachable = unreachable
  }

  /// The organisations of the highest level.
  public var provinces: [PlannedUnit] { units.filter { $0.parentID == nil } }

  /// Everybody who is reviewed, collectives first.
  public var subjects: [PlannedSubject] {
    let collectives = units.filter(\.isReviewed).map { unit in
      PlannedSubject(
        id: "unit/\(unit.id)", kind: "collective", managingUnitID: unit.parentID ?? "",
        managingLevel: unit.managingLevel ?? "", peerGroup: unit.peerGroup, isElectronic: true,
        isPilot: unit.isPilot, isDirectlyUnderProvince: unit.managingLevel == "PROVINCE",
        hasAddress: true)
    }
    let individuals = persons.map { person in
      PlannedSubject(
        id: "person/\(person.id)", kind: "individual", managingUnitID: person.managingUnitID,
        managingLevel: person.managingLevel, peerGroup: person.peerGroup,
        isElectronic: person.channel == "electronic", isPilot: false,
        isDirectlyUnderProvince: false, hasAddress: true)
    }
    return (collectives + individuals).map { subject in
      var subject = subject
      subject.hasAddress = !unreachable.contains(subject.id)
      return subject
    }
  }
}
