public import ReviewEvents

/// Says which posts a member holds from a day on.
public struct AssignPosts: Sendable, Hashable {
  /// The member.
  public var personID: PersonID
  /// All posts, the first-ranked first; none when the last one is given up.
  public var posts: [Post]
  /// What it rests on.
  public var decision: OrganisationDecision

  /// Puts the parts together.
  public init(_ personID: PersonID, posts: [Post], decision: OrganisationDecision) {
    self.personID = personID
    self.posts = posts
    self.decision = decision
  }
}

extension OrganisationHistory {
  /// Assigns posts; the posts held on that day already change nothing.
  public func assign(_ command: AssignPosts) throws(OrganisationRejection) -> [OrganisationEvent] {
    let day = command.decision.effectiveOn
    try command.decision.check()
    try require(command.personID, on: day)
    var seen: Set<UnitID> = []
    for post in command.posts {
      guard seen.insert(post.unitID).inserted else { throw .repeatedPost(post.unitID) }
      try require(post.unitID, on: day)
    }
    let point = Viewpoint(asOf: day)
    if person(command.personID, at: point)?.posts == command.posts { return [] }
    return [
      .postsAssigned(
        PostsAssigned(
          personID: command.personID, posts: command.posts, effectiveOn: day,
          legalBasis: command.decision.legalBasis))
    ]
  }

  /// Each member once, under the organisation of the first-ranked post, or where the person is a
  /// member if no post is held: how statistics count somebody with several posts.
  public func countedOnce(at point: Viewpoint) -> [PersonID: UnitID] {
    persons.keys.reduce(into: [:]) { counted, id in
      guard let state = person(id, at: point) else { return }
      counted[id] = state.posts.first?.unitID ?? state.memberOfID
    }
  }
}
