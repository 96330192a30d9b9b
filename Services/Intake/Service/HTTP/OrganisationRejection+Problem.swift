import IntakeDomain
import ReviewEvents
import ServiceRuntime

/// A refused change of the organisation, with where the request names whom.
struct RefusedChange: ProblemConvertible, Sendable {
  /// Why it was refused.
  let rejection: OrganisationRejection
  /// Where the request names whom.
  let places: [SubjectID: String]
  /// Where it says a name, and a level.
  let fields: (name: String, level: String)

  /// The answer to the client.
  var problem: Problem {
    switch rejection {
    case .unknownUnit(let unit): unknown(.unit(unit))
    case .unknownPerson(let person): unknown(.person(person))
    case .notYetThere(let subject, let day):
      at(subject, .organisationNotYetThere, "\(subject) chưa có vào ngày \(day.forPeople)")
    case .noLongerThere(let subject, let day):
      at(subject, .organisationNoLongerThere, "\(subject) không còn vào ngày \(day.forPeople)")
    case .alreadyThere(let subject):
      at(subject, .organisationAlreadyThere, "\(subject) đã có hoặc đã từng có")
    case .levelNotInForce(let level, let day):
      Problem(
        .organisationLevelNotInForce, detail: "không có cấp \(level) vào ngày \(day.forPeople)",
        field: fields.level)
    case .nothingChanges: Problem(.organisationNothingChanges, field: "body")
    case .nameMissing: Problem(.organisationNameMissing, field: fields.name)
    case .legalBasisMissing: Problem(.organisationBasisMissing, field: "legalBasis")
    case .tooFewUnits: Problem(.organisationTooFewUnits, field: "unitIds")
    case .tooFewSuccessors: Problem(.organisationTooFewSuccessors, field: "founded")
    case .repeatedUnit(let unit): at(.unit(unit), .organisationUnitRepeated)
    case .endsItself(let unit): at(.unit(unit), .organisationEndsItself)
    case .notASuccessor(let unit): at(.unit(unit), .organisationNotASuccessor)
    case .notHandedOver(let subjects):
      Problem(
        .organisationNotHandedOver,
        each: subjects.map { ("handovers", "chưa nêu ai tiếp nhận \($0)") })
    case .handedOverTwice(let subject): at(subject, .organisationHandedOverTwice)
    case .notHeld(let subject): at(subject, .organisationNotHeld)
    case .tooManySubjects(let count):
      Problem(
        .organisationTooManySubjects,
        detail: "\(count) đối tượng, nhiều nhất \(OrganisationHistory.handedOverMax)",
        field: "unitIds")
    case .circular(let unit): at(.unit(unit), .organisationCircular)
    case .managerNotAbove(let unit, let manager):
      Problem(
        .organisationManagerNotAbove, detail: "\(manager) không phải cấp trên của \(unit)",
        field: places[.unit(manager)] ?? "managingUnitId")
    case .withoutManager(let unit): at(.unit(unit), .organisationManagerMissing)
    case .contradictsLaterChange(let subject, let day):
      Problem(
        .organisationContradictsLater,
        detail: "thay đổi đã ghi nhận cho ngày \(day.forPeople) về \(subject) không còn đúng",
        field: "effectiveOn")
    case .repeatedPost(let unit): at(.unit(unit), .organisationPostRepeated)
    }
  }

  /// What the path names is not found; what the body names cannot be meant.
  private func unknown(_ subject: SubjectID) -> Problem {
    switch (places[subject], subject) {
    case ("unit"?, _): Problem(.unknownUnit, field: "unit")
    case ("person"?, _): Problem(.unknownPerson, field: "person")
    case (_, .unit): at(subject, .organisationUnitUnknown)
    case (_, .person): at(subject, .organisationPersonUnknown)
    }
  }

  private func at(_ subject: SubjectID, _ slug: IntakeSlug, _ detail: String? = nil) -> Problem {
    Problem(slug, detail: detail, field: places[subject] ?? "effectiveOn")
  }
}
