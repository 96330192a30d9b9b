import EventStream
import ReviewEvents
import ReviewRules
import TestSupport

/// A small synthetic province as intake tells of it.
enum Province {
  static let rules = RuleSet(
    id: id("132-2018"), title: "QĐ 132", legalBasis: [],
    levels: [
      LevelName(code: id("PROVINCE"), name: "Tỉnh"), LevelName(code: id("DISTRICT"), name: "Huyện"),
      LevelName(code: id("GRASSROOTS"), name: "Cơ sở"),
    ], forms: [],
    quota: QuotaRule(base: .goodOrBetter, percent: 20, rounding: .down, source: "HD 21"),
    ladder: ReminderLadder(rungs: [0], hour: 7),
    grounds: [ListEntry(code: id("DISUNITY"), name: "Mất đoàn kết")],
    areas: [
      ListEntry(code: id("LAND"), name: "Đất đai"), ListEntry(code: id("FOREST"), name: "Rừng"),
    ], outageGrace: .seconds(7_200), acknowledgeDays: 3, supplementDays: 5)

  static let province = "person/p-clerk;on-behalf-of=unit/province"
  static let district = "person/d-clerk;on-behalf-of=unit/district-1"
  static let otherDistrict = "person/o-clerk;on-behalf-of=unit/district-2"
  static let inspection = "person/inspector;on-behalf-of=unit/inspection"
  static let commune = "person/secretary;on-behalf-of=unit/commune-1"

  /// Cycle, tree and members: what a command needs to be known.
  static let facts: [EventEnvelope] = {
    var facts = [
      cycle("2021", year: 2021), cycle("2022", year: 2022),
      unit("province", level: "PROVINCE", below: nil, managedBy: nil),
    ]
    for district in ["district-1", "district-2"] {
      facts.append(
        unit(district, level: "DISTRICT", below: "province", managedBy: ("province", "PROVINCE")))
    }
    for commune in ["commune-1", "commune-2", "commune-3"] {
      facts.append(
        unit(
          commune, level: "GRASSROOTS", below: "district-1",
          managedBy: ("district-1", "DISTRICT")))
    }
    facts.append(
      unit(
        "cell-1", level: "CELL", below: "commune-1", managedBy: ("commune-1", "GRASSROOTS")))
    facts.append(person("member-1", of: "cell-1", managedBy: ("commune-1", "GRASSROOTS")))
    facts.append(person("leader-1", of: "cell-1", managedBy: ("district-1", "DISTRICT")))
    return facts
  }()

  /// When organisations and members were imported.
  static let registeredAt = moment("2021-11-01T08:00")

  static func cycle(_ name: String, year: Int) -> EventEnvelope {
    Samples.envelope(
      CycleOpened(
        cycleID: id(name), year: year, kind: .annual, ruleSetID: id("132-2018"),
        planNumber: "57-KH/TU", milestones: [], pilotUnitIDs: []), in: .cycle(id(name)), at: 1)
  }

  static func unit(
    _ name: String, level: String, below parent: String?, managedBy manager: (String, String)?,
    at sequence: Int64 = 1
  ) -> EventEnvelope {
    Samples.envelope(
      UnitRegistered(
        unitID: id(name), name: "Đơn vị \(name)", level: id(level), parentID: parent.map { id($0) },
        managingUnitID: manager.map { id($0.0) }, managingLevel: manager.map { id($0.1) },
        peerGroup: id("P"), reviewed: true), in: .unit(id(name)), at: sequence,
      origin: origin(registeredAt))
  }

  static func person(
    _ name: String, of unit: String, managedBy manager: (String, String), at sequence: Int64 = 1
  ) -> EventEnvelope {
    Samples.envelope(
      PersonRegistered(
        personID: id(name), fullName: "Đảng viên \(name)", memberOfID: id(unit),
        managingUnitID: id(manager.0), managingLevel: id(manager.1), role: .member,
        peerGroup: id("P"), channel: .electronic), in: .person(id(name)), at: sequence,
      origin: origin(registeredAt))
  }

  /// A report that answers these matters of a case, handed in at `time`.
  static func report(
    of subject: SubjectID, at time: Instant, answering matters: [(CaseID, MatterID)] = [],
    version: Int = 1, sequence: Int64 = 1
  ) -> EventEnvelope {
    let reportID = ReportID(cycle: id("2021"), subject: subject)
    return Samples.envelope(
      ReportSubmitted(
        reportID: reportID, cycleID: id("2021"), subjectID: subject, managingLevel: id("DISTRICT"),
        version: version, contentHash: "f\(version)", receivedAt: time, lateness: .onTime,
        answers: matters.map {
          MatterAnswer(
            caseID: $0.0, matterID: $0.1, kind: .accepted, textHash: "answer-\(version)")
        }), in: .report(reportID), at: sequence, origin: origin(time))
  }

  /// A supplement that answers these matters of a case.
  static func supplement(
    of subject: SubjectID, at time: Instant, answering matters: [(CaseID, MatterID)],
    sequence: Int64
  ) -> EventEnvelope {
    let reportID = ReportID(cycle: id("2021"), subject: subject)
    return Samples.envelope(
      SupplementSubmitted(
        reportID: reportID, cycleID: id("2021"), subjectID: subject,
        caseID: matters.first?.0 ?? id("none"), receivedAt: time, lateness: .onTime,
        answers: matters.map {
          MatterAnswer(
            caseID: $0.0, matterID: $0.1, kind: .explained, textHash: "supplement-\(sequence)")
        }), in: .report(reportID), at: sequence, origin: origin(time))
  }

  static func origin(_ time: Instant) -> EventOrigin {
    EventOrigin(
      time: time, actor: Samples.origin.actor,
      trace: TraceContext(correlationID: "test", causationID: "test"))
  }
}

extension CaseDesk {
  /// A proposal's body with one matter for each text.
  static func proposal(
    _ caseID: String, about subject: String, authority: String = "district-1",
    matters: [String] = ["Sử dụng đất"], cycle: String = "2021"
  ) -> String {
    let matters = matters.map { #"{"area":"LAND","text":"\#($0)"}"# }.joined(separator: ",")
    return #"{"caseId":"\#(caseID)","cycleId":"\#(cycle)","subjectId":"\#(subject)","#
      + #""authorityId":"\#(authority)","grounds":["DISUNITY"],"matters":[\#(matters)]}"#
  }

  /// Proposes and approves a case.
  func approve(
    _ caseID: String, about subject: String, authority: String = "district-1",
    matters: [String] = ["Sử dụng đất"]
  ) async throws {
    let actor = "person/clerk;on-behalf-of=unit/\(authority)"
    let proposed = try await post(
      "/v1/cases",
      Self.proposal(caseID, about: subject, authority: authority, matters: matters),
      by: Province.inspection)
    let approved = try await post("/v1/cases/\(caseID)/approve", by: actor, ifMatch: 1)
    guard proposed.status == 201, approved.status == 200 else { throw StepRefused() }
  }

  /// Proposes, approves and issues a case.
  func issue(
    _ caseID: String, about subject: String, authority: String = "district-1",
    matters: [String] = ["Sử dụng đất"]
  ) async throws {
    try await approve(caseID, about: subject, authority: authority, matters: matters)
    let issued = try await post(
      "/v1/cases/\(caseID)/issue", #"{"documentNumber":"12-CV/HU"}"#,
      by: "person/clerk;on-behalf-of=unit/\(authority)", ifMatch: 2)
    guard issued.status == 200 else { throw StepRefused() }
  }
}
