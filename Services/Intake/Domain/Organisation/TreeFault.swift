import ReviewEvents

/// What does not stand in the tree of one day.
struct TreeFault: Sendable, Hashable, Comparable {
  enum Problem: Sendable, Hashable {
    /// The organisation above, where the person is a member, or that manages does not exist.
    case missing(UnitID)
    /// Going up from here never ends.
    case circular
    /// The managing organisation does not stand above.
    case notAbove(UnitID)
    /// A reviewed collective without anybody who decides on it.
    case withoutManager
  }

  var subject: SubjectID
  var problem: Problem

  /// What comes first explains what follows.
  static func < (left: Self, right: Self) -> Bool {
    (left.subject, left.rank.0, left.rank.1) < (right.subject, right.rank.0, right.rank.1)
  }

  private var rank: (Int, String) {
    switch problem {
    case .missing(let unit): (0, unit.text)
    case .circular: (1, "")
    case .notAbove(let unit): (2, unit.text)
    case .withoutManager: (3, "")
    }
  }
}

extension OrganisationHistory {
  /// What does not stand in the tree of organisations, with everything that is known.
  func treeFaults(on day: LocalDate) -> Set<TreeFault> {
    let point = Viewpoint(asOf: day)
    let living = units.filter { $0.value.isLiving(at: point) }
    let parents = living.mapValues { $0.parent[point] ?? nil }
    var faults: Set<TreeFault> = []
    for (id, course) in living {
      func fault(_ problem: TreeFault.Problem) {
        faults.insert(TreeFault(subject: .unit(id), problem: problem))
      }
      if let parent = parents[id] ?? nil, living[parent] == nil { fault(.missing(parent)) }
      let line = Self.line(from: id, parents)
      if line.meets == id { fault(.circular) }
      switch course.manager[point] ?? nil {
      case let manager? where living[manager] == nil: fault(.missing(manager))
      case let manager? where line.meets == nil && !line.above.contains(manager):
        fault(.notAbove(manager))
      case nil where course.reviewed[point] == true: fault(.withoutManager)
      default: break
      }
    }
    return faults
  }

  /// What does not stand of one member, with everything that is known.
  func faults(of person: PersonID, on day: LocalDate) -> Set<TreeFault> {
    let point = Viewpoint(asOf: day)
    guard let course = persons[person], course.isMember(at: point) else { return [] }
    let missing = [course.memberOf[point], course.manager[point]].compactMap { $0 }
      .filter { !exists($0, at: point) }
    return Set(missing.map { TreeFault(subject: .person(person), problem: .missing($0)) })
  }

  /// The way up from `unit`, and where it meets itself, if it does.
  private static func line(
    from unit: UnitID, _ parents: [UnitID: UnitID?]
  ) -> (above: [UnitID], meets: UnitID?) {
    var above: [UnitID] = []
    var seen: Set<UnitID> = [unit]
    var next = parents[unit] ?? nil
    while let current = next {
      guard seen.insert(current).inserted else { return (above, current) }
      above.append(current)
      next = parents[current] ?? nil
    }
    return (above, nil)
  }
}
