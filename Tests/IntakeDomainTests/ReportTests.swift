import IntakeDomain
import ReviewEvents
import ReviewRules
import Testing

@Suite struct `A self-review report` {
  let owed = Report([.requested(Sample.requested)])

  func given(_ events: ReportEvent...) -> Report { Report([.requested(Sample.requested)] + events) }

  // MARK: Contents

  @Test func `needs every required section to say something`() {
    let missing: [SectionCode] = [Sample.id("I"), Sample.id("II")]
    #expect(throws: ReportRejection.missingSections(missing)) {
      try owed.submit(Sample.submit(sections: [Sample.id("II"): " \n\t"]))
    }
  }

  @Test func `has no section that its form does not know`() {
    #expect(throws: ReportRejection.unknownSections([Sample.id("XX")])) {
      try owed.submit(
        Sample.submit(
          sections: [Sample.id("I"): "a", Sample.id("II"): "b", Sample.id("XX"): "c"]))
    }
    #expect(throws: ReportRejection.unknownSections([Sample.id("XX")])) {
      try owed.draft(
        contentHash: "h", sections: [Sample.id("XX")], form: Sample.collectiveForm,
        actor: Sample.subjectActor, cyclePhase: .launched)
    }
  }

  @Test func `keeps a draft once`() throws {
    let drafted = ReportEvent.drafted(ReportDrafted(reportID: Sample.reportID, contentHash: "h"))
    func draft(_ report: Report) throws -> [ReportEvent] {
      try report.draft(
        contentHash: "h", sections: [], form: Sample.collectiveForm, actor: Sample.subjectActor,
        cyclePhase: .launched)
    }
    #expect(try draft(owed) == [drafted])
    #expect(try draft(given(drafted)).isEmpty)
    // After a return the same text is a new draft of the next version.
    let returned = given(drafted, .submitted(Sample.submitted()), .returned(Sample.returned))
    #expect(try draft(returned) == [drafted])
  }

  // MARK: Actors

  @Test func `is written by the subject or in its name`() throws {
    let person = SubjectID.person(Sample.id("p1"))
    var duty = Sample.requested
    duty.subjectID = person
    let report = Report([.requested(duty)])
    let itself = ActorContext(actor: .person(Sample.id("p1")), onBehalfOf: .unit(Sample.id("u")))
    let clerk = ActorContext(actor: .person(Sample.id("c")), onBehalfOf: .person(Sample.id("p1")))
    #expect(try report.submit(Sample.submit(actor: itself)).count == 1)
    #expect(try report.submit(Sample.submit(actor: clerk)).count == 1)
  }

  @Test func `is written by nobody else`() {
    for actor in [Sample.managerActor, ActorContext(actor: .service(.intake))] {
      #expect(throws: ReportRejection.notYourReport) {
        try owed.submit(Sample.submit(actor: actor))
      }
      #expect(throws: ReportRejection.notYourReport) {
        try given(.submitted(Sample.submitted()), .supplementRequested(Sample.supplementRequested))
          .submitSupplement(Sample.supplement(actor: actor))
      }
    }
  }

  @Test func `is judged by the managing unit or one above it`() throws {
    let report = given(.submitted(Sample.submitted()))
    for unit in ["district", "province"] {
      let actor = ActorContext(
        actor: .person(Sample.id("x")), onBehalfOf: .unit(Sample.id(unit)))
      #expect(try report.accept(actor: actor, managingLine: Sample.managingLine).count == 1)
    }
    for actor in [
      Sample.subjectActor, ActorContext(actor: .person(Sample.id("district"))),
      // Who acts for himself does not speak for the unit that he also is.
      ActorContext(actor: .unit(Sample.id("district")), onBehalfOf: .person(Sample.id("x"))),
    ] {
      #expect(throws: ReportRejection.notTheManagingUnit) {
        try report.accept(actor: actor, managingLine: Sample.managingLine)
      }
      #expect(throws: ReportRejection.notTheManagingUnit) {
        try report.giveBack(
          Sample.returned.reasons, form: Sample.collectiveForm, actor: actor,
          managingLine: Sample.managingLine)
      }
    }
  }

  // MARK: Return

  func giveBack(_ reasons: [(String, String)]) throws -> [ReportEvent] {
    try given(.submitted(Sample.submitted())).giveBack(
      reasons.map { ReturnReason(section: Sample.id($0.0), reason: $0.1) },
      form: Sample.collectiveForm, actor: Sample.managerActor, managingLine: Sample.managingLine)
  }

  @Test func `is returned with a reason for each section`() throws {
    #expect(throws: ReportRejection.noReasons) { try giveBack([]) }
    #expect(throws: ReportRejection.noReasons) { try giveBack([("I", "rõ"), ("II", " ")]) }
    #expect(throws: ReportRejection.repeatedSection(Sample.id("I"))) {
      try giveBack([("I", "a"), ("I", "b")])
    }
    #expect(throws: ReportRejection.unknownSections([Sample.id("XX")])) {
      try giveBack([("XX", "a")])
    }
    #expect(
      try giveBack([("II", "Chưa phân tích nguyên nhân chủ quan")]) == [.returned(Sample.returned)])
  }

  @Test func `comes in again as the next version`() throws {
    let report = given(.submitted(Sample.submitted()), .returned(Sample.returned))
    let again = try report.submit(Sample.submit(version: 2))
    #expect(again == [.submitted(Sample.submitted(version: 2))])
  }

  @Test func `that was punctual stays punctual when it comes in again after a return`() throws {
    let report = given(.submitted(Sample.submitted()), .returned(Sample.returned))
    let later = Sample.due + .seconds(86_400)
    let again = try report.submit(Sample.submit(version: 2, at: later))
    #expect(again == [.submitted(Sample.submitted(version: 2, lateness: .onTime, at: later))])
  }

  // MARK: Suggested matters

  @Test func `cannot be handed in while a suggested matter has no answer`() {
    #expect(throws: ReportRejection.unansweredMatters([Sample.otherMatter])) {
      try owed.submit(
        Sample.submit(
          answers: [Sample.answer(Sample.matter)], open: [Sample.matter, Sample.otherMatter]))
    }
  }

  @Test func `publishes kind and fingerprint of each answer, not its text`() throws {
    let events = try owed.submit(
      Sample.submit(answers: [Sample.answer(Sample.matter, "Lý do")], open: [Sample.matter]))
    guard case .submitted(let submitted) = try #require(events.first) else {
      Issue.record("not submitted")
      return
    }
    #expect(
      submitted.answers == [
        MatterAnswer(
          caseID: Sample.matter.caseID, matterID: Sample.matter.matterID, kind: .explained,
          textHash: "hash of Lý do")
      ])
  }

  @Test func `answers must say something, once, about what was suggested`() {
    #expect(throws: ReportRejection.emptyAnswers([Sample.matter])) {
      try owed.submit(
        Sample.submit(answers: [Sample.answer(Sample.matter, "  ")], open: [Sample.matter]))
    }
    #expect(throws: ReportRejection.repeatedAnswers([Sample.matter])) {
      try owed.submit(
        Sample.submit(
          answers: [Sample.answer(Sample.matter), Sample.answer(Sample.matter, "khác")],
          open: [Sample.matter]))
    }
    #expect(throws: ReportRejection.unknownMatters([Sample.matter])) {
      try owed.submit(Sample.submit(answers: [Sample.answer(Sample.matter)]))
    }
  }

  // MARK: Supplements

  @Test func `a case issued after the receipt opens a supplement to the end of a local day`() {
    let report = given(.submitted(Sample.submitted()))
    let events = report.requestSupplement(
      Sample.matter.caseID, matterIDs: [Sample.matter.matterID], lastDay: Sample.supplementDay)
    #expect(events == [.supplementRequested(Sample.supplementRequested)])
  }

  @Test func `a letter that is heard of again after its answer opens no supplement`() throws {
    let open = given()
    let submitted = try open.submit(
      Sample.submit(answers: [Sample.answer(Sample.matter)], open: [Sample.matter]))
    var report = open
    for event in submitted { report.apply(event) }
    #expect(
      report.requestSupplement(
        Sample.matter.caseID, matterIDs: [Sample.matter.matterID], lastDay: Sample.supplementDay)
        == [])
    let other: MatterID = Sample.id("another-matter")
    #expect(
      report.requestSupplement(
        Sample.matter.caseID, matterIDs: [Sample.matter.matterID, other],
        lastDay: Sample.supplementDay
      ).count == 1)
  }

  @Test func `a supplement answers every matter of its case`() throws {
    let report = given(
      .submitted(Sample.submitted()), .supplementRequested(Sample.supplementRequested))
    #expect(throws: ReportRejection.unansweredMatters([Sample.matter])) {
      try report.submitSupplement(Sample.supplement([]))
    }
    #expect(throws: ReportRejection.unknownMatters([Sample.otherMatter])) {
      try report.submitSupplement(
        Sample.supplement([Sample.answer(Sample.matter), Sample.answer(Sample.otherMatter)]))
    }
  }

  @Test(arguments: [
    ("2021-12-20T16:59:59.999Z", Lateness.onTime), ("2021-12-20T17:00:00Z", Lateness.late),
  ])
  func `a supplement has its own deadline`(at: String, lateness: Lateness) throws {
    let report = given(
      .submitted(Sample.submitted()), .supplementRequested(Sample.supplementRequested))
    let events = try report.submitSupplement(Sample.supplement(at: Sample.instant(at)))
    guard case .supplementSubmitted(let submitted) = try #require(events.first) else {
      Issue.record("not submitted")
      return
    }
    #expect(submitted.lateness == lateness)
  }

  @Test func `a report that comes in again answers its open supplement as well`() throws {
    let report = given(
      .submitted(Sample.submitted()), .supplementRequested(Sample.supplementRequested),
      .returned(Sample.returned))
    #expect(throws: ReportRejection.unansweredMatters([Sample.matter])) {
      try report.submit(Sample.submit(version: 2, open: [Sample.matter]))
    }
    let events = try report.submit(
      Sample.submit(version: 2, answers: [Sample.answer(Sample.matter)], open: [Sample.matter]))
    #expect(events.count == 2)
    #expect(Report([.requested(Sample.requested)] + events).version == 2)
    var after = report
    for event in events { after.apply(event) }
    #expect(after.supplements[Sample.matter.caseID]?.phase == .submitted)
    after.apply(.returned(Sample.returned))
    // What a supplement answered needs no second answer, and may have one.
    #expect(try after.submit(Sample.submit(open: [Sample.matter])).count == 1)
    #expect(
      try after.submit(
        Sample.submit(answers: [Sample.answer(Sample.matter)], open: [Sample.matter])
      ).count == 1)
  }
}

@Suite struct `Whether a report is late` {
  let noon = Sample.instant("2021-12-09T05:00:00Z")

  func judged(_ seconds: Int, outages: [Outage] = []) -> Lateness {
    .judged(
      receivedAt: Sample.due + .seconds(seconds), dueBefore: Sample.due, outages: outages,
      grace: .seconds(3_600))
  }

  @Test func `begins at the due instant itself`() {
    #expect(
      Lateness.judged(
        receivedAt: Sample.due + .milliseconds(-1), dueBefore: Sample.due, outages: [],
        grace: .zero) == .onTime)
    #expect(judged(0) == .late)
    #expect(judged(1) == .late)
  }

  @Test func `an outage before the deadline explains what comes within the grace`() {
    let outage = Outage(from: Sample.due + .seconds(-600), to: Sample.due + .seconds(600))
    #expect(judged(0, outages: [outage]) == .lateServiceOutage)
    #expect(judged(600 + 3_599, outages: [outage]) == .lateServiceOutage)
    #expect(judged(600 + 3_600, outages: [outage]) == .late)
    #expect(judged(-1, outages: [outage]) == .onTime)
  }

  @Test func `an outage that began after the deadline explains nothing`() {
    let outage = Outage(from: Sample.due, to: Sample.due + .seconds(600))
    #expect(judged(700, outages: [outage]) == .late)
  }
}
