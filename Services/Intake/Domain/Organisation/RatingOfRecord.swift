public import ReviewEvents

/// Who gives the one rating of record of a subject in a cycle: one subject, one cycle, one decider,
/// however often the subject was transferred.
public struct RatingOfRecord: Sendable, Hashable {
  /// The first and the last day of the period under review.
  public var period: ClosedRange<LocalDate>
  /// How many days of the period an organisation must have managed the subject to decide.
  ///
  /// 0 means that whoever manages the subject on the last day decides. Guidelines of 2026 speak of
  /// two months in a quarter (unverified), so it is a parameter.
  public var daysMin: Int

  /// Puts the parts together.
  public init(period: ClosedRange<LocalDate>, daysMin: Int = 0) {
    self.period = period
    self.daysMin = daysMin
  }

  /// The organisation that decides; none for a subject that is gone on the last day of the period,
  /// which is not rated, or that nobody manages.
  ///
  /// The newest manager that managed long enough; if none did, that of the last day. If the one
  /// found has ended since, its heir.
  public func decider(
    on subject: SubjectID, in history: OrganisationHistory,
    knownAt: Instant = Viewpoint.knownAtLast
  ) -> UnitID? {
    let last = Viewpoint(asOf: period.upperBound, knownAt: knownAt)
    guard let newest = history.manager(of: subject, at: last) else { return nil }
    let spells = spells(of: subject, in: history, knownAt: knownAt)
    var days: [UnitID: Int] = [:]
    for spell in spells { days[spell.manager, default: 0] += spell.days }
    let decider = spells.last { days[$0.manager, default: 0] >= daysMin }?.manager ?? newest
    return history.heir(of: decider, at: last)
  }

  /// Whether another rating in the same cycle would be a second one of the same subject.
  ///
  /// Ids derive from cycle and subject, so that a repeat names the same rating; what comes under
  /// another id is refused.
  public static func isDuplicate(
    _ rating: RatingID, of subject: SubjectID, in cycle: CycleID
  ) -> Bool { rating != RatingID(cycle: cycle, subject: subject) }

  private func spells(
    of subject: SubjectID, in history: OrganisationHistory, knownAt: Instant
  ) -> [(manager: UnitID, days: Int)] {
    let starts =
      [period.lowerBound]
      + history.days(of: subject).filter { $0 > period.lowerBound && $0 <= period.upperBound }
    let ends = starts.dropFirst() + [period.upperBound.adding(days: 1)]
    return zip(starts, ends).compactMap { start, end in
      let point = Viewpoint(asOf: start, knownAt: knownAt)
      return history.manager(of: subject, at: point).map {
        (manager: $0, days: end.daysSince1970 - start.daysSince1970)
      }
    }
  }
}

extension OrganisationHistory {
  /// The days on which something of the subject changes, in order.
  func days(of subject: SubjectID) -> [LocalDate] {
    let first = LocalDate(daysSince1970: .min)
    let days =
      switch subject {
      case .unit(let id): units[id]?.days(after: first)
      case .person(let id): persons[id]?.days(after: first)
      }
    return Set(days ?? []).sorted()
  }
}
