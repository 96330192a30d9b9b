internal import EventStream
internal import OrganisationTerms
internal import RatingDomain
internal import ReviewEvents

/// Who is rated in a cycle, under whom, and who speaks for those that have ended since.
///
/// What counts is the organisation of today while the year lasts, and that of its last day once it
/// is over: whoever moves after the year keeps the place in which the year was worked.
struct RatedSubjects {
  private let states: [SubjectID: SubjectState]
  /// Whom there is something known of, but who is not there on the day.
  private let absent: Set<SubjectID>
  private let places: [UnitID: Place]
  /// Who answers today for units: those that are rated, and those that decide.
  private let heirs: [UnitID: Heir]

  /// A managing organisation as it stood on the day: the one that was named, or its heir.
  private struct Place {
    let unitID: UnitID
    /// None while nothing is known but its name.
    let level: LevelCode?
  }

  /// What was found of one subject.
  enum Found {
    /// It is rated.
    case rated(RatedSubject)
    /// There is nobody to rate on the day.
    case gone
    /// Too little is known yet to tell.
    case unknown
  }

  /// Looks `ids` up, many in a few statements.
  init(
    _ ids: [SubjectID], today: LocalDate, lastDay: LocalDate,
    in transaction: borrowing AnyTransaction
  ) throws {
    let now = Viewpoint(asOf: today)
    let then = Viewpoint(asOf: min(today, lastDay))
    let states = try OrganisationTerms.states(of: ids, at: then, in: transaction)
    let missing = then == now ? [] : ids.filter { states[$0] == nil }
    // Who came later is known, and was not there.
    absent = Set(try OrganisationTerms.states(of: missing, at: now, in: transaction).keys)
    let managers = Set(states.values.compactMap(\.managingUnitID))
    let places = try Self.places(managers, at: then, in: transaction)
    let rated = ids.compactMap { id in
      if case .unit(let unit) = id { unit } else { nil }
    }
    heirs = try OrganisationTerms.heirs(
      of: Set(places.values.map(\.unitID) + rated), at: now, in: transaction)
    self.states = states
    self.places = places
  }

  /// Where the managing organisations stand; one whose heir is not known yet is missing.
  private static func places(
    _ managers: Set<UnitID>, at point: Viewpoint, in transaction: borrowing AnyTransaction
  ) throws -> [UnitID: Place] {
    let heirs = try OrganisationTerms.heirs(of: managers, at: point, in: transaction)
    let moved = heirs.values.compactMap { heir in
      if case .known(let id) = heir { SubjectID.unit(id) } else { nil }
    }
    let states = try OrganisationTerms.states(of: moved, at: point, in: transaction)
    var places: [UnitID: Place] = [:]
    for manager in managers {
      switch heirs[manager] {
      case .known(let heir):
        places[manager] = Place(unitID: heir, level: states[.unit(heir)]?.level)
      // Its own facts have not come; that it ended would be known.
      case nil: places[manager] = Place(unitID: manager, level: nil)
      case .untold: break
      }
    }
    return places
  }

  /// What was found of one of them.
  subscript(id: SubjectID) -> Found {
    guard let state = states[id] else { return absent.contains(id) ? .gone : .unknown }
    guard state.exists, state.reviewed, let manager = state.managingUnitID,
      let managingLevel = state.managingLevel
    else { return .gone }
    guard let place = places[manager], let authorityID = speaker(for: place.unitID),
      let speakerID = speaker(for: id)
    else { return .unknown }
    return .rated(
      RatedSubject(
        id: id, managingUnitID: place.unitID,
        managingLevel: place.unitID == manager ? managingLevel : place.level ?? managingLevel,
        peerGroup: state.peerGroup, filesOnPaper: state.channel == .paper,
        authorityID: authorityID, speakerID: speakerID))
  }

  /// Who speaks for an organisation today; none while that is not known.
  private func speaker(for unit: UnitID) -> UnitID? {
    switch heirs[unit] {
    case .known(let heir): heir
    case nil: unit
    case .untold: nil
    }
  }

  private func speaker(for subject: SubjectID) -> SubjectID? {
    switch subject {
    case .unit(let unit): speaker(for: unit).map { .unit($0) }
    case .person: subject
    }
  }
}
