/// A province to generate.
public struct PlannedProvince: Codable, Sendable, Hashable {
  /// Its id.
  public var id: String
  /// An invented name.
  public var name: String
  /// What the ids of its organisations and members begin with.
  public var prefix: String

  /// The one province of an installation.
  static let only = PlannedProvince(id: "PROVINCE", name: "Đảng bộ tỉnh Tân Hưng", prefix: "")
}

/// An organisation of the generated province.
public struct PlannedUnit: Sendable, Hashable {
  /// Its id, for example `D07`.
  public var id: String
  /// An invented name.
  public var name: String
  /// `PROVINCE`, `DISTRICT`, `COMMUNE`, `GRASSROOTS` or `CELL`.
  public var level: String
  /// The organisation above, which also manages it; none for the province.
  public var parentID: String?
  /// The level of the organisation above.
  public var managingLevel: String?
  /// The group inside which its quota counts.
  public var peerGroup: String
  /// Whether it was chosen as a pilot.
  public var isPilot: Bool

  /// Whether its leadership collective is reviewed: all but the province's own, which the centre
  /// reviews.
  public var isReviewed: Bool { parentID != nil }
}

/// A member of the generated province.
public struct PlannedPerson: Sendable, Hashable {
  /// The member's id, for example `P000123`.
  public var id: String
  /// An invented name.
  public var name: String
  /// The cell.
  public var memberOfID: String
  /// The organisation that decides on the member.
  public var managingUnitID: String
  /// Its level.
  public var managingLevel: String
  /// `head`, `deputy` or `member`.
  public var role: String
  /// The group inside which the quota counts.
  public var peerGroup: String
  /// `electronic` or `paper`.
  public var channel: String
}

/// Who is reviewed, with what the plan needs to know of it.
public struct PlannedSubject: Sendable, Hashable {
  /// `unit/…` or `person/…`.
  public var id: String
  /// `collective` or `individual`.
  public var kind: String
  /// The organisation that decides on the subject.
  public var managingUnitID: String
  /// Its level.
  public var managingLevel: String
  /// The group inside which the quota counts.
  public var peerGroup: String
  /// Whether a report is handed in electronically.
  public var isElectronic: Bool
  /// Whether it belongs to a pilot unit.
  public var isPilot: Bool
  /// Whether it is a collective that a province decides on: of a district, or of a commune since
  /// there are no districts.
  public var isDirectlyUnderProvince: Bool
  /// Whether its mail can be sent anywhere.
  public var hasAddress: Bool
}

/// What a subject does about its report.
public struct PlannedReport: Sendable, Hashable {
  /// When the report comes.
  public enum Filing: Sendable, Hashable {
    /// On the day that lies this many days before the last compliant day (0 is that day).
    case daysEarly(Int)
    /// On this many days after the last compliant day.
    case daysLate(Int)
    /// Not at all.
    case never
  }

  /// Whose report.
  public var subject: PlannedSubject
  /// When it comes first.
  public var filing: Filing
  /// Whether it is returned once and handed in again the next day.
  public var isReturned: Bool
}

/// A suggested review.
public struct PlannedCase: Sendable, Hashable {
  /// How the case ends in this year.
  public enum Ending: Sendable, Hashable {
    /// Taken back before the conclusion.
    case withdrawn
    /// Concluded as not founded and closed.
    case notFounded
    /// Remedied, verified and closed.
    case remedied
    /// Carried over into the next cycle with remediation under way.
    case carriedOver
  }

  /// The case's id.
  public var id: String
  /// Whom it concerns.
  public var subject: PlannedSubject
  /// The codes of its matters' areas, one for each matter.
  public var areas: [String]
  /// The code of its ground.
  public var ground: String
  /// How it ends.
  public var ending: Ending
  /// Whether it is acknowledged only after the last day.
  public var isAcknowledgedLate: Bool
  /// Whether it is issued when the report is in already.
  public var isAfterReport: Bool
}

/// A rating from self-rating to decision.
public struct PlannedRating: Sendable, Hashable {
  /// Who is rated.
  public var subject: PlannedSubject
  /// What the subject says of itself.
  public var selfRating: String
  /// What is decided.
  public var decision: String
}

/// A whole generated year: the input that is played, and the only source of what is expected.
public struct PlannedYear: Sendable {
  /// The scenario it was generated from.
  public var scenario: Scenario
  /// Its organisations and members.
  public var tree: PlannedTree
  /// What becomes of each report.
  public var reports: [PlannedReport]
  /// Its suggested reviews.
  public var cases: [PlannedCase]
  /// What everybody is rated.
  public var ratings: [PlannedRating]
}
