import IntakeDomain
import ReviewEvents
import ReviewRules
import Testing

@Suite struct `More time for a report` {
  static let later = Sample.instant("2021-12-14T17:00:00Z")
  static let latest = Sample.instant("2021-12-19T17:00:00Z")
  static let now = Sample.instant("2021-12-01T02:00:00Z")

  static let wished = ExtensionRequested(
    reportID: Sample.reportID, cycleID: Sample.requested.cycleID, subjectID: Sample.subject,
    dueBefore: later, reasonHash: "why")

  static func granted(
    until dueBefore: Instant = later, _ wording: String = "trước ngày 15/12/2021"
  ) -> ExtensionGranted {
    ExtensionGranted(
      reportID: Sample.reportID, cycleID: Sample.requested.cycleID, subjectID: Sample.subject,
      dueBefore: dueBefore, dueWording: wording, firstDueBefore: Sample.due, reasonHash: "so be it")
  }

  static let refused = ExtensionRefused(
    reportID: Sample.reportID, cycleID: Sample.requested.cycleID, subjectID: Sample.subject,
    reasonHash: "so be it")

  static func ask(
    until dueBefore: Instant = later, reason: String = "Bão lũ",
    by actor: ActorContext = Sample.subjectActor, at now: Instant = now,
    cycle: Cycle.Phase = .launched
  ) -> RequestExtension {
    RequestExtension(
      actor: actor, dueBefore: dueBefore, reason: reason, reasonHash: "why", now: now,
      cyclePhase: cycle)
  }

  static func decide(
    _ decision: DecideExtension.Decision, reason: String = "Đồng ý",
    by actor: ActorContext = Sample.managerActor, at now: Instant = now,
    cycle: Cycle.Phase = .launched
  ) -> DecideExtension {
    DecideExtension(
      actor: actor, managingLine: Sample.managingLine, decision: decision, reason: reason,
      reasonHash: "so be it", now: now, cyclePhase: cycle)
  }

  let owed = Report([.requested(Sample.requested)])
  let asked = Report([.requested(Sample.requested), .extensionRequested(wished)])

  func given(_ events: ReportEvent...) -> Report { Report([.requested(Sample.requested)] + events) }

  // MARK: Asking

  @Test func `is asked for by the subject`() throws {
    #expect(try owed.requestExtension(Self.ask()) == [.extensionRequested(Self.wished)])
    #expect(asked.undecidedWish == Self.wished)
    #expect(asked.duty == Sample.requested, "a wish moves no date")
    #expect(throws: ReportRejection.notYourReport) {
      try owed.requestExtension(Self.ask(by: Sample.managerActor))
    }
    #expect(throws: ReportRejection.notRequested) { try Report().requestExtension(Self.ask()) }
  }

  @Test func `is not asked for twice before it is decided`() throws {
    #expect(throws: ReportRejection.extensionUndecided) {
      try asked.requestExtension(Self.ask(until: Self.latest))
    }
    for decision in [ReportEvent.extensionGranted(Self.granted()), .extensionRefused(Self.refused)]
    {
      let report = given(.extensionRequested(Self.wished), decision)
      #expect(try report.requestExtension(Self.ask(until: Self.latest)).count == 1)
    }
  }

  @Test func `must be more, in the future, and have a reason`() {
    let cases: [(RequestExtension, ReportRejection)] = [
      (Self.ask(until: Sample.due), .extensionNotLater),
      (Self.ask(until: Sample.due + .milliseconds(-1)), .extensionNotLater),
      // After the date, but not after the moment of asking.
      (Self.ask(at: Self.later), .extensionNotLater),
      (Self.ask(reason: " \n"), .extensionWithoutReason),
      (Self.ask(cycle: .closed), .cycleClosed),
    ]
    for (command, rejection) in cases {
      #expect(throws: rejection) { try owed.requestExtension(command) }
    }
    #expect(throws: ReportRejection.extensionNotLater, "the present date is the one that counts") {
      try given(.extensionGranted(Self.granted())).requestExtension(Self.ask())
    }
  }

  @Test(arguments: Report.Phase.allCases)
  func `is for who still has to hand in`(_ phase: Report.Phase) throws {
    let story = try #require(`Every command in every phase of a report`.stories[phase])
    let rejection: ReportRejection? =
      switch phase {
      case .requested, .drafted, .returned: nil
      case .unrequested: .notRequested
      case .submitted: .alreadySubmitted
      case .accepted: .alreadyAccepted
      case .locked: .locked
      case .waived: .waived
      }
    let ask = Outcome { try Report(story).requestExtension(Self.ask()) }
    let decide = Outcome {
      try Report(story).decideExtension(Self.decide(.grant(until: Self.later)))
    }
    #expect(ask == rejection.map(Outcome.refused) ?? .events(["extension-requested"]))
    #expect(decide == rejection.map(Outcome.refused) ?? .events(["extension-granted"]))
  }

  @Test func `is for a report of a closed cycle only once it was reopened`() throws {
    let reopened = given(
      .submitted(Sample.submitted()), .accepted(Sample.accepted),
      .reopened(
        ReportReopened(
          reportID: Sample.reportID, cycleID: Sample.requested.cycleID,
          subjectID: Sample.subject, version: 1, legalBasis: "9-CV/HU", reasonHash: "r")))
    #expect(try reopened.requestExtension(Self.ask(cycle: .closed)).count == 1)
    #expect(throws: ReportRejection.cycleClosed) {
      try owed.decideExtension(Self.decide(.grant(until: Self.later), cycle: .closed))
    }
  }

  // MARK: Deciding

  @Test func `is given as it was asked for, or until another day, or without a wish`() throws {
    #expect(
      try asked.decideExtension(Self.decide(.grant(until: nil)))
        == [.extensionGranted(Self.granted())])
    let other = Self.granted(until: Self.latest, "trước ngày 20/12/2021")
    #expect(
      try asked.decideExtension(Self.decide(.grant(until: Self.latest)))
        == [.extensionGranted(other)])
    #expect(
      try owed.decideExtension(Self.decide(.grant(until: Self.latest)))
        == [.extensionGranted(other)])
  }

  @Test func `has the words of its date, with the hour where it is not midnight`() throws {
    for (time, words) in [
      ("2021-12-15T10:00:00Z", "trước 17 giờ 00 ngày 15/12/2021"),
      ("2021-12-15T01:05:00Z", "trước 8 giờ 05 ngày 15/12/2021"),
      ("2021-12-31T17:00:00Z", "trước ngày 01/01/2022"),
    ] {
      let events = try owed.decideExtension(
        Self.decide(.grant(until: Sample.instant(time))))
      #expect(Report([.requested(Sample.requested)] + events).duty?.dueWording == words)
    }
  }

  @Test func `is refused only where somebody asked`() throws {
    #expect(
      try asked.decideExtension(Self.decide(.refuse)) == [.extensionRefused(Self.refused)])
    let refused = given(.extensionRequested(Self.wished), .extensionRefused(Self.refused))
    for report in [owed, refused, given(.extensionGranted(Self.granted()))] {
      #expect(throws: ReportRejection.extensionNotRequested) {
        try report.decideExtension(Self.decide(.refuse))
      }
      #expect(throws: ReportRejection.extensionNotRequested) {
        try report.decideExtension(Self.decide(.grant(until: nil)))
      }
    }
    #expect(refused.duty == Sample.requested && refused.firstDueBefore == nil)
    #expect(refused.timeExtension?.phase == .refused)
    #expect(refused.timeExtension?.decisionReasonHash == "so be it")
  }

  @Test func `is decided by the managing unit or one above, with a reason and a later date`() {
    let above = ActorContext(
      actor: .person(Sample.id("p")), onBehalfOf: .unit(Sample.id("province")))
    #expect(throws: Never.self) {
      try asked.decideExtension(Self.decide(.refuse, by: above))
    }
    let cases: [(DecideExtension, ReportRejection)] = [
      (Self.decide(.refuse, by: Sample.subjectActor), .notTheManagingUnit),
      (Self.decide(.refuse, reason: "\t"), .extensionWithoutReason),
      (Self.decide(.grant(until: Sample.due)), .extensionNotLater),
      (Self.decide(.grant(until: nil), at: Self.later), .extensionNotLater),
    ]
    for (command, rejection) in cases {
      #expect(throws: rejection) { try asked.decideExtension(command) }
    }
  }

  // MARK: What follows

  @Test func `keeps the date that was set first, however often it moves`() throws {
    var report = asked
    for until in [Self.later, Self.latest] {
      for event in try report.decideExtension(Self.decide(.grant(until: until))) {
        report.apply(event)
      }
      #expect(report.firstDueBefore == Sample.due)
      #expect(report.duty?.dueBefore == until)
    }
    #expect(report.timeExtension?.phase == .granted)
    #expect(report.timeExtension?.request == nil, "the second time came without a wish")
  }

  @Test func `decides what is late from then on, and shows what came after the first date`() throws
  {
    let report = given(.extensionRequested(Self.wished), .extensionGranted(Self.granted()))
    let table: [(Instant, Lateness, Bool)] = [
      (Sample.due + .milliseconds(-1), .onTime, false), (Sample.due, .onTime, true),
      (Self.later + .milliseconds(-1), .onTime, true), (Self.later, .late, true),
    ]
    for (receivedAt, lateness, isAfterFirstDate) in table {
      var submitted = report
      for event in try report.submit(Sample.submit(at: receivedAt)) { submitted.apply(event) }
      #expect(submitted.submission?.lateness == lateness, "\(receivedAt)")
      #expect(submitted.isAfterFirstDate == isAfterFirstDate, "\(receivedAt)")
    }
    #expect(report.isAfterFirstDate == nil)
    #expect(given(.submitted(Sample.submitted())).isAfterFirstDate == nil, "the date never moved")
  }
}
