import EventStream
import ReviewEvents
import ReviewRules
import TestSupport
import Testing

/// A small synthetic province, as its files would bring it in.
enum Province {
  static let rules = RuleSet(
    id: id("132-2018"), title: "QĐ 132", legalBasis: [],
    levels: [
      LevelName(code: id("PROVINCE"), name: "Tỉnh"), LevelName(code: id("DISTRICT"), name: "Huyện"),
      LevelName(code: id("GRASSROOTS"), name: "Cơ sở"), LevelName(code: id("CELL"), name: "Chi bộ"),
    ],
    forms: [
      Form(
        code: id("01"), title: "Mẫu 01", kind: .collective, roles: [],
        sections: [
          FormSection(code: id("I"), title: "Ưu điểm", required: true),
          FormSection(code: id("II"), title: "Hạn chế", required: true),
          FormSection(code: id("V"), title: "Trách nhiệm", required: false),
        ]),
      Form(
        code: id("02"), title: "Mẫu 02", kind: .individual, roles: [.head, .deputy, .member],
        sections: [FormSection(code: id("I"), title: "Ưu điểm", required: true)]),
    ],
    quota: QuotaRule(base: .goodOrBetter, percent: 20, rounding: .down, source: "HD 21"),
    ladder: ReminderLadder(rungs: [0], hour: 7), grounds: [],
    areas: [ListEntry(code: id("LAND"), name: "Đất đai")],
    sectors: [ListEntry(code: id("POLICE"), name: "Công an")],
    cycleScopes: [
      CycleScopeRule(
        code: id("QUARTERLY"), kind: .quarterly, subjects: [.head, .deputy], source: "KL 198-KL/TW")
    ], outageGrace: .seconds(7_200), acknowledgeDays: 3, supplementDays: 5,
    lines: [
      RuleLine(path: "quota.percent", value: "20"), RuleLine(path: "vote.tie", value: "AGAIN"),
    ])

  /// The rules of later years, which no cycle of 2021 can follow.
  static var laterRules: RuleSet {
    var later = rules
    later.id = id("124-2023")
    later.scope = RuleScope(years: 2023...2024, kinds: [.annual])
    later.lines = [
      RuleLine(path: "quota.percent", value: "25"), RuleLine(path: "vote.base", value: "VALID"),
    ]
    return later
  }

  /// The rules of a sector, with forms of its own.
  static var policeRules: RuleSet {
    var police = rules
    police.id = id("132-2018.police")
    police.forms[0].code = id("P01")
    police.forms[0].sections = [FormSection(code: id("A"), title: "Kết quả", required: true)]
    police.forms[1].code = id("P02")
    return police
  }

  static let province = "person/p-clerk;on-behalf-of=unit/province"
  static let district = "person/d-clerk;on-behalf-of=unit/district-1"
  static let otherDistrict = "person/o-clerk;on-behalf-of=unit/district-2"
  static let commune = "person/secretary;on-behalf-of=unit/commune-1"

  static let unitHeader =
    "unit_id,name,level,parent_id,managing_unit_id,peer_group,reviewed\n"
  static let units =
    unitHeader + """
      commune-1,Đảng bộ xã Một,GRASSROOTS,district-1,district-1,communes,true
      commune-2,Đảng bộ xã Hai,GRASSROOTS,district-1,district-1,communes,true
      cell-1,Chi bộ thôn Một,CELL,commune-1,commune-1,cells,false
      district-1,Đảng bộ huyện Một,DISTRICT,province,province,districts,true
      district-2,Đảng bộ huyện Hai,DISTRICT,province,province,districts,true
      province,Đảng bộ tỉnh,PROVINCE,,,province,false

      """
  static let personHeader =
    "person_id,full_name,member_of,managing_unit_id,role,peer_group,channel\n"
  static let persons =
    personHeader + """
      leader-1,Nguyễn Thị Một,cell-1,district-1,head,leaders,electronic
      member-1,"Trần Văn Hai, anh",cell-1,commune-1,member,members,paper

      """

  static let postHeader = "person_id,rank,unit_id,role,effective_on,legal_basis\n"

  static let cycle = #"""
    {"cycleId":"2021","year":2021,"kind":"annual","ruleSetId":"132-2018","planNumber":"57-KH/TU",
     "milestones":[
      {"task":"report","level":"DISTRICT","pilot":false,"dueBefore":"2021-12-10T00:00:00+07:00",
       "wording":"trước ngày 10/12/2021"},
      {"task":"report","level":"DISTRICT","pilot":true,"dueBefore":"2021-12-01T00:00:00+07:00",
       "wording":"trong tháng 11/2021"},
      {"task":"report","level":"PROVINCE","pilot":false,"dueBefore":"2021-12-25T00:00:00+07:00",
       "wording":"trước ngày 25/12/2021"}],
     "pilotUnitIds":["commune-2"]}
    """#

  /// The same cycle, in which grassroots organisations also owe plans of their own.
  static let cycleWithPlans = cycle.replacing(
    #""milestones":["#,
    with: #"""
      "milestones":[
      {"task":"plan","level":"GRASSROOTS","pilot":false,"dueBefore":"2021-11-15T00:00:00+07:00",
       "wording":"trước ngày 15/11/2021"},
      {"task":"plan","level":"GRASSROOTS","pilot":true,"dueBefore":"2021-11-08T00:00:00+07:00",
       "wording":"trước ngày 08/11/2021"},
      """#)

  static let forced =
    #"{"force":true,"reason":"Hết thời gian kiểm điểm","legalBasis":"15-TB/TU"}"#
  static let reopening = #"{"reason":"Bổ sung kết luận kiểm tra","legalBasis":"16-TB/HU"}"#
  static let due = moment("2021-12-10T00:00")
  static let communeReport = "2021.u-commune-1"
  static let complete = content(["I": "Ưu điểm…", "II": "Hạn chế…"])

  /// A report's content as JSON.
  static func content(
    _ sections: [String: String],
    answers: [(case: String, matter: String, text: String)] = []
  ) -> String {
    let sections = sections.sorted { $0.key < $1.key }
      .map { #"{"section":"\#($0.key)","text":"\#($0.value)"}"# }.joined(separator: ",")
    let answers = answers.map {
      #"{"caseId":"\#($0.case)","matterId":"\#($0.matter)","kind":"explained","#
        + #""text":"\#($0.text)"}"#
    }.joined(separator: ",")
    return #"{"sections":[\#(sections)],"answers":[\#(answers)]}"#
  }

  static func matterID(_ caseID: String, _ number: Int) -> String { "\(caseID).\(number)" }

  /// A case about a subject, issued at `time`.
  static func issued(
    _ name: String, about subject: String = "unit/commune-1", matters count: Int = 1,
    at time: Instant, cycle: String = "2021"
  ) throws -> [EventEnvelope] {
    let caseID: CaseID = id(name)
    let subject = try SubjectID(subject)
    let matters = (1...count).map {
      MatterOutline(matterID: id(matterID(name, $0)), number: $0, area: id("LAND"), textHash: "t")
    }
    return [
      fact(
        CaseProposed(
          caseID: caseID, cycleID: id(cycle), subjectID: subject, authorityID: id("district-1"),
          authorityLevel: id("DISTRICT"), grounds: [], matters: matters),
        of: caseID, 1, time),
      fact(CaseApproved(caseID: caseID), of: caseID, 2, time),
      fact(
        CaseIssued(
          caseID: caseID, cycleID: id(cycle), subjectID: subject, authorityID: id("district-1"),
          authorityLevel: id("DISTRICT"), documentNumber: "12-CV/HU", matters: matters,
          acknowledgeBefore: time + .seconds(3 * 86_400)), of: caseID, 3, time),
    ]
  }

  /// The withdrawal that follows ``issued(_:about:matters:at:cycle:)``.
  static func withdrawn(
    _ name: String, about subject: String = "unit/commune-1", at time: Instant,
    sequence: Int64 = 4, cycle: String = "2021"
  ) throws -> EventEnvelope {
    fact(
      CaseWithdrawn(
        caseID: id(name), cycleID: id(cycle), subjectID: try SubjectID(subject),
        wasIssued: sequence > 3), of: id(name), sequence, time)
  }

  /// The direct explanation that follows ``issued(_:about:matters:at:cycle:)``.
  static func explained(
    _ name: String, about subject: String = "unit/commune-1", at time: Instant, sequence: Int64 = 4
  ) throws -> EventEnvelope {
    fact(
      CaseExplained(caseID: id(name), subjectID: try SubjectID(subject), answers: []),
      of: id(name), sequence, time)
  }

  private static func fact(
    _ event: some ReviewEvent, of caseID: CaseID, _ sequence: Int64, _ time: Instant
  ) -> EventEnvelope {
    Samples.envelope(
      event, in: .case(caseID), at: sequence, area: .case,
      origin: EventOrigin(
        time: time, actor: Samples.origin.actor,
        trace: TraceContext(correlationID: "test", causationID: "test")))
  }
}

extension IntakeDesk {
  /// Imports the province, approves its rules and opens the cycle.
  func open(_ cycle: String = Province.cycle) async throws {
    #expect(try await table("/v1/units/import", Province.units).status == 200)
    #expect(try await table("/v1/persons/import", Province.persons).status == 200)
    #expect(try await approve().status == 201)
    #expect(try await send("/v1/cycles", cycle, by: Province.province).status == 201)
  }

  /// Approves a rule set as it is loaded.
  func approve(
    _ ruleSet: String = "132-2018", on legalBasis: String = "12-QĐ/TU",
    by actor: String = Province.province
  ) async throws -> Answer {
    let shown = try await get("/v1/rule-sets/\(ruleSet)")
    return try await send(
      "/v1/rule-sets/\(ruleSet)/approvals",
      #"{"fingerprint":"\#(shown["summary.fingerprint"] ?? "")","legalBasis":"\#(legalBasis)"}"#,
      by: actor)
  }

  /// Imports the province and launches the cycle: five reports are owed.
  func launch(_ cycle: String = Province.cycle) async throws {
    try await open(cycle)
    let launched = try await send(
      "/v1/cycles/2021/launch", by: Province.province, ifMatch: 1)
    #expect(launched["requestedReports"] == "5")
  }

  /// Closes the cycle by force: in these tests hardly everybody hands in.
  func close(ifMatch: Int64) async throws -> Answer {
    try await send(
      "/v1/cycles/2021/close", Province.forced, by: Province.province, ifMatch: ifMatch)
  }

  /// Hands in a report that nobody has anything to say against.
  func submit(
    _ report: String = Province.communeReport, _ content: String = Province.complete,
    by actor: String = Province.commune, ifMatch: Int64 = 1
  ) async throws -> Answer {
    try await send("/v1/reports/\(report)/submit", content, by: actor, ifMatch: ifMatch)
  }

  /// Sends a command of the managing district, without a body unless given.
  func judge(
    _ command: String, _ json: String? = nil, ifMatch: Int64, by actor: String = Province.district
  ) async throws -> Answer {
    try await send(
      "/v1/reports/\(Province.communeReport)/\(command)", json, by: actor, ifMatch: ifMatch)
  }
}
