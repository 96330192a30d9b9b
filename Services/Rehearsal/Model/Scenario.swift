/// The input of a rehearsal: what kind of province, and what happens in it.
///
/// Read from a data file. With the file's own seed the numbers are taken as they stand; any other
/// seed moves each of them, so that nothing can be right by being written down.
public struct Scenario: Codable, Sendable, Hashable {
  /// What people call it.
  public var name: String
  /// The seed for which the numbers hold exactly.
  public var seed: UInt64
  /// The year under review.
  public var year: Int
  /// The plan's number as printed.
  public var planNumber: String
  /// The rule set of the cycle.
  public var ruleSetID: String
  /// District-level organisations.
  public var districts: Int
  /// Grassroots organisations in the whole province, spread over the districts.
  public var grassroots: Int
  /// Cells in the whole province, spread over the grassroots organisations.
  public var cells: Int
  /// Members in the whole province, spread over the cells; leaders among them.
  public var members: Int
  /// How many of 100 ordinary members hand in electronically.
  public var electronicPercent: Int
  /// Grassroots organisations chosen as pilots.
  public var pilots: Int
  /// Collectives with a suggested review, by the level of the managing organisation.
  public var suggestedCollectives: [String: Int]
  /// Members with a suggested review, by the level of the managing organisation.
  public var suggestedMembers: [String: Int]
  /// Further cases that are withdrawn before their conclusion.
  public var withdrawnCases: Int
  /// How the district-level organisations are rated, by level; empty draws it from the seed.
  public var districtRatings: [String: Int]
  /// How many of 100 reports come late.
  public var latePercent: Int
  /// How many of 100 reports are returned once.
  public var returnedPercent: Int
  /// How many of 100 reports never come.
  public var neverPercent: Int
  /// How many of 100 subjects have no mail address.
  public var unreachablePercent: Int
  /// How many of 100 cases are acknowledged after the last day.
  public var lateAcknowledgementPercent: Int
  /// Cases that are issued when the report is in already, so that a supplement answers them.
  public var casesAfterReport: Int
  /// The file with the published figures, if the scenario is one of a real province.
  public var published: String?

  /// The scenario as `seed` plays it.
  public func played(with seed: UInt64) -> Scenario {
    guard seed != self.seed else { return self }
    var moved = self
    var generator = SeededGenerator(seed: seed)
    moved.seed = seed
    moved.published = nil
    for level in suggestedCollectives.keys.sorted() {
      moved.suggestedCollectives[level]? = generator.near(suggestedCollectives[level] ?? 0)
    }
    for level in suggestedMembers.keys.sorted() {
      moved.suggestedMembers[level]? = generator.near(suggestedMembers[level] ?? 0)
    }
    moved.withdrawnCases = generator.near(withdrawnCases)
    // What is not named is drawn group by group, from the seed as well.
    if !districtRatings.isEmpty { moved.districtRatings = generator.ratings(of: districts) }
    return moved
  }
}

extension SeededGenerator {
  /// A number within a fifth of `count`, never the same unless `count` is too small to move.
  fileprivate mutating func near(_ count: Int) -> Int {
    let reach = count / 5
    guard reach > 0 else { return count }
    // Downwards only: there need not be more subjects than the file asks for.
    return count - Int.random(in: 1...reach, using: &self)
  }

  /// Ratings for `count` subjects that keep a fifth of the good or better.
  fileprivate mutating func ratings(of count: Int) -> [String: Int] {
    let unsatisfactory = Int.random(in: 0...1, using: &self)
    let satisfactory = Int.random(in: 1...max(1, min(4, count / 4)), using: &self)
    let pool = count - unsatisfactory - satisfactory
    let excellent = pool < 5 ? 0 : Int.random(in: 1...(pool / 5), using: &self)
    return [
      "EXCELLENT": excellent, "GOOD": pool - excellent, "SATISFACTORY": satisfactory,
      "UNSATISFACTORY": unsatisfactory,
    ]
  }
}
