import IntakeDomain
import ReviewEvents
import Testing

@Suite struct `An import of posts` {
  typealias Row = PostImport.Row
  typealias Fault = ImportFault<PostImport.Column>

  static let day = "2021-03-01"

  func row(
    _ line: Int, _ person: String, _ rank: Int, _ unit: String, _ role: MemberRole = .head,
    on day: String = day, basis: String = "12-QĐ/TU"
  ) -> Row {
    Row(
      line: line, personID: Sample.id(person), rank: rank, unitID: Sample.id(unit), role: role,
      effectiveOn: Registry.day(day), legalBasis: basis)
  }

  func assigned(
    _ person: String, _ posts: [(String, MemberRole)], on day: String = day
  ) -> PostsAssigned {
    PostsAssigned(
      personID: Sample.id(person),
      posts: posts.map { Post(unitID: Sample.id($0.0), role: $0.1) },
      effectiveOn: Registry.day(day), legalBasis: "12-QĐ/TU")
  }

  func faults(_ rows: [Row], in history: OrganisationHistory = Registry().history) -> [Fault] {
    do throws(ImportRefusal<PostImport.Column>) {
      _ = try PostImport.plan(rows, history: history)
      return []
    } catch { return error.faults }
  }

  @Test func `takes all posts of a member in the order of their ranks`() throws {
    let plan = try PostImport.plan(
      [
        row(2, "secretary", 2, "cell-a", .deputy), row(3, "member-b", 1, "commune-b"),
        row(4, "secretary", 1, "commune-a"),
      ], history: Registry().history)
    #expect(
      plan.registered == [
        assigned("secretary", [("commune-a", .head), ("cell-a", .deputy)]),
        assigned("member-b", [("commune-b", .head)]),
      ])
    #expect(plan.amended.isEmpty && plan.unchangedCount == 0)
  }

  @Test func `counts members with first posts, with other posts and with the same`() throws {
    var registry = Registry()
    registry.record([
      .postsAssigned(assigned("secretary", [("commune-a", .head)])),
      .postsAssigned(assigned("member-a", [("cell-a", .head), ("commune-a", .deputy)])),
    ])
    let later = "2021-06-01"
    let plan = try PostImport.plan(
      [
        row(2, "member-a", 1, "cell-a", .head, on: later),
        row(3, "member-a", 2, "commune-a", .deputy, on: later),
        row(4, "secretary", 1, "commune-a", .deputy, on: later),
        row(5, "member-b", 1, "cell-b", on: later),
      ], history: registry.history)
    #expect(plan.registered == [assigned("member-b", [("cell-b", .head)], on: later)])
    #expect(plan.amended == [assigned("secretary", [("commune-a", .deputy)], on: later)])
    #expect(plan.unchangedCount == 1)
    // Another order is another first rank.
    let turned = try PostImport.plan(
      [
        row(2, "member-a", 2, "cell-a", .head, on: later),
        row(3, "member-a", 1, "commune-a", .deputy, on: later),
      ], history: registry.history)
    #expect(turned.amended.map(\.posts.first?.unitID.text) == ["commune-a"])
  }

  @Test func `names every fault with line and column`() {
    let found = faults([
      row(2, "nobody", 1, "commune-a"), row(3, "secretary", 1, "nowhere"),
      row(4, "secretary", 1, "commune-a", basis: "13-QĐ/TU"),
      row(5, "secretary", 4, "nowhere", on: "2021-04-01"),
      row(6, "member-a", 1, "cell-a", on: "2020-12-31"), row(7, "member-b", 2, "cell-b"),
      row(8, "member-b", 1, "cell-a", basis: " "),
    ])
    #expect(
      found == [
        Fault(line: 2, column: .personID, problem: .unknownPerson),
        Fault(line: 3, column: .unitID, problem: .unknownUnit),
        Fault(line: 4, column: .rank, problem: .repeatedRank(firstLine: 3)),
        Fault(line: 4, column: .legalBasis, problem: .otherDecision(firstLine: 3)),
        Fault(line: 5, column: .rank, problem: .rankLeftOut),
        Fault(line: 5, column: .unitID, problem: .repeatedPost(firstLine: 3)),
        Fault(line: 5, column: .effectiveOn, problem: .otherDecision(firstLine: 3)),
        Fault(line: 5, column: .unitID, problem: .unknownUnit),
        Fault(line: 6, column: .personID, problem: .notThere),
        Fault(line: 6, column: .unitID, problem: .notThere),
        Fault(line: 8, column: .legalBasis, problem: .otherDecision(firstLine: 7)),
        Fault(line: 8, column: .legalBasis, problem: .blankLegalBasis),
      ])
  }

  @Test func `needs a line for every rank`() {
    #expect(
      faults([row(2, "secretary", 1, "commune-a"), row(3, "secretary", 3, "cell-a")]) == [
        Fault(line: 3, column: .rank, problem: .rankLeftOut)
      ])
    #expect(faults([row(2, "secretary", 2, "commune-a")]).map(\.problem) == [.rankLeftOut])
  }

  @Test func `knows neither members who left nor organisations that ended by its day`() throws {
    var registry = Registry()
    registry.record(
      try registry.history.leave(
        LeavePerson(Sample.id("member-a"), decision: Registry.decision("2021-02-01"))))
    #expect(
      faults([row(2, "member-a", 1, "cell-b")], in: registry.history) == [
        Fault(line: 2, column: .personID, problem: .notThere)
      ])
    #expect(
      faults([row(2, "member-a", 1, "cell-b", on: "2021-01-20")], in: registry.history).isEmpty)
  }

  @Test func `takes back what is held without a change`() throws {
    var registry = Registry()
    let first = assigned("secretary", [("commune-a", .head)])
    let second = assigned(
      "secretary", [("cell-a", .head), ("commune-a", .deputy)], on: "2021-05-01")
    // Recorded in the other order, and one for a day to come.
    registry.record([.postsAssigned(second)])
    registry.record([.postsAssigned(first)])
    registry.record([.postsAssigned(assigned("secretary", [], on: "2022-01-01"))])
    let secretary: PersonID = Sample.id("secretary")
    let stream = registry.recorded.filter { $0.event.subject == .person(secretary) }
    func held(_ day: String) -> PostsAssigned? {
      PostImport.held(by: secretary, stream, on: Registry.day(day))
    }
    #expect(held("2021-02-28") == nil)
    #expect(held("2021-04-30") == first)
    #expect(held("2021-12-31") == second)
    #expect(held("2022-01-01") == nil)
    let rows = second.posts.enumerated().map { place, post in
      row(place + 2, "secretary", place + 1, post.unitID.text, post.role, on: "2021-05-01")
    }
    #expect(try PostImport.plan(rows, history: registry.history).unchangedCount == 1)
  }

  @Test func `holds nothing of a member who left`() throws {
    var registry = Registry()
    let secretary: PersonID = Sample.id("secretary")
    registry.record([.postsAssigned(assigned("secretary", [("commune-a", .head)]))])
    registry.record(
      try registry.history.leave(
        LeavePerson(secretary, decision: Registry.decision("2021-06-01"))))
    let stream = registry.recorded.filter { $0.event.subject == .person(secretary) }
    #expect(PostImport.held(by: secretary, stream, on: Registry.day("2021-05-31")) != nil)
    #expect(PostImport.held(by: secretary, stream, on: Registry.day("2021-06-01")) == nil)
  }
}
