public import ReviewEvents

/// The part of the organisation tree that one question needs: who stands above whom.
///
/// It holds what has been learned so far, so it may have gaps; an answer is given only as far as
/// it cannot change when a gap is filled.
public struct OrganisationTree: Sendable, Hashable {
  /// How an organisation stands to the one that manages a subject.
  public enum Standing: Sendable, Hashable, CaseIterable {
    /// It manages the subject itself.
    case manages
    /// It stands above the one that manages the subject.
    case standsAbove
    /// It has no say over the subject.
    case standsApart
    /// The path upwards is not known far enough to tell.
    case unknown
  }

  private let parents: [UnitID: UnitID?]

  /// A tree in which each known organisation has this parent, or none at the top.
  public init(parents: [UnitID: UnitID?]) { self.parents = parents }

  /// How `authority` stands to `manager`, which manages the subject in question.
  public func standing(of authority: UnitID, over manager: UnitID) -> Standing {
    if authority == manager { return .manages }
    var current = manager
    // A path longer than the number of organisations would be a ring, which leads to no top.
    for _ in 0...parents.count {
      guard let parent = parents[current] else { return .unknown }
      guard let parent else { return .standsApart }
      if parent == authority { return .standsAbove }
      current = parent
    }
    return .standsApart
  }
}

/// Who manages a subject, as a command about a case needs to know it.
public struct SubjectManagement: Sendable, Hashable {
  /// The level of the organisation that manages the subject: the one figures are published under.
  public var level: LevelCode
  /// How the authority of the case stands to that organisation.
  public var standing: OrganisationTree.Standing

  /// Puts the parts together.
  public init(level: LevelCode, standing: OrganisationTree.Standing) {
    self.level = level
    self.standing = standing
  }
}
