internal import ReviewEvents
internal import ReviewRules
internal import Yams

/// Levels of quality, scale, criteria, conditions, quota, vote.
extension RuleSetFile {
  func rating(_ members: [String: Node]) -> RatingRules? {
    let levels = ratingLevels(members["ratingLevels"])
    let scale = members["scale"].flatMap(scale)
    let criteria = criteria(members["criteria"], of: scale)
    let conditions = conditions(members["conditions"], of: scale)
    let exemptions = exemptions(members["exemptions"])
    let vote = members["vote"].flatMap(vote)
    guard let scale, let vote else { return nil }
    return RatingRules(
      levels: levels, scale: scale, criteria: criteria, conditions: conditions,
      exemptions: exemptions, vote: vote)
  }

  private func ratingLevels(_ node: Node?) -> [RatingLevelName] {
    let levels = reader.list(node, "ratingLevels").compactMap { item -> RatingLevelName? in
      let members = reader.members(
        of: item, "ratingLevels", required: ["code", "name", "abbreviation"])
      let code = reader.choice(members["code"], "ratingLevels.code", RatingLevel.self)
      let name = reader.text(members["name"], "ratingLevels.name")
      let abbreviation = reader.text(members["abbreviation"], "ratingLevels.abbreviation")
      guard let code, let name, let abbreviation else { return nil }
      return RatingLevelName(code: code, name: name, abbreviation: abbreviation)
    }
    if levels.map(\.code) != RatingLevel.allCases.sorted(by: >) {
      reader.report("ratingLevels must hold each level once, the highest first", at: node)
    }
    return levels
  }

  // MARK: The scale

  private func scale(_ node: Node) -> RatingScale? {
    guard case .mapping(let mapping) = node, mapping["grades"] == nil else {
      return gradeScale(node)
    }
    return pointScale(node)
  }

  private func gradeScale(_ node: Node) -> RatingScale {
    let members = reader.members(of: node, "scale", required: ["grades", "groups"])
    return .grades(
      entries(members["grades"], "scale.grades"), groups: entries(members["groups"], "scale.groups")
    )
  }

  private func pointScale(_ node: Node) -> RatingScale? {
    let members = reader.members(of: node, "scale", required: ["maximum", "groups", "bands"])
    let maximum = reader.integer(members["maximum"], "scale.maximum", in: 1...1_000)
    var seen: Set<ListCode> = []
    let groups = reader.list(members["groups"], "scale.groups").compactMap {
      item -> PointScale.Group? in
      let members = reader.members(of: item, "scale.groups", required: ["code", "name", "maximum"])
      let code = code(members, "scale.groups", at: item, among: &seen)
      let name = reader.text(members["name"], "scale.groups.name")
      let maximum = reader.integer(members["maximum"], "scale.groups.maximum", in: 1...1_000)
      guard let code, let name, let maximum else { return nil }
      return PointScale.Group(code: code, name: name, maximum: maximum)
    }
    let bands = bands(members["bands"])
    guard let maximum else { return nil }
    let sum = groups.reduce(0) { $0 + $1.maximum }
    if sum != maximum {
      reader.report(
        "scale.groups add up to \(sum), not to the maximum \(maximum)", at: members["groups"])
    }
    if let highest = bands.first, highest.atLeast > maximum {
      reader.report("scale.bands begin above the maximum \(maximum)", at: members["bands"])
    }
    return .points(PointScale(maximum: maximum, groups: groups, bands: bands))
  }

  private func bands(_ node: Node?) -> [PointScale.Band] {
    let bands = reader.list(node, "scale.bands").compactMap { item -> PointScale.Band? in
      let members = reader.members(of: item, "scale.bands", required: ["code", "atLeast"])
      let level = reader.choice(members["code"], "scale.bands.code", RatingLevel.self)
      let atLeast = reader.integer(members["atLeast"], "scale.bands.atLeast", in: 0...1_000)
      guard let level, let atLeast else { return nil }
      return PointScale.Band(level: level, atLeast: atLeast)
    }
    if bands.map(\.level) != RatingLevel.allCases.sorted(by: >) {
      reader.report("scale.bands must hold each level once, the highest first", at: node)
    } else if zip(bands, bands.dropFirst()).contains(where: { $0.atLeast <= $1.atLeast }) {
      reader.report("scale.bands must fall", at: node)
    } else if bands.last?.atLeast != 0 {
      reader.report("scale.bands must end at 0, or some points reach no level", at: node)
    }
    return bands
  }

  // MARK: Criteria

  private func criteria(_ node: Node?, of scale: RatingScale?) -> [Criterion] {
    var seen: Set<ListCode> = []
    let criteria = reader.list(node, "criteria").compactMap { item -> Criterion? in
      let members = reader.members(
        of: item, "criteria", required: ["code", "name", "group", "subjects"],
        optional: ["points"])
      let code = code(members, "criteria", at: item, among: &seen)
      let name = reader.text(members["name"], "criteria.name")
      let group = reader.identifier(members["group"], "criteria.group") { try ListCode($0) }
      let subjects = reader.choices(members["subjects"], "criteria.subjects", RuleSubject.self)
      let points = reader.integer(members["points"], "criteria.points", in: 1...1_000)
      if let group, let scale, !scale.groups.contains(group) {
        reader.report("criteria.group is no group of the scale: \(group)", at: members["group"])
      }
      if case .grades = scale, members["points"] != nil {
        reader.report("criteria.points stands beside a scale of grades", at: members["points"])
      }
      guard let code, let name, let group else { return nil }
      return Criterion(code: code, name: name, group: group, subjects: subjects, points: points)
    }
    if case .points(let scale) = scale { checkPoints(criteria, of: scale, at: node) }
    return criteria
  }

  /// Where the criteria of a group say what they bring, they bring together what the group does.
  private func checkPoints(_ criteria: [Criterion], of scale: PointScale, at node: Node?) {
    for group in scale.groups {
      let own = criteria.filter { $0.group == group.code }
      guard own.contains(where: { $0.points != nil }) else { continue }
      let faulty = RuleSubject.allCases.filter { subject in
        let points = own.filter { $0.subjects.contains(subject) }.map { $0.points ?? 0 }
        return !points.isEmpty && points.reduce(0, +) != group.maximum
      }
      guard !faulty.isEmpty else { continue }
      reader.report(
        "criteria of \(group.code) do not bring \(group.maximum) points for "
          + faulty.map(\.rawValue).joined(separator: ", "), at: node)
    }
  }

  // MARK: Exemptions and votes

  private func exemptions(_ node: Node?) -> [Exemption] {
    var seen: Set<ListCode> = []
    return reader.list(node, "exemptions").compactMap { item in
      let members = reader.members(
        of: item, "exemptions", required: ["code", "name", "reviewed", "rated", "source"],
        optional: ["admittedWithinMonths"])
      let code = code(members, "exemptions", at: item, among: &seen)
      let name = reader.text(members["name"], "exemptions.name")
      let reviewed = reader.boolean(members["reviewed"], "exemptions.reviewed")
      let rated = reader.boolean(members["rated"], "exemptions.rated")
      let months = reader.integer(
        members["admittedWithinMonths"], "exemptions.admittedWithinMonths", in: 1...24)
      let source = reader.text(members["source"], "exemptions.source")
      if reviewed == false, rated == true {
        // QĐ 124 art. 11: who was not reviewed cannot be rated.
        reader.report("exemptions: who is not reviewed cannot be rated", at: item)
      }
      guard let code, let name, let reviewed, let rated, let source else { return nil }
      return Exemption(
        code: code, name: name, reviewed: reviewed, rated: rated, admittedWithinMonths: months,
        source: source)
    }
  }

  private func vote(_ node: Node) -> VoteRule? {
    let members = reader.members(
      of: node, "vote", required: ["method", "base", "threshold", "tie"], optional: ["quorum"])
    let method = reader.choice(members["method"], "vote.method", VoteRule.Method.self)
    let base = reader.choice(members["base"], "vote.base", VoteRule.Base.self)
    let threshold = reader.share(members["threshold"], "vote.threshold")
    let quorum = reader.share(members["quorum"], "vote.quorum")
    let tie = reader.choice(members["tie"], "vote.tie", VoteRule.Tie.self)
    guard let method, let base, let threshold, let tie else { return nil }
    return VoteRule(method: method, base: base, threshold: threshold, quorum: quorum, tie: tie)
  }

  // MARK: The quota

  func quota(_ node: Node) -> QuotaRule? {
    let members = reader.members(
      of: node, "quota",
      required: ["base", "percent", "rounding", "headsExcluded", "oneUpToGroupSize", "source"],
      optional: ["outstandingPercent"])
    let base = reader.choice(members["base"], "quota.base", QuotaRule.Base.self)
    let percent = reader.integer(members["percent"], "quota.percent", in: 0...100)
    let outstanding = reader.integer(
      members["outstandingPercent"], "quota.outstandingPercent", in: 0...100)
    let rounding = reader.choice(members["rounding"], "quota.rounding", QuotaRule.Rounding.self)
    let headsExcluded = reader.boolean(members["headsExcluded"], "quota.headsExcluded")
    let one = reader.integer(members["oneUpToGroupSize"], "quota.oneUpToGroupSize", in: 0...20)
    let source = reader.text(members["source"], "quota.source")
    if let percent, let outstanding, outstanding < percent {
      reader.report(
        "quota.outstandingPercent is less than quota.percent", at: members["outstandingPercent"])
    }
    guard let base, let percent, let rounding, let headsExcluded, let one, let source else {
      return nil
    }
    return QuotaRule(
      base: base, percent: percent, outstandingPercent: outstanding, rounding: rounding,
      headsExcluded: headsExcluded, oneUpToGroupSize: one, source: source)
  }
}
