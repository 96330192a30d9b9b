public import ReviewEvents

/// Why a change of the organisation was refused.
public enum OrganisationRejection: Error, Sendable, Hashable {
  /// Nothing is known of this organisation.
  case unknownUnit(UnitID)
  /// Nothing is known of this member.
  case unknownPerson(PersonID)
  /// There was no such organisation or member yet on this day.
  case notYetThere(SubjectID, on: LocalDate)
  /// There was no such organisation or member any more on this day.
  case noLongerThere(SubjectID, on: LocalDate)
  /// The id names an organisation, or a member who has not left.
  case alreadyThere(SubjectID)
  /// There are no organisations of this level on this day.
  case levelNotInForce(LevelCode, on: LocalDate)
  /// The command changes nothing.
  case nothingChanges
  /// The name says nothing.
  case nameMissing
  /// The legal basis says nothing.
  case legalBasisMissing
  /// A merger needs at least two organisations, one of which ends.
  case tooFewUnits
  /// A split needs at least two successors.
  case tooFewSuccessors
  /// The organisation is named twice.
  case repeatedUnit(UnitID)
  /// The organisation ends, and so it cannot take over.
  case endsItself(UnitID)
  /// The organisation is no successor in this command.
  case notASuccessor(UnitID)
  /// Nobody said who takes over these; the first ones of them.
  case notHandedOver([SubjectID])
  /// Two organisations would take over this one.
  case handedOverTwice(SubjectID)
  /// The organisation neither manages nor holds this one.
  case notHeld(SubjectID)
  /// More would be handed over than one decision may do.
  case tooManySubjects(Int)
  /// Going up from this organisation would never end.
  case circular(UnitID)
  /// The managing organisation would not stand above this one.
  case managerNotAbove(UnitID, manager: UnitID)
  /// A reviewed organisation needs somebody who decides on it.
  case withoutManager(UnitID)
  /// A change that is recorded already for this later day could not stand any more.
  case contradictsLaterChange(SubjectID, on: LocalDate)
  /// A member holds one post in an organisation.
  case repeatedPost(UnitID)

  init(_ fault: TreeFault, on day: LocalDate) {
    self =
      switch (fault.problem, fault.subject) {
      case (.missing(let unit), _): .noLongerThere(.unit(unit), on: day)
      case (.circular, .unit(let unit)): .circular(unit)
      case (.notAbove(let manager), .unit(let unit)): .managerNotAbove(unit, manager: manager)
      case (.withoutManager, .unit(let unit)): .withoutManager(unit)
      case (_, .person): .contradictsLaterChange(fault.subject, on: day)
      }
  }
}
