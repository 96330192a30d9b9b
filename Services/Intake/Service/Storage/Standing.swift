import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents

/// How an organisation or a member stands on one day.
struct Standing<State: Sendable>: Sendable {
  /// How it stands; outside its days, how it stood last or will stand first.
  var state: State
  /// Whether it exists on that day, or is a member then.
  var isThere: Bool
  /// The sequence of its stream.
  var sequence: Int64
}

extension [LoadedUnit] {
  /// How the organisations stand on `day`, in the same order; what changes later is folded.
  func standing(
    on day: LocalDate, _ transaction: borrowing AnyTransaction
  ) throws -> [Standing<UnitState>] {
    let open = filter { !$0.isSettled(by: day) }.map { SubjectID.unit($0.state.unitID) }
    var folded: [UnitID: (state: UnitState?, isThere: Bool)] = [:]
    for step in OrganisationStreams.steps(of: open) {
      let loaded = try OrganisationStreams.load(step, transaction)
      for case .unit(let id) in loaded.sequences.keys {
        let found = loaded.history.standing(of: id, at: Viewpoint(asOf: day))
        folded[id] = (found?.state, found.map { $0.end == nil } ?? false)
      }
    }
    return map { unit in
      let found = folded[unit.state.unitID] ?? (unit.state, unit.endedOn == nil)
      return Standing(
        state: found.state ?? unit.state, isThere: found.isThere, sequence: unit.sequence)
    }
  }
}

extension [LoadedPerson] {
  /// How the members stand on `day`, in the same order, with all posts and the role that was given
  /// without them; what changes later is folded.
  func standing(
    on day: LocalDate, _ transaction: borrowing AnyTransaction
  ) throws -> [Standing<PersonState>] {
    let open = filter { !$0.isSettled(by: day) }.map { SubjectID.person($0.state.personID) }
    var folded: [PersonID: (state: PersonState?, isThere: Bool)] = [:]
    for step in OrganisationStreams.steps(of: open) {
      let loaded = try OrganisationStreams.load(step, transaction)
      for case .person(let id) in loaded.sequences.keys {
        let found = loaded.history.standing(of: id, at: Viewpoint(asOf: day))
        folded[id] = (found?.state, found.map { $0.leftOn == nil } ?? false)
      }
    }
    return map { person in
      let found = folded[person.state.personID] ?? (person.state, person.leftOn == nil)
      return Standing(
        state: found.state ?? person.state, isThere: found.isThere, sequence: person.sequence)
    }
  }
}
