import RatingDomain
import ReviewEvents
import ReviewRules
import Testing

@Suite struct `The quota for excellent` {
  /// The computed vectors of the domain paper: pool, all rated, then the largest number allowed
  /// under each base and rounding.
  struct Vector: Sendable {
    let pool: Int
    let all: Int
    let goodOnly: [Int]
    let goodOrBetter: [Int]
    let allRated: [Int]
  }

  static let vectors: [Vector] = [
    .init(pool: 4, all: 4, goodOnly: [0, 1, 1], goodOrBetter: [0, 1, 1], allRated: [0, 1]),
    .init(pool: 5, all: 5, goodOnly: [0, 1, 1], goodOrBetter: [1, 1, 1], allRated: [1, 1]),
    .init(pool: 7, all: 7, goodOnly: [1, 1, 1], goodOrBetter: [1, 1, 2], allRated: [1, 1]),
    .init(pool: 8, all: 9, goodOnly: [1, 1, 2], goodOrBetter: [1, 2, 2], allRated: [1, 2]),
    .init(pool: 12, all: 13, goodOnly: [2, 2, 2], goodOrBetter: [2, 2, 3], allRated: [2, 3]),
    .init(pool: 13, all: 13, goodOnly: [2, 2, 2], goodOrBetter: [2, 3, 3], allRated: [2, 3]),
    .init(pool: 16, all: 18, goodOnly: [2, 3, 3], goodOrBetter: [3, 3, 4], allRated: [3, 4]),
    .init(pool: 20, all: 22, goodOnly: [3, 3, 4], goodOrBetter: [4, 4, 4], allRated: [4, 4]),
    .init(pool: 22, all: 22, goodOnly: [3, 4, 4], goodOrBetter: [4, 4, 5], allRated: [4, 4]),
    .init(pool: 24, all: 24, goodOnly: [4, 4, 4], goodOrBetter: [4, 5, 5], allRated: [4, 5]),
    .init(
      pool: 100, all: 110, goodOnly: [16, 17, 17], goodOrBetter: [20, 20, 20], allRated: [22, 22]),
  ]

  static let roundings: [QuotaRule.Rounding] = [.down, .halfUp, .up]

  /// The largest number of excellent among `pool` good or better that keeps the rule.
  func largest(_ base: QuotaRule.Base, _ rounding: QuotaRule.Rounding, pool: Int, all: Int) -> Int {
    let rule = QuotaRule(base: base, percent: 20, rounding: rounding, source: "test")
    return (0...pool).last { excellent in
      let members =
        Array(repeating: GroupMember(proposed: nil, decided: .excellent), count: excellent)
        + Array(repeating: GroupMember(proposed: nil, decided: .good), count: pool - excellent)
        + Array(repeating: GroupMember(proposed: nil, decided: .satisfactory), count: all - pool)
      return QuotaCheck(members: members, rule: rule).isKept
    } ?? 0
  }

  @Test(arguments: vectors)
  func `the computed vectors hold for every base and rounding`(vector: Vector) {
    for (index, rounding) in Self.roundings.enumerated() {
      #expect(
        largest(.goodOnly, rounding, pool: vector.pool, all: vector.all) == vector.goodOnly[index])
      #expect(
        largest(.goodOrBetter, rounding, pool: vector.pool, all: vector.all)
          == vector.goodOrBetter[index])
    }
    for (index, rounding) in Self.roundings.prefix(2).enumerated() {
      #expect(
        largest(.allRated, rounding, pool: vector.pool, all: vector.all) == vector.allRated[index])
    }
  }

  @Test func `what is proposed counts in the base, what is decided must fit`() {
    let rule = QuotaRule(base: .goodOrBetter, percent: 20, rounding: .down, source: "test")
    let proposals =
      Array(repeating: GroupMember(proposed: .excellent, decided: nil), count: 4)
      + Array(repeating: GroupMember(proposed: .good, decided: nil), count: 16)
    let before = QuotaCheck(members: proposals, rule: rule)
    #expect(before.allowed == 4)
    #expect(before.room == 4)
    var decided = proposals
    for index in 0..<5 { decided[index].decided = .excellent }
    let after = QuotaCheck(members: decided, rule: rule)
    #expect(after.room == -1)
    #expect(!after.isKept)
  }

  @Test func `lowering a good one takes the place of an excellent one away`() {
    let rule = QuotaRule(base: .goodOrBetter, percent: 20, rounding: .down, source: "test")
    var members =
      [GroupMember(proposed: .excellent, decided: .excellent)]
      + Array(repeating: GroupMember(proposed: .good, decided: nil), count: 4)
    #expect(QuotaCheck(members: members, rule: rule).isKept)
    members[4].decided = .satisfactory
    #expect(!QuotaCheck(members: members, rule: rule).isKept)
  }

  @Test func `an empty group allows nobody and breaks nothing`() {
    let rule = QuotaRule(base: .allRated, percent: 20, rounding: .up, source: "test")
    let check = QuotaCheck(members: [], rule: rule)
    #expect(check.allowed == 0)
    #expect(check.isKept)
  }
}

@Suite struct `A share as printed` {
  @Test(arguments: [
    (4, 22, "18,18%"), (16, 22, "72,73%"), (2, 22, "9,09%"), (0, 22, "0,00%"), (22, 22, "100,00%"),
    (1, 3, "33,33%"), (2, 3, "66,67%"), (1, 8, "12,50%"), (1, 200, "0,50%"),
  ])
  func `has two decimals, a comma and rounds half up`(part: Int, whole: Int, text: String) {
    #expect(Share(part, of: whole).description == text)
  }

  @Test func `of nothing is a dash`() { #expect(Share(0, of: 0).description == "–") }
}
