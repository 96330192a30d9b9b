public import ReviewEvents

/// Who may do what with a report or a cycle (contract 5).
///
/// The actor comes from a header until tokens exist; these rules stay.
public enum Authority {
  /// Whether `actor` may write for `subject`: as the subject itself or in its name.
  public static func writes(_ actor: ActorContext, for subject: SubjectID) -> Bool {
    actor.actor.subject == subject || actor.onBehalfOf.subject == subject
  }

  /// Whether `actor` speaks for one of `units`: a managing unit and those above it.
  public static func speaks(_ actor: ActorContext, forOneOf units: [UnitID]) -> Bool {
    guard case .unit(let unit) = actor.onBehalfOf else { return false }
    return units.contains(unit)
  }
}
