import NotificationDomain
import ReviewEvents
import ReviewRules
import Testing

@Suite struct `The reminder ladder` {
  static let rule = ReminderLadder(rungs: [-14, -7, -3, -1, 0, 1], hour: 8)

  static func ladder(_ dueBefore: String, began: String = "2021-01-01T00:00:00Z") throws -> Ladder {
    Ladder(rule, dueBefore: try Instant(dueBefore), beganAt: try Instant(began))
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let due: String
    let lastDay: String
    let instants: [String]
    var testDescription: String { due }
  }

  static let table = [
    // "trước ngày 10/12/2021": midnight in Việt Nam is 17:00 UTC of the day before.
    Row(
      due: "2021-12-09T17:00:00Z", lastDay: "2021-12-09",
      instants: [
        "2021-11-25T01:00:00.000Z", "2021-12-02T01:00:00.000Z", "2021-12-06T01:00:00.000Z",
        "2021-12-08T01:00:00.000Z", "2021-12-09T01:00:00.000Z", "2021-12-10T01:00:00.000Z",
      ]),
    // "trong tháng 12": the overdue notice falls into the next year.
    Row(
      due: "2021-12-31T17:00:00Z", lastDay: "2021-12-31",
      instants: [
        "2021-12-17T01:00:00.000Z", "2021-12-24T01:00:00.000Z", "2021-12-28T01:00:00.000Z",
        "2021-12-30T01:00:00.000Z", "2021-12-31T01:00:00.000Z", "2022-01-01T01:00:00.000Z",
      ]),
    // The first days of a year: the reminders lie in the old one.
    Row(
      due: "2022-01-02T17:00:00Z", lastDay: "2022-01-02",
      instants: [
        "2021-12-19T01:00:00.000Z", "2021-12-26T01:00:00.000Z", "2021-12-30T01:00:00.000Z",
        "2022-01-01T01:00:00.000Z", "2022-01-02T01:00:00.000Z", "2022-01-03T01:00:00.000Z",
      ]),
    // The end of February in a leap year.
    Row(
      due: "2024-02-29T17:00:00Z", lastDay: "2024-02-29",
      instants: [
        "2024-02-15T01:00:00.000Z", "2024-02-22T01:00:00.000Z", "2024-02-26T01:00:00.000Z",
        "2024-02-28T01:00:00.000Z", "2024-02-29T01:00:00.000Z", "2024-03-01T01:00:00.000Z",
      ]),
    // Due at noon: that very day is the last compliant one.
    Row(
      due: "2021-12-09T05:00:00Z", lastDay: "2021-12-09",
      instants: [
        "2021-11-25T01:00:00.000Z", "2021-12-02T01:00:00.000Z", "2021-12-06T01:00:00.000Z",
        "2021-12-08T01:00:00.000Z", "2021-12-09T01:00:00.000Z", "2021-12-10T01:00:00.000Z",
      ]),
  ]

  @Test(arguments: table) func `each rung has its moment`(_ row: Row) throws {
    let ladder = try Self.ladder(row.due)
    #expect(ladder.lastCompliantDay.description == row.lastDay)
    #expect(Self.rule.rungs.map { ladder.instant(of: $0).description } == row.instants)
  }

  @Test func `rung 0 falls on the last compliant day and +1 on the day after`() throws {
    let ladder = try Self.ladder("2021-12-09T17:00:00Z")
    #expect(LocalDate(ladder.instant(of: 0)) == ladder.lastCompliantDay)
    #expect(LocalDate(ladder.instant(of: 1)) == ladder.lastCompliantDay.adding(days: 1))
  }

  @Test func `nothing is due a millisecond before a rung, and the rung at its moment`() throws {
    let ladder = try Self.ladder("2021-12-09T17:00:00Z")
    let moment = ladder.instant(of: -14)
    #expect(ladder.due(at: moment + .milliseconds(-1), above: nil) == nil)
    #expect(ladder.due(at: moment, above: nil) == DueRungs(newest: -14, superseded: []))
  }

  @Test func `after an outage of ten days one is sent and the older ones are superseded`() throws {
    let ladder = try Self.ladder("2021-12-09T17:00:00Z")
    // Down from the day of −7 until the day before the deadline.
    let back = try Instant("2021-12-08T02:00:00Z")
    #expect(ladder.due(at: back, above: -14) == DueRungs(newest: -1, superseded: [-7, -3]))
    #expect(ladder.due(at: back, above: -1) == nil)
    #expect(ladder.nextInstant(above: -1) == ladder.instant(of: 0))
  }

  @Test func `a clock moved over the whole ladder leaves the overdue notice`() throws {
    let ladder = try Self.ladder("2021-12-09T17:00:00Z")
    #expect(
      ladder.due(at: try Instant("2022-06-01T00:00:00Z"), above: nil)
        == DueRungs(newest: 1, superseded: [-14, -7, -3, -1, 0]))
    #expect(ladder.nextInstant(above: 1) == nil)
  }

  @Test func `a clock moved back repeats nothing`() throws {
    let ladder = try Self.ladder("2021-12-09T17:00:00Z")
    for day in -20...5 {
      let now = ladder.lastCompliantDay.adding(days: day).at(hour: 12)
      let due = ladder.due(at: now, above: -3)
      #expect(due.map { $0.newest > -3 && $0.superseded.allSatisfy { $0 > -3 } } ?? true)
    }
  }

  @Test func `rungs from before the duty began are not owed`() throws {
    let ladder = try Self.ladder("2021-12-09T17:00:00Z", began: "2021-12-06T01:00:00.001Z")
    #expect(ladder.rungs.filter(ladder.isOwed) == [-1, 0, 1])
    #expect(ladder.nextInstant(above: nil) == ladder.instant(of: -1))
    #expect(
      ladder.due(at: try Instant("2021-12-09T02:00:00Z"), above: nil)
        == DueRungs(newest: 0, superseded: [-1]))
  }

  @Test func `a duty that begins at the moment of a rung owes it`() throws {
    let ladder = try Self.ladder("2021-12-09T17:00:00Z", began: "2021-12-06T01:00:00Z")
    #expect(ladder.rungs.filter(ladder.isOwed) == [-3, -1, 0, 1])
  }

  @Test func `a duty due before the hour of its day is not reminded when it is too late`() throws {
    // Due at 06:00 in Việt Nam, reminders at 08:00.
    let ladder = try Self.ladder("2021-12-08T23:00:00Z")
    #expect(ladder.lastCompliantDay.description == "2021-12-09")
    #expect(ladder.rungs.filter(ladder.isOwed) == [-14, -7, -3, -1, 1])
  }

  @Test func `however often one looks, each rung is either sent or superseded exactly once`() throws
  {
    let ladder = try Self.ladder("2021-12-09T17:00:00Z")
    for step in 1...30 {
      var passed: Int?
      var seen: [Int] = []
      var now = try Instant("2021-11-01T00:00:00Z")
      while now < (try Instant("2021-12-25T00:00:00Z")) {
        if let due = ladder.due(at: now, above: passed) {
          seen += due.superseded + [due.newest]
          passed = due.newest
        }
        now = now + .seconds(3_600 * 7 * step)
      }
      #expect(seen == Self.rule.rungs)
    }
  }

  @Test func `the next moment is never before something is due`() throws {
    let ladder = try Self.ladder("2021-12-09T17:00:00Z")
    for passed in [nil, -14, -7, -3, -1, 0, 1] as [Int?] {
      guard let next = ladder.nextInstant(above: passed) else {
        #expect(passed == 1)
        continue
      }
      #expect(ladder.due(at: next + .milliseconds(-1), above: passed) == nil)
      #expect(ladder.due(at: next, above: passed) != nil)
    }
  }

  @Test func `a ladder without rungs reminds nobody`() throws {
    let ladder = Ladder(
      ReminderLadder(rungs: [], hour: 8), dueBefore: try Instant("2021-12-09T17:00:00Z"),
      beganAt: try Instant("2021-01-01T00:00:00Z"))
    #expect(ladder.nextInstant(above: nil) == nil)
    #expect(ladder.due(at: try Instant("2030-01-01T00:00:00Z"), above: nil) == nil)
  }
}
