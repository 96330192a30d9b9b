import IntakeDomain
import ReviewEvents
import ReviewRules

/// The small province that these tests speak of.
enum Sample {
  static func id<Entity>(_ text: String) -> Identifier<Entity> {
    do { return try Identifier(text) } catch { preconditionFailure("\(text) is no identifier") }
  }

  static let rules = RuleSet(
    id: id("132-2018"), title: "Quy định 132",
    levels: [
      LevelName(code: id("PROVINCE"), name: "Tỉnh"), LevelName(code: id("DISTRICT"), name: "Huyện"),
      LevelName(code: id("GRASSROOTS"), name: "Cơ sở"), LevelName(code: id("CELL"), name: "Chi bộ"),
    ],
    forms: [collectiveForm, memberForm],
    quota: QuotaRule(base: .goodOrBetter, percent: 20, rounding: .down, source: "132"),
    ladder: ReminderLadder(rungs: [-1, 0], hour: 8), grounds: [], areas: [],
    outageGrace: .seconds(4 * 3_600), acknowledgeDays: 3, supplementDays: 5)

  static let collectiveForm = Form(
    code: id("01"), title: "Mẫu 01", kind: .collective, roles: [],
    sections: [
      FormSection(code: id("I"), title: "Ưu điểm", required: true),
      FormSection(code: id("II"), title: "Hạn chế", required: true),
      FormSection(code: id("V"), title: "Trách nhiệm", required: false),
    ])

  static let memberForm = Form(
    code: id("02"), title: "Mẫu 02", kind: .individual, roles: [.head, .member],
    sections: [FormSection(code: id("I"), title: "Ưu điểm", required: true)])

  static let due = instant("2021-12-09T17:00:00Z")
  static let pilotDue = instant("2021-11-30T17:00:00Z")

  static func instant(_ text: String) -> Instant {
    do { return try Instant(text) } catch { preconditionFailure("\(text) is no instant") }
  }

  static func milestone(_ level: String, pilot: Bool = false, due: Instant = due) -> Milestone {
    Milestone(
      task: .report, level: id(level), pilot: pilot, dueBefore: due,
      wording: pilot ? "trong tháng 11" : "trước ngày 10/12/2021")
  }

  static func opened(
    _ milestones: [Milestone] = [
      milestone("PROVINCE"), milestone("DISTRICT"),
      milestone("DISTRICT", pilot: true, due: pilotDue),
    ], pilots: [String] = ["commune-a"]
  ) -> CycleOpened {
    CycleOpened(
      cycleID: id("2021"), year: 2021, kind: .annual, ruleSetID: rules.id, planNumber: "57-KH/TU",
      milestones: milestones, pilotUnitIDs: pilots.map { id($0) })
  }

  static func unit(
    _ unit: String, level: String, parent: String?, managedBy manager: String?,
    at managingLevel: String?, reviewed: Bool = true
  ) -> UnitRegistered {
    UnitRegistered(
      unitID: id(unit), name: "Đảng bộ \(unit)", level: id(level), parentID: parent.map { id($0) },
      managingUnitID: manager.map { id($0) }, managingLevel: managingLevel.map { id($0) },
      peerGroup: id("group"), reviewed: reviewed)
  }

  static func person(
    _ person: String, of unit: String, managedBy manager: String = "district",
    at managingLevel: String = "DISTRICT", role: MemberRole = .member,
    channel: FilingChannel = .electronic
  ) -> PersonRegistered {
    PersonRegistered(
      personID: id(person), fullName: "Nguyễn Văn A", memberOfID: id(unit),
      managingUnitID: id(manager), managingLevel: id(managingLevel), role: role,
      peerGroup: id("members"), channel: channel)
  }

  static let units = [
    unit("province", level: "PROVINCE", parent: nil, managedBy: nil, at: nil, reviewed: false),
    unit(
      "district", level: "DISTRICT", parent: "province", managedBy: "province", at: "PROVINCE"),
    unit(
      "commune-a", level: "GRASSROOTS", parent: "district", managedBy: "district", at: "DISTRICT"),
    unit(
      "commune-b", level: "GRASSROOTS", parent: "district", managedBy: "district", at: "DISTRICT"),
  ]

  // MARK: One report

  static let subject = SubjectID.unit(id("commune-b"))
  static let reportID = ReportID(cycle: id("2021"), subject: subject)
  static let subjectActor = ActorContext(
    actor: .person(id("secretary")), onBehalfOf: .unit(id("commune-b")))
  static let managerActor = ActorContext(
    actor: .person(id("clerk")), onBehalfOf: .unit(id("district")))
  static let managingLine: [UnitID] = [id("district"), id("province")]
  static let matter = MatterReference(caseID: id("case-1"), matterID: id("matter-1"))
  static let otherMatter = MatterReference(caseID: id("case-1"), matterID: id("matter-2"))

  static let requested = ReportRequested(
    reportID: reportID, cycleID: id("2021"), subjectID: subject, managingUnitID: id("district"),
    managingLevel: id("DISTRICT"), form: id("01"), dueBefore: due,
    dueWording: "trước ngày 10/12/2021", year: 2021, planNumber: "57-KH/TU", ruleSetID: rules.id)

  static func submitted(
    version: Int = 1, lateness: Lateness = .onTime, at receivedAt: Instant = due + .seconds(-60)
  ) -> ReportSubmitted {
    ReportSubmitted(
      reportID: reportID, cycleID: id("2021"), subjectID: subject, managingLevel: id("DISTRICT"),
      version: version, contentHash: "hash-\(version)", receivedAt: receivedAt, lateness: lateness,
      answers: [])
  }

  static let returned = ReportReturned(
    reportID: reportID, cycleID: id("2021"), subjectID: subject, version: 1,
    reasons: [ReturnReason(section: id("II"), reason: "Chưa phân tích nguyên nhân chủ quan")])
  static let accepted = ReportAccepted(
    reportID: reportID, cycleID: id("2021"), subjectID: subject, version: 1)
  static let supplementDay = LocalDate(instant("2021-12-20T16:59:59Z"))
  static let supplementRequested = SupplementRequested(
    reportID: reportID, cycleID: id("2021"), subjectID: subject, caseID: matter.caseID,
    matterIDs: [matter.matterID], dueBefore: instant("2021-12-20T17:00:00Z"),
    dueWording: "chậm nhất hết ngày 20/12/2021")

  static func answer(_ matter: MatterReference, _ text: String = "Nguyên nhân là…") -> WrittenAnswer
  {
    WrittenAnswer(matter: matter, kind: .explained, text: text, textHash: "hash of \(text)")
  }

  static func submit(
    version: Int = 1, sections: [SectionCode: String] = [id("I"): "Tốt", id("II"): "Còn chậm"],
    answers: [WrittenAnswer] = [], open: [MatterReference] = [],
    at receivedAt: Instant = due + .seconds(-60), outages: [Outage] = [],
    actor: ActorContext = subjectActor, cycle: Cycle.Phase = .launched
  ) -> SubmitReport {
    SubmitReport(
      actor: actor, sections: sections, answers: answers, contentHash: "hash-\(version)",
      receivedAt: receivedAt, form: collectiveForm, openMatters: open, outages: outages,
      outageGrace: rules.outageGrace, cyclePhase: cycle)
  }

  static func supplement(
    _ answers: [WrittenAnswer] = [answer(matter)], actor: ActorContext = subjectActor,
    at receivedAt: Instant = instant("2021-12-20T16:59:59.999Z")
  ) -> SubmitSupplement {
    SubmitSupplement(
      actor: actor, caseID: matter.caseID, answers: answers, contentHash: "supplement hash",
      receivedAt: receivedAt, outages: [], outageGrace: rules.outageGrace)
  }
}
