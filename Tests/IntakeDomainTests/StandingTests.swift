import IntakeDomain
import ReviewEvents
import ReviewRules
import Testing

extension Sample {
  static let ground = Ground(
    legalBasis: "15-TB/HU", reason: "Bổ sung kết luận kiểm tra", reasonHash: "reason hash")

  static func reopen(
    _ ground: Ground = ground, actor: ActorContext = managerActor,
    cycle: Cycle.Phase = .launched
  ) -> ReopenReport {
    ReopenReport(actor: actor, managingLine: managingLine, ground: ground, cyclePhase: cycle)
  }

  static func reopened(version: Int = 0) -> ReportReopened {
    ReportReopened(
      reportID: reportID, cycleID: id("2021"), subjectID: subject, version: version,
      legalBasis: ground.legalBasis, reasonHash: ground.reasonHash)
  }

  static let locked = ReportEvent.locked(
    ReportLocked(reportID: reportID, cycleID: id("2021"), subjectID: subject))

  static let obstacles = [
    ClosingObstacle(kind: .requested, count: 2, overdue: 1, reports: [reportID])
  ]
}

@Suite struct `Locking a report` {
  let owed: [ReportEvent] = [.requested(Sample.requested)]

  @Test func `happens from the due instant on and not a moment before`() {
    #expect(Report(owed).lock(at: Sample.due + .milliseconds(-1)).isEmpty)
    #expect(Report(owed).lock(at: Sample.due) == [Sample.locked])
  }

  @Test func `follows the date that was granted`() {
    let later = Sample.due + .seconds(86_400)
    let granted = ReportEvent.extensionGranted(
      ExtensionGranted(
        reportID: Sample.reportID, cycleID: Sample.id("2021"), subjectID: Sample.subject,
        dueBefore: later, dueWording: "trước ngày 11/12/2021", firstDueBefore: Sample.due,
        reasonHash: "r"))
    #expect(Report(owed + [granted]).lock(at: later + .milliseconds(-1)).isEmpty)
    #expect(Report(owed + [granted]).lock(at: later) == [Sample.locked])
  }

  @Test func `happens once, and leaves alone what was reopened`() {
    let reopened = Report(owed + [Sample.locked, .reopened(Sample.reopened())])
    #expect(reopened.phase == .requested)
    #expect(Report(owed + [Sample.locked]).lock(at: Sample.due).isEmpty)
    #expect(reopened.lock(at: Sample.due + .seconds(86_400)).isEmpty)
  }
}

@Suite struct `Reopening a report` {
  let accepted: [ReportEvent] = [
    .requested(Sample.requested), .submitted(Sample.submitted()), .accepted(Sample.accepted),
  ]

  @Test func `lays it with its subject and keeps receipt, version and lateness`() throws {
    var report = Report(accepted)
    let events = try report.reopen(Sample.reopen())
    #expect(events == [.reopened(Sample.reopened(version: 1))])
    for event in events { report.apply(event) }
    #expect(report.phase == .returned && report.reopenings == 1)
    #expect(report.submissions == [Sample.submitted()])
    #expect(report.lastReopening?.legalBasis == "15-TB/HU")
    // Months later, after the cycle was closed: a second version, as punctual as the first.
    let again = try report.submit(
      Sample.submit(version: 2, at: Sample.due + .seconds(90 * 86_400), cycle: .closed))
    #expect(
      again == [
        .submitted(
          Sample.submitted(version: 2, lateness: .onTime, at: Sample.due + .seconds(90 * 86_400)))
      ])
  }

  @Test func `of one that never came leaves it as late as it is`() throws {
    let report = Report([
      .requested(Sample.requested), Sample.locked, .reopened(Sample.reopened()),
    ])
    let events = try report.submit(Sample.submit(at: Sample.due + .seconds(60)))
    #expect(
      events == [
        .submitted(Sample.submitted(lateness: .late, at: Sample.due + .seconds(60)))
      ])
  }

  @Test func `is for the managing unit and those above it`() {
    let others = [
      Sample.subjectActor, ActorContext(actor: .person(Sample.id("clerk"))),
      ActorContext(actor: .person(Sample.id("clerk")), onBehalfOf: .unit(Sample.id("district-9"))),
    ]
    for actor in others {
      #expect(throws: ReportRejection.notTheManagingUnit) {
        try Report(accepted).reopen(Sample.reopen(actor: actor))
      }
    }
    let province = ActorContext(
      actor: .person(Sample.id("clerk")), onBehalfOf: .unit(Sample.id("province")))
    #expect(throws: Never.self) {
      try Report(accepted).reopen(Sample.reopen(actor: province))
    }
  }

  @Test func `needs a reason and a basis that say something`() {
    for (basis, reason) in [(" ", "Lý do"), ("15-TB/HU", "\n")] {
      let ground = Ground(legalBasis: basis, reason: reason, reasonHash: "h")
      #expect(throws: ReportRejection.groundMissing) {
        try Report(accepted).reopen(Sample.reopen(ground))
      }
    }
  }

  @Test func `is not done twice while it lies with its subject, nor while it is judged again`()
    throws
  {
    let open = accepted + [.reopened(Sample.reopened(version: 1))]
    let back = open + [.submitted(Sample.submitted(version: 2))]
    for story in [open, back] {
      #expect(throws: ReportRejection.notClosed) {
        try Report(story).reopen(Sample.reopen(cycle: .closed))
      }
    }
    let done = Report(back + [.accepted(Sample.accepted)])
    #expect(try done.reopen(Sample.reopen(cycle: .closed)).count == 1)
    #expect(!done.isReopened && done.reopenings == 1)
  }
}

@Suite struct `The end of a cycle` {
  let launched: [CycleEvent] = [
    .opened(Sample.opened()),
    .launched(CycleLaunched(cycleID: Sample.id("2021"), requestedReports: 3)),
  ]

  func closed(
    forced: Bool? = nil, _ legalBasis: String? = nil, _ reasonHash: String? = nil
  ) -> CycleEvent {
    .closed(
      CycleClosed(
        cycleID: Sample.id("2021"), forced: forced, legalBasis: legalBasis,
        reasonHash: reasonHash))
  }

  @Test func `waits for everything that is open, and says what it is`() {
    #expect(throws: CycleRejection.notReady(Sample.obstacles)) {
      try Cycle(launched).close(obstacles: Sample.obstacles)
    }
    #expect(throws: CycleRejection.notReady(Sample.obstacles)) {
      try Cycle(launched).close(obstacles: Sample.obstacles, ground: Sample.ground)
    }
  }

  @Test func `can be forced on a ground, which the fact keeps`() throws {
    #expect(throws: CycleRejection.groundMissing) {
      try Cycle(launched).close(obstacles: Sample.obstacles, isForced: true)
    }
    let blank = Ground(legalBasis: "15-TB/HU", reason: "  ", reasonHash: "h")
    #expect(throws: CycleRejection.groundMissing) {
      try Cycle(launched).close(obstacles: Sample.obstacles, isForced: true, ground: blank)
    }
    let events = try Cycle(launched).close(
      obstacles: Sample.obstacles, isForced: true, ground: Sample.ground)
    #expect(events == [closed(forced: true, "15-TB/HU", "reason hash")])
  }

  @Test func `is not called forced when nothing was open`() throws {
    let events = try Cycle(launched).close(
      obstacles: [], isForced: true, ground: Sample.ground)
    #expect(events == [closed("15-TB/HU", "reason hash")])
  }

  @Test func `can be taken back while it lasts`() throws {
    var cycle = Cycle(launched + [closed()])
    #expect(cycle.closing != nil)
    let events = try cycle.reopen(legalBasis: "16-TB/TU")
    #expect(
      events == [
        .reopened(CycleReopened(cycleID: Sample.id("2021"), legalBasis: "16-TB/TU"))
      ])
    #expect(throws: CycleRejection.groundMissing) { try cycle.reopen(legalBasis: " ") }
    for event in events { cycle.apply(event) }
    #expect(cycle.phase == .launched && cycle.closing == nil && cycle.reopenings == 1)
    #expect(throws: CycleRejection.notClosed) { try cycle.reopen(legalBasis: "16-TB/TU") }
    #expect(throws: CycleRejection.notOpened) { try Cycle().reopen(legalBasis: "16-TB/TU") }
  }

  @Test func `leaves nothing to lock`() {
    #expect(throws: CycleRejection.alreadyClosed) {
      try Cycle(launched + [closed()]).requireTakingReports()
    }
    #expect(throws: CycleRejection.notOpened) { try Cycle().requireTakingReports() }
    #expect(throws: Never.self) { try Cycle(launched).requireTakingReports() }
  }
}
