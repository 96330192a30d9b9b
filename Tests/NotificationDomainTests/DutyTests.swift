import NotificationDomain
import ReviewEvents
import ReviewRules
import Testing

@Suite struct `A duty` {
  static func duty(
    _ kind: DutyKind = .report, frame: Bool = true, began: String = "2021-11-01T00:00:00Z",
    _ facts: DutyFact...
  ) throws -> Duty {
    let stream: StreamID =
      kind == .acknowledge ? .case(try CaseID("C")) : .report(try ReportID("R"))
    var duty = Duty(
      id: DutyID(kind: kind, stream: stream, openedBy: 5), subject: try SubjectID("unit/U"),
      cycleID: try CycleID("2021"), caseID: kind == .report ? nil : try CaseID("C"),
      dueBefore: try Instant("2021-12-09T17:00:00Z"), wording: "trước ngày 10/12/2021",
      frame: frame ? try Self.frame() : nil, beganAt: try Instant(began))
    for fact in facts { duty.apply(fact) }
    return duty
  }

  static func frame() throws -> DutyFrame {
    DutyFrame(
      year: 2021, planNumber: "57-KH/TU", ruleSetID: try RuleSetID("132-2018"),
      ladder: ReminderLadder(rungs: [-14, -7, -3, -1, 0, 1], hour: 8))
  }

  static let late = Instant(milliseconds: 1_700_000_000_000)

  @Test func `that is open is reminded`() throws {
    let duty = try Self.duty()
    #expect(duty.nextRungAt == (try Instant("2021-11-25T01:00:00Z")))
    #expect(duty.dueRungs(at: Self.late)?.newest == 1)
  }

  @Test(arguments: [DutyFact.fulfilled, .cancelled, .cycleClosed])
  func `that is closed is not reminded`(_ fact: DutyFact) throws {
    let duty = try Self.duty(.report, fact)
    #expect(duty.state != .open)
    #expect(duty.nextRungAt == nil)
    #expect(duty.dueRungs(at: Self.late) == nil)
  }

  @Test func `whose cycle is not known yet is not reminded until it is`() throws {
    var duty = try Self.duty(.acknowledge, frame: false)
    #expect(duty.nextRungAt == nil)
    duty.apply(.cycleOpened(try Self.frame()))
    #expect(duty.nextRungAt != nil)
  }

  @Test func `that was given back is open again and repeats no rung`() throws {
    let duty = try Self.duty(
      .report, .rungPassed(-14), .fulfilled, .reopened(at: try Instant("2021-12-07T00:00:00Z")))
    #expect(duty.state == .open)
    #expect(duty.lastRung == -14)
    // −7 and −3 passed while nothing was owed.
    #expect(duty.nextRungAt == (try Instant("2021-12-08T01:00:00Z")))
    #expect(
      duty.dueRungs(at: try Instant("2021-12-08T01:00:00Z"))
        == DueRungs(newest: -1, superseded: []))
  }

  @Test func `that was given back on the day of a rung repeats it not`() throws {
    let duty = try Self.duty(
      .report, .rungPassed(-3), .fulfilled, .reopened(at: try Instant("2021-12-06T01:00:00Z")))
    #expect(duty.dueRungs(at: try Instant("2021-12-06T09:00:00Z")) == nil)
  }

  @Test func `never forgets the highest rung`() throws {
    let duty = try Self.duty(.report, .rungPassed(0), .rungPassed(-3))
    #expect(duty.lastRung == 0)
  }

  @Test func `about a letter or a supplement outlives its cycle`() throws {
    #expect(try Self.duty(.report, .cycleClosed).state == .cancelled)
    #expect(try Self.duty(.acknowledge, .cycleClosed).state == .open)
    #expect(try Self.duty(.supplement, .cycleClosed).state == .open)
    #expect(try Self.duty(.report, .fulfilled, .cycleClosed).state == .fulfilled)
  }

  @Test func `that was readmitted is owed whatever becomes of its cycle`() throws {
    let time = try Instant("2021-12-07T00:00:00Z")
    let facts: [[DutyFact]] = [
      [.cancelled, .readmitted(at: time)], [.cycleClosed, .readmitted(at: time)],
      [.readmitted(at: time), .cycleClosed],
      [.readmitted(at: time), .fulfilled, .reopened(at: time), .cycleClosed],
    ]
    for facts in facts {
      var duty = try Self.duty(.report)
      for fact in facts { duty.apply(fact) }
      #expect(duty.state == .open && duty.outlivesCycle && !duty.endedWithCycle)
      #expect(duty.nextRungAt == (try Instant("2021-12-08T01:00:00Z")))
    }
  }

  @Test func `ends with its cycle and goes on with it, unless it ended by itself`() throws {
    #expect(try Self.duty(.report, .cycleClosed).endedWithCycle)
    let again = try Self.duty(.report, .rungPassed(-3), .cycleClosed, .cycleReopened)
    #expect(again.state == .open && !again.endedWithCycle && again.lastRung == -3)
    for fact in [DutyFact.fulfilled, .cancelled] {
      for facts in [[fact, .cycleClosed], [.cycleClosed, fact]] {
        var duty = try Self.duty(.report)
        for fact in facts { duty.apply(fact) }
        let before = duty
        duty.apply(.cycleReopened)
        #expect(duty == before && duty.state != .open)
      }
    }
  }

  @Test(arguments: [
    (DutyKind.report, -14, MailKind.reportReminder), (.report, 0, .reportReminder),
    (.report, 1, .reportOverdue), (.acknowledge, -1, .caseReminder),
    (.acknowledge, 0, .caseReminder), (.acknowledge, 1, .caseOverdue),
    (.supplement, -3, .supplementRequested), (.supplement, 1, .supplementRequested),
  ])
  func `has a mail for each rung`(_ kind: DutyKind, _ rung: Int, _ mail: MailKind) throws {
    #expect(try Self.duty(kind).mailKind(at: rung) == mail)
  }

  // MARK: Another date

  /// Until 15/12/2021, set by the fact with the sequence 7.
  static func extended(at time: String) throws -> DutyFact {
    .extended(
      ExtendedDate(
        dueBefore: try Instant("2021-12-14T17:00:00Z"), wording: "trước ngày 15/12/2021",
        setBy: 7, setAt: try Instant(time)))
  }

  @Test func `that got more time before its first rung is reminded of the new date only`() throws {
    let duty = try Self.duty(.report, Self.extended(at: "2021-11-20T02:00:00Z"))
    #expect(duty.dueBefore == (try Instant("2021-12-14T17:00:00Z")))
    #expect(duty.wording == "trước ngày 15/12/2021")
    // Fourteen days before 14/12.
    #expect(duty.nextRungAt == (try Instant("2021-11-30T01:00:00Z")))
    #expect(duty.dueRungs(at: try Instant("2021-11-25T01:00:00Z")) == nil)
    #expect(
      duty.dueRungs(at: Self.late) == DueRungs(newest: 1, superseded: [-14, -7, -3, -1, 0]))
  }

  @Test func `that got more time after some rungs owes those that lie before it`() throws {
    let duty = try Self.duty(
      .report, .rungPassed(-3), Self.extended(at: "2021-12-06T02:00:00Z"))
    #expect(duty.lastRung == nil)
    // −14 and −7 of the new date lie on 30/11 and 7/12: nobody knew of it on 30/11.
    #expect(duty.nextRungAt == (try Instant("2021-12-07T01:00:00Z")))
    #expect(
      duty.dueRungs(at: Self.late) == DueRungs(newest: 1, superseded: [-7, -3, -1, 0]))
  }

  @Test func `that got more time after its deadline is overdue no more, until it is again`() throws
  {
    var duty = try Self.duty(.report, .rungPassed(1))
    #expect(duty.nextRungAt == nil)
    duty.apply(try Self.extended(at: "2021-12-10T02:00:00Z"))
    #expect(duty.dueRungs(at: try Instant("2021-12-10T09:00:00Z")) == nil)
    #expect(duty.nextRungAt == (try Instant("2021-12-11T01:00:00Z")))
    #expect(duty.dueRungs(at: Self.late)?.superseded == [-3, -1, 0])
  }

  @Test func `climbs each ladder once, whatever came before`() throws {
    for passed in [nil, -14, -3, 0, 1] as [Int?] {
      var duty = try Self.duty(.report)
      if let passed { duty.apply(.rungPassed(passed)) }
      duty.apply(try Self.extended(at: "2021-12-10T02:00:00Z"))
      var sent: [Int] = []
      for day in 10...20 {
        let now = try #require(LocalDate(year: 2021, month: 12, day: day)).at(hour: 9)
        guard let due = duty.dueRungs(at: now) else { continue }
        sent += due.superseded + [due.newest]
        duty.apply(.rungPassed(due.newest))
      }
      #expect(sent == [-3, -1, 0, 1])
    }
  }

  @Test func `that is closed stays closed when its date moves`() throws {
    for fact in [DutyFact.fulfilled, .cancelled] {
      let duty = try Self.duty(.report, fact, Self.extended(at: "2021-12-06T02:00:00Z"))
      #expect(duty.nextRungAt == nil)
      #expect(duty.dueRungs(at: Self.late) == nil)
    }
  }

  @Test func `has other mails for the rungs of another date`() throws {
    let first = try Self.duty(.report)
    let second = try Self.duty(.report, Self.extended(at: "2021-12-06T02:00:00Z"))
    func key(_ duty: Duty) -> String {
      SendOnceKey(recipient: duty.subject, kind: .reportReminder, cause: duty.cause(of: -3))
        .description
    }
    #expect(key(first) == "unit/U|report|report/R|-3")
    #expect(key(second) == "unit/U|report|report/R@7|-3")
    #expect(second.id == first.id, "it is the same duty")
  }

  @Test func `is named by the fact it came from`() throws {
    #expect(try Self.duty(.report).id.description == "report/R")
    #expect(try Self.duty(.acknowledge).id.description == "case/C")
    #expect(try Self.duty(.supplement).id.description == "report/R@5")
  }
}

@Suite struct `A send-once key` {
  static func key(_ kind: MailKind, _ cause: SendOnceKey.Cause) throws -> SendOnceKey {
    SendOnceKey(recipient: try SubjectID("unit/U"), kind: kind, cause: cause)
  }

  static func rung(_ rung: Int, _ kind: DutyKind, report: String = "R") throws -> SendOnceKey {
    try key(
      .reportReminder,
      .rung(rung, of: DutyID(kind: kind, stream: .report(try ReportID(report)), openedBy: 5)))
  }

  @Test func `names recipient, duty and rung`() throws {
    #expect(try Self.rung(-3, .report).description == "unit/U|report|report/R|-3")
    #expect(try Self.rung(-3, .supplement).description == "unit/U|supplement|report/R@5|-3")
  }

  @Test func `names the fact, the recipient and the kind of mail`() throws {
    let key = try Self.key(.reportReceipt, .fact(.report(try ReportID("R")), sequence: 7))
    #expect(key.description == "unit/U|report/R@7|report-receipt")
    #expect(key.duty == nil)
    #expect(key.rung == nil)
  }

  @Test func `is another for another rung, duty or fact`() throws {
    var keys: [SendOnceKey] = []
    for report in ["R", "R.s5", "s5.report-R"] {
      for kind in [DutyKind.report, .supplement] {
        for rung in -14...14 {
          keys.append(try Self.rung(rung, kind, report: report))
          for sequence in [5, 6] as [Int64] {
            let duty = DutyID(kind: kind, stream: .report(try ReportID(report)), openedBy: 5)
            keys.append(
              try Self.key(.reportReminder, .rung(rung, of: duty, datedBy: sequence)))
          }
        }
      }
      for sequence in 1...20 {
        keys.append(
          try Self.key(
            .reportReminder, .fact(.report(try ReportID(report)), sequence: Int64(sequence))))
      }
    }
    #expect(Set(keys.map(\.description)).count == keys.count)
  }
}
