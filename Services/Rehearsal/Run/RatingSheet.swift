import RehearsalModel

/// The rating statistics of one cycle, group by group.
struct RatingSheet: Decodable, Equatable {
  struct Group: Decodable, Equatable {
    let kind: String
    let managingLevel: String
    let peerGroup: String
    let toRate: Int
    var levels: [String: Int]

    var name: String { "\(kind) \(managingLevel) \(peerGroup)" }
  }

  var groups: [Group]

  /// - Parameter query: `?knownAt=…`, `?asOf=…` or nothing.
  static func read(_ cycle: Int, _ query: String, from api: API) async throws -> RatingSheet {
    try await api.get(.rating, "/v1/cycles/\(cycle)/rating-statistics\(query)")
      .decode(RatingSheet.self)
  }

  /// Counts `subject` at another level.
  mutating func move(_ subject: PlannedSubject, from: String, to: String) {
    for index in groups.indices
    where groups[index].kind == subject.kind && groups[index].peerGroup == subject.peerGroup
      && groups[index].managingLevel == subject.managingLevel
    {
      groups[index].levels[from, default: 0] -= 1
      groups[index].levels[to, default: 0] += 1
    }
  }

  /// One line for people.
  var summary: String {
    let levels = ["EXCELLENT", "GOOD", "SATISFACTORY", "UNSATISFACTORY"]
    let counts = levels.map { level in groups.reduce(0) { $0 + ($1.levels[level] ?? 0) } }
    return "\(Report.number(groups.reduce(0) { $0 + $1.toRate })) phải xếp loại, "
      + counts.map(Report.number).joined(separator: " + ")
  }

  /// Where the two say something else.
  func differences(from other: RatingSheet, _ what: String) -> [String] {
    let (mine, theirs) = (byName, other.byName)
    return Set(mine.keys).union(theirs.keys).sorted().compactMap { name in
      guard mine[name] != theirs[name] else { return nil }
      return "\(what), \(name): \(text(mine[name])) instead of \(text(theirs[name]))"
    }
  }

  private var byName: [String: Group] {
    Dictionary(groups.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  private func text(_ group: Group?) -> String {
    group.map { "\($0.toRate) to rate, \($0.levels.sorted { $0.key < $1.key })" } ?? "nothing"
  }
}
