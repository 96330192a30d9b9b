internal import ReviewEvents
internal import ReviewRules
internal import Yams

/// What must hold for a level besides points or grades.
extension RuleSetFile {
  /// What a condition can ask for, as written.
  private enum Kind: String, CaseIterable {
    case tasksDone = "TASKS_DONE"
    case tasksExceeded = "TASKS_EXCEEDED"
    case tasksLate = "TASKS_LATE"
    case remedied = "REMEDIED"
    case grade = "GRADE"
    case civilRating = "CIVIL_RATING"
    case organisationRating = "ORGANISATION_RATING"
    case noDiscipline = "NO_DISCIPLINE"

    /// The members that say how much, none of the others.
    var members: [String] {
      switch self {
      case .tasksDone, .tasksExceeded, .remedied, .civilRating, .organisationRating: ["atLeast"]
      case .tasksLate: ["atMost"]
      case .grade: ["atLeast", "group"]
      case .noDiscipline: []
      }
    }
  }

  func conditions(_ node: Node?, of scale: RatingScale?) -> [LevelCondition] {
    var seen: Set<ListCode> = []
    let conditions = reader.list(node, "conditions").compactMap { item -> Placed? in
      let members = reader.members(
        of: item, "conditions", required: ["code", "level", "subjects", "require", "source"],
        optional: ["atLeast", "atMost", "group"])
      let code = code(members, "conditions", at: item, among: &seen)
      let level = reader.choice(members["level"], "conditions.level", RatingLevel.self)
      let subjects = reader.choices(members["subjects"], "conditions.subjects", RuleSubject.self)
      let source = reader.text(members["source"], "conditions.source")
      let kind = reader.choice(members["require"], "conditions.require", Kind.self)
      let requirement = kind.flatMap { limit(of: $0, members, in: scale, at: item) }
      guard let code, let level, let source, let requirement else { return nil }
      let condition = LevelCondition(
        code: code, level: level, subjects: subjects, requirement: requirement, source: source)
      return Placed(condition: condition, node: item)
    }
    checkOrder(conditions)
    return conditions.map(\.condition)
  }

  /// A condition and where it stands.
  private struct Placed {
    let condition: LevelCondition
    let node: Node
  }

  private func limit(
    of kind: Kind, _ members: [String: Node], in scale: RatingScale?, at item: Node
  ) -> LevelCondition.Requirement? {
    for name in ["atLeast", "atMost", "group"] {
      switch (members[name], kind.members.contains(name)) {
      case (nil, true): reader.report("conditions.\(name) is missing", at: item)
      case (let node?, false):
        reader.report("conditions.\(name) says nothing for \(kind.rawValue)", at: node)
      default: break
      }
    }
    switch kind {
    case .tasksDone: return percent(members["atLeast"]).map { .tasksDone(percent: $0) }
    case .tasksExceeded: return percent(members["atLeast"]).map { .tasksExceeded(percent: $0) }
    case .tasksLate: return percent(members["atMost"]).map { .tasksLate(percent: $0) }
    case .remedied: return percent(members["atLeast"]).map { .remedied(percent: $0) }
    case .grade: return grade(members, of: scale)
    case .civilRating: return ratingLevel(members["atLeast"]).map { .civilRating(atLeast: $0) }
    case .organisationRating:
      return ratingLevel(members["atLeast"]).map { .organisationRating(atLeast: $0) }
    case .noDiscipline: return .noDiscipline
    }
  }

  private func percent(_ node: Node?) -> Int? {
    reader.integer(node, "conditions.atLeast or atMost", in: 0...100)
  }

  private func ratingLevel(_ node: Node?) -> RatingLevel? {
    reader.choice(node, "conditions.atLeast", RatingLevel.self)
  }

  private func grade(
    _ members: [String: Node], of scale: RatingScale?
  ) -> LevelCondition.Requirement? {
    let group = reader.identifier(members["group"], "conditions.group") { try ListCode($0) }
    let grade = reader.identifier(members["atLeast"], "conditions.atLeast") { try ListCode($0) }
    guard let group, let grade, let scale else { return nil }
    guard case .grades(let grades, let groups) = scale else {
      reader.report("conditions ask for a grade where the scale has points", at: members["require"])
      return nil
    }
    if !groups.contains(where: { $0.code == group }) {
      reader.report("conditions.group is no group of the scale: \(group)", at: members["group"])
    }
    if !grades.contains(where: { $0.code == grade }) {
      reader.report("conditions.atLeast is no grade of the scale: \(grade)", at: members["atLeast"])
    }
    return .grade(group: group, atLeast: grade)
  }

  // MARK: Contradictions

  /// A level never asks for more than a higher one, and never twice for the same.
  private func checkOrder(_ conditions: [Placed]) {
    for (place, later) in conditions.enumerated() {
      for former in conditions[..<place].map(\.condition) {
        let condition = later.condition
        guard !Set(former.subjects).isDisjoint(with: condition.subjects),
          let asked = shares(former.requirement, condition.requirement)
        else { continue }
        if former.level == condition.level {
          reader.report(
            "conditions \(former.code) and \(condition.code) ask for the same", at: later.node)
        } else if (former.level < condition.level) == (asked.0 > asked.1), asked.0 != asked.1 {
          reader.report(
            "conditions \(former.code) and \(condition.code) ask for more at the lower level",
            at: later.node)
        }
      }
    }
  }

  /// How much each asks for, if both ask for the same kind of share.
  private func shares(
    _ one: LevelCondition.Requirement, _ two: LevelCondition.Requirement
  ) -> (Int, Int)? {
    switch (one, two) {
    case (.tasksDone(let one), .tasksDone(let two)),
      (.tasksExceeded(let one), .tasksExceeded(let two)),
      (.remedied(let one), .remedied(let two)):
      (one, two)
    // Fewer late tasks are more to ask for.
    case (.tasksLate(let one), .tasksLate(let two)): (100 - one, 100 - two)
    default: nil
    }
  }
}
