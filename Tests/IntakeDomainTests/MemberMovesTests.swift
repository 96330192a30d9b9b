import IntakeDomain
import ReviewEvents
import ReviewRules
import Testing

@Suite struct `A member in mid-cycle` {
  typealias Rejection = OrganisationRejection

  let member: PersonID = Sample.id("member-a")
  let cellA: UnitID = Sample.id("cell-a")
  let cellB: UnitID = Sample.id("cell-b")
  let a: UnitID = Sample.id("commune-a")
  let b: UnitID = Sample.id("commune-b")
  let year = Registry.day("2021-01-10")...Registry.day("2021-12-31")

  func join(_ person: String, _ day: String) -> JoinPerson {
    JoinPerson(
      Sample.id(person), fullName: "Trần Thị C", memberOfID: cellA, managingUnitID: a,
      role: .member, peerGroup: Sample.id("members"), channel: .electronic,
      decision: Registry.decision(day))
  }

  func refusal(_ command: () throws(Rejection) -> [OrganisationEvent]) -> Rejection? {
    do throws(Rejection) {
      _ = try command()
      return nil
    } catch { return error }
  }

  @Test func `joins once, leaves, and may come back`() throws {
    var registry = Registry()
    registry.record(try registry.history.join(join("newcomer", "2021-05-01")))
    let id: PersonID = Sample.id("newcomer")
    #expect(
      refusal { () throws(Rejection) in
        try registry.history.join(join("newcomer", "2021-06-01"))
      } == .alreadyThere(.person(id)))
    registry.record(
      try registry.history.leave(LeavePerson(id, decision: Registry.decision("2021-08-01"))))
    let history = registry.history
    #expect(history.person(id, at: Registry.at("2021-04-30")) == nil)
    #expect(history.person(id, at: Registry.at("2021-07-31"))?.managingUnitID == a)
    #expect(history.person(id, at: Registry.at("2021-08-01")) == nil)
    #expect(history.manager(of: .person(id), at: Registry.at("2021-08-01")) == nil)
    #expect(
      refusal { () throws(Rejection) in
        try history.transfer(
          TransferPerson(id, memberOfID: cellB, decision: Registry.decision("2021-08-01")))
      } == .noLongerThere(.person(id), on: Registry.day("2021-08-01")))
    registry.record(try registry.history.join(join("newcomer", "2021-10-01")))
    #expect(registry.history.person(id, at: Registry.at("2021-10-01")) != nil)
  }

  @Test func `has two relations, and each can change alone`() throws {
    var registry = Registry()
    registry.record(
      try registry.history.transfer(
        TransferPerson(member, managingUnitID: b, decision: Registry.decision("2021-07-01"))))
    let state = registry.history.person(member, at: Registry.at("2021-07-01"))
    #expect(state?.memberOfID == cellA && state?.managingUnitID == b)
    #expect(
      refusal { () throws(Rejection) in
        try registry.history.transfer(
          TransferPerson(member, decision: Registry.decision("2021-07-01")))
      } == .nothingChanges)
    #expect(
      refusal { () throws(Rejection) in
        try registry.history.transfer(
          TransferPerson(
            member, memberOfID: Sample.id("nowhere"), decision: Registry.decision("2021-07-01")))
      } == .unknownUnit(Sample.id("nowhere")))
  }

  @Test func `with several posts is counted once, in the first-ranked one`() throws {
    var registry = Registry()
    let posts = [Post(unitID: b, role: .head), Post(unitID: cellA, role: .deputy)]
    registry.record(
      try registry.history.assign(
        AssignPosts(member, posts: posts, decision: Registry.decision("2021-03-01"))))
    let (eve, day) = (Registry.at("2021-02-28"), Registry.at("2021-03-01"))
    #expect(registry.history.person(member, at: eve)?.role == .member)
    #expect(registry.history.person(member, at: day)?.role == .head)
    #expect(registry.history.countedOnce(at: eve)[member] == cellA)
    #expect(registry.history.countedOnce(at: day)[member] == b)
    #expect(registry.history.heads(of: b, at: day) == [member])
    #expect(registry.history.heads(of: cellA, at: day).isEmpty)
    #expect(
      refusal { () throws(Rejection) in
        try registry.history.assign(
          AssignPosts(
            member, posts: posts + [Post(unitID: b, role: .deputy)],
            decision: Registry.decision("2021-04-01")))
      } == .repeatedPost(b))
    registry.record(
      try registry.history.dissolve(
        DissolveUnit(b, receiverID: a, decision: Registry.decision("2021-09-01"))))
    let after = Registry.at("2021-09-01")
    #expect(registry.history.person(member, at: after)?.posts == [posts[1]])
    #expect(registry.history.person(member, at: after)?.role == .deputy)
  }

  @Test func `has one rating of record, by who managed long enough last`() throws {
    var registry = Registry()
    registry.record(
      try registry.history.transfer(
        TransferPerson(
          member, memberOfID: cellB, managingUnitID: b, decision: Registry.decision("2021-12-01"))))
    func decider(daysMin: Int) -> UnitID? {
      RatingOfRecord(period: year, daysMin: daysMin)
        .decider(on: .person(member), in: registry.history)
    }
    #expect(decider(daysMin: 0) == b)
    #expect(decider(daysMin: 31) == b)
    #expect(decider(daysMin: 32) == a)
    #expect(decider(daysMin: 400) == b, "nobody managed long enough, so the newest decides")
    registry.record(
      try registry.history.dissolve(
        DissolveUnit(a, receiverID: b, decision: Registry.decision("2021-12-20"))))
    #expect(decider(daysMin: 32) == b, "who ended decides no more, its heir does")
    registry.record(
      try registry.history.leave(LeavePerson(member, decision: Registry.decision("2021-12-31"))))
    #expect(decider(daysMin: 0) == nil)
    let cycle: CycleID = Sample.id("2021")
    let rating = RatingID(cycle: cycle, subject: .person(member))
    #expect(!RatingOfRecord.isDuplicate(rating, of: .person(member), in: cycle))
    #expect(RatingOfRecord.isDuplicate(Sample.id("again"), of: .person(member), in: cycle))
  }

  // MARK: Open duties

  func requested(_ subject: SubjectID, by manager: UnitID, _ level: String) -> ReportRequested {
    ReportRequested(
      reportID: ReportID(cycle: Sample.id("2021"), subject: subject), cycleID: Sample.id("2021"),
      subjectID: subject, managingUnitID: manager, managingLevel: Sample.id(level),
      form: Sample.id("02"), dueBefore: Sample.due, dueWording: "trước ngày 10/12/2021",
      year: 2021, planNumber: "57-KH/TU", ruleSetID: Sample.rules.id)
  }

  @Test func `open reports follow the subject to the new manager, accepted ones stay`() throws {
    var registry = Registry()
    registry.record(
      try registry.history.merge(
        MergeUnits(
          [a, b], into: .founded(Registry.new("commune-c")),
          decision: Registry.decision("2021-07-01")), levels: Registry.levels))
    registry.record(
      try registry.history.leave(
        LeavePerson(Sample.id("member-b"), decision: Registry.decision("2021-07-15"))))
    let accepted = requested(.unit(cellB), by: b, "GRASSROOTS")
    let reports = [
      Report([.requested(requested(.person(member), by: a, "GRASSROOTS"))]),
      Report([
        .requested(accepted),
        .accepted(
          ReportAccepted(
            reportID: accepted.reportID, cycleID: accepted.cycleID, subjectID: accepted.subjectID,
            version: 1)),
      ]),
      Report([.requested(requested(.person(Sample.id("member-b")), by: b, "GRASSROOTS"))]),
      Report([
        .requested(
          requested(.person(Sample.id("secretary")), by: Sample.id("district"), "DISTRICT"))
      ]),
      Report([.requested(requested(.unit(a), by: Sample.id("district"), "DISTRICT"))]),
    ]
    let plan = try OpenDuties.plan(reports, in: registry.history, at: Registry.at("2021-08-01"))
    #expect(plan.handedOver.map(\.subjectID) == [.person(member)])
    #expect(plan.handedOver.map(\.managingUnitID.text) == ["commune-c"])
    #expect(plan.handedOver.map(\.fromUnitID) == [a])
    #expect(plan.handedOver.map(\.effectiveOn) == [Registry.day("2021-07-01")])
    #expect(plan.waived.map(\.subjectID) == [.person(Sample.id("member-b")), .unit(a)])
    #expect(plan.waived.map(\.reason) == [.left, .ended])
    #expect(
      plan.waived.map(\.effectiveOn) == [Registry.day("2021-07-15"), Registry.day("2021-07-01")])
    var report = reports[0]
    for fact in plan.handedOver { report.apply(.handedOver(fact)) }
    #expect(report.duty?.managingUnitID == Sample.id("commune-c"))
    #expect(report.duty?.dueBefore == Sample.due && report.phase == .requested)
    #expect(
      try OpenDuties.plan([report], in: registry.history, at: Registry.at("2021-08-01"))
        == OpenDuties.Plan())
  }

  @Test func `what a subject that is gone had handed in is judged, the rest is waived once`() throws
  {
    var registry = Registry()
    registry.record(
      try registry.history.leave(LeavePerson(member, decision: Registry.decision("2021-08-01"))))
    let duty = requested(.person(member), by: a, "GRASSROOTS")
    let submitted = ReportSubmitted(
      reportID: duty.reportID, cycleID: duty.cycleID, subjectID: duty.subjectID,
      managingLevel: duty.managingLevel, version: 1, contentHash: "h", receivedAt: Sample.due,
      lateness: .onTime, answers: [])
    let returned = ReportReturned(
      reportID: duty.reportID, cycleID: duty.cycleID, subjectID: duty.subjectID, version: 1,
      reasons: [])
    func plan(_ events: [ReportEvent], _ day: String) throws -> OpenDuties.Plan {
      try OpenDuties.plan([Report(events)], in: registry.history, at: Registry.at(day))
    }
    let lying: [ReportEvent] = [.requested(duty), .submitted(submitted)]
    #expect(try plan(lying, "2021-08-01") == OpenDuties.Plan())
    #expect(try plan([.requested(duty)], "2021-07-31") == OpenDuties.Plan())
    let waived = try plan(lying + [.returned(returned)], "2021-09-01").waived
    #expect(waived.map(\.reason) == [.left])
    #expect(
      try plan(lying + [.returned(returned)] + waived.map { .waived($0) }, "2021-09-01")
        == OpenDuties.Plan())
  }

  @Test func `to be where one is already, or to leave twice on one day, changes nothing`() throws {
    var registry = Registry()
    let same = TransferPerson(
      member, memberOfID: cellA, managingUnitID: a, role: .member,
      decision: Registry.decision("2021-07-01"))
    #expect(try registry.history.transfer(same).isEmpty)
    let leave = LeavePerson(member, decision: Registry.decision("2021-08-01"))
    registry.record(try registry.history.leave(leave))
    #expect(try registry.history.leave(leave).isEmpty)
    let later = LeavePerson(member, decision: Registry.decision("2021-08-02"))
    #expect(
      refusal { () throws(Rejection) in try registry.history.leave(later) }
        == .noLongerThere(.person(member), on: Registry.day("2021-08-02")))
  }

  @Test func `two reports of one subject in one cycle are refused`() {
    let report = Report([.requested(requested(.person(member), by: a, "GRASSROOTS"))])
    #expect(
      throws: DuplicateReport(subjectID: .person(member), cycleID: Sample.id("2021"))
    ) {
      try OpenDuties.plan(
        [report, report], in: Registry().history, at: Registry.at("2021-08-01"))
    }
  }
}
