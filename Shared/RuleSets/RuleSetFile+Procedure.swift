internal import ReviewEvents
internal import ReviewRules
internal import Yams

/// Guards, lead times and deadlines.
extension RuleSetFile {
  func procedure(_ members: [String: Node], levels: [LevelName]) -> ProcedureRules {
    let guards = members["guards"].map(guards) ?? [:]
    let leadTimes = members["leadTimes"].map(leadTimes) ?? LeadTimes()
    if let mode = guards[.draftCirculated], mode != .off, leadTimes.draftWorkingDays == nil {
      reader.report(
        "guards.DRAFT_CIRCULATED looks for leadTimes.draftWorkingDays, which is not there",
        at: members["guards"])
    }
    return ProcedureRules(
      guards: guards, leadTimes: leadTimes,
      deadlines: deadlines(members["deadlines"], levels: Set(levels.map(\.code))))
  }

  /// Every guard is named, so that none is off because somebody forgot it.
  private func guards(_ node: Node) -> [OrderingGuard: GuardMode] {
    let members = reader.members(
      of: node, "guards", required: OrderingGuard.allCases.map(\.rawValue))
    var guards: [OrderingGuard: GuardMode] = [:]
    for name in OrderingGuard.allCases {
      guards[name] = reader.choice(members[name.rawValue], "guards.\(name)", GuardMode.self)
    }
    return guards
  }

  private func leadTimes(_ node: Node) -> LeadTimes {
    let names = [
      "draftWorkingDays", "suggestionWorkingDays", "reviewDays", "provincialReviewDays",
    ]
    let members = reader.members(of: node, "leadTimes", required: [], optional: names)
    func days(_ name: String) -> Int? {
      reader.integer(members[name], "leadTimes.\(name)", in: 1...60)
    }
    let times = LeadTimes(
      draftWorkingDays: days(names[0]), suggestionWorkingDays: days(names[1]),
      reviewDays: days(names[2]), provincialReviewDays: days(names[3]))
    if let all = times.reviewDays, let province = times.provincialReviewDays, province < all {
      reader.report(
        "leadTimes.provincialReviewDays is less than leadTimes.reviewDays", at: members[names[3]])
    }
    return times
  }

  private func deadlines(_ node: Node?, levels: Set<LevelCode>) -> [DeadlineRule] {
    /// What a deadline is for; two for the same contradict each other.
    struct Purpose: Hashable {
      let task: Milestone.Task
      let level: LevelCode
      let pilot: Bool
    }
    var seen: Set<ListCode> = []
    var purposes: Set<Purpose> = []
    return reader.list(node, "deadlines").compactMap { item in
      let members = reader.members(
        of: item, "deadlines",
        required: ["code", "task", "level", "pilot", "before", "wording", "source"])
      let code = code(members, "deadlines", at: item, among: &seen)
      let task = reader.choice(members["task"], "deadlines.task", Milestone.Task.self)
      let level = reader.identifier(members["level"], "deadlines.level") { try LevelCode($0) }
      let pilot = reader.boolean(members["pilot"], "deadlines.pilot")
      let before = reader.dayOfYear(members["before"], "deadlines.before")
      let wording = reader.text(members["wording"], "deadlines.wording")
      let source = reader.text(members["source"], "deadlines.source")
      if let level, !levels.contains(level) {
        reader.report("deadlines.level is no level of this rule set: \(level)", at: item)
      }
      guard let code, let task, let level, let pilot, let before, let wording, let source else {
        return nil
      }
      reader.unique(
        Purpose(task: task, level: level, pilot: pilot), "deadlines for this task and level",
        at: item, among: &purposes)
      return DeadlineRule(
        code: code, task: task, level: level, pilot: pilot, month: before.month, day: before.day,
        wording: wording, source: source)
    }
  }
}
