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

  @Test(arguments: [
    (DutyKind.report, -14, MailKind.reportReminder), (.report, 0, .reportReminder),
    (.report, 1, .reportOverdue), (.acknowledge, -1, .caseReminder),
    (.acknowledge, 0, .caseReminder), (.acknowledge, 1, .caseOverdue),
    (.supplement, -3, .supplementRequested), (.supplement, 1, .supplementRequested),
  ])
  func `has a mail for each rung`(_ kind: DutyKind, _ rung: Int, _ mail: MailKind) throws {
    #expect(try Self.duty(kind).mailKind(at: rung) == mail)
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
        for rung in -14...14 { keys.append(try Self.rung(rung, kind, report: report)) }
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
