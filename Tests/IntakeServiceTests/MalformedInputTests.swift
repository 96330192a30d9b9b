import EventStream
import ReviewEvents
import ServiceRuntime
import Testing

@testable import IntakeService

/// A request that must be refused, with the status, slug and field that the answer must name.
private struct Malformed: Sendable {
  let route: String
  let path: String
  var body: String?
  let status: Int
  let slug: String
  let field: String?
  var actor: String? = Province.province
  var ifMatch: Int64? = 1

  /// - Parameter call: method and path, for example `POST /v1/cycles`.
  init(
    _ call: String, _ body: String? = nil, _ status: Int, _ slug: String, _ field: String? = nil,
    by actor: String? = Province.province, ifMatch: Int64? = 1
  ) {
    let parts = call.split(separator: " ")
    route = String(parts[0])
    path = String(parts[1])
    self.body = body
    self.status = status
    self.slug = slug
    self.field = field
    self.actor = actor
    self.ifMatch = ifMatch
  }
}

private let report = "/v1/reports/\(Province.communeReport)"
private let commune = Province.commune
private let long = String(repeating: "ấ", count: 20_001)

/// Opens another cycle with a change.
private func sectors(
  _ old: String, _ new: String, _ status: Int, _ slug: String, _ field: String
) -> Malformed {
  let cycle = Province.cycle.replacing(#""cycleId":"2021""#, with: #""cycleId":"2022""#)
  return Malformed("POST /v1/cycles", cycle.replacing(old, with: new), status, slug, field)
}

/// Opens another cycle with rules of sectors.
private func sectors(
  _ rules: String, _ status: Int, _ slug: String, _ field: String
) -> Malformed {
  sectors(
    #""pilotUnitIds""#, #""sectorRules":\#(rules),"pilotUnitIds""#, status, slug, field)
}

/// Opens another cycle with a period.
private func period(
  _ from: String, _ through: String, kind: String = "annual", _ status: Int, _ slug: String,
  _ field: String
) -> Malformed {
  sectors(
    #""annual""#, #""\#(kind)","period":{"from":"\#(from)","through":"\#(through)"}"#, status, slug,
    field)
}

/// Opens another cycle with a scope.
private func scope(
  _ scope: String, _ status: Int, _ slug: String, _ field: String
) -> Malformed {
  sectors(#""pilotUnitIds""#, #""scope":\#(scope),"pilotUnitIds""#, status, slug, field)
}

private let cycles: [Malformed] = [
  Malformed("POST /v1/cycles", "{", 400, "malformed-json", "body"),
  Malformed("POST /v1/cycles", "{}", 400, "missing-member", "cycleId"),
  Malformed(
    "POST /v1/cycles",
    Province.cycle.replacing(
      #""cycleId":"2021""#, with: #""cycleId":"\#(String(repeating: "2", count: 41))""#), 400,
    "malformed-identifier", "cycleId"),
  Malformed(
    "POST /v1/cycles", Province.cycle.replacing(#""year":2021"#, with: #""year":"2021""#), 400,
    "wrong-type", "year"),
  Malformed(
    "POST /v1/cycles", Province.cycle.replacing(#""year":2021"#, with: #""year":1021"#), 400,
    "out-of-range", "year"),
  Malformed(
    "POST /v1/cycles", Province.cycle.replacing(#""kind""#, with: #""year":2021,"kind""#), 400,
    "duplicate-member", "year"),
  Malformed(
    "POST /v1/cycles", Province.cycle.replacing(#""kind""#, with: #""note":"x","kind""#), 400,
    "unknown-member", "note"),
  Malformed(
    "POST /v1/cycles", Province.cycle.replacing("annual", with: "daily"), 400, "not-a-choice",
    "kind"),
  Malformed(
    "POST /v1/cycles", Province.cycle.replacing("2021-12-25T00:00:00+07:00", with: "25/12/2021"),
    400, "malformed-instant", "milestones[2].dueBefore"),
  Malformed(
    "POST /v1/cycles", Province.cycle.replacing("132-2018", with: "999-2021"), 422,
    "unknown-rule-set", "ruleSetId"),
  Malformed(
    "POST /v1/cycles",
    Province.cycle.replacing(#""cycleId":"2021""#, with: #""cycleId":"2022""#)
      .replacing("132-2018", with: "124-2023"), 422, "rule-set-out-of-scope", "ruleSetId"),
  Malformed("GET /v1/rule-sets?year=2021", nil, 400, "unknown-parameter", "year"),
  Malformed("GET /v1/rule-sets/999-2021", nil, 404, "rule-set-not-found", "ruleSet"),
  Malformed("GET /v1/rule-sets/132-2018/changes", nil, 400, "missing-parameter", "since"),
  Malformed(
    "GET /v1/rule-sets/132-2018/changes?since=999-2021", nil, 422, "unknown-rule-set", "since"),
  Malformed(
    "POST /v1/cycles",
    Province.cycle.replacing(#""cycleId":"2021""#, with: #""cycleId":"2022""#)
      .replacing("PROVINCE", with: "WARD"), 422, "unknown-level", "milestones.level"),
  Malformed(
    "POST /v1/cycles",
    Province.cycle.replacing(#""cycleId":"2021""#, with: #""cycleId":"2022""#)
      .replacing(#""pilot":true"#, with: #""pilot":false"#), 422, "milestone-repeated",
    "milestones[1]"),
  Malformed(
    "POST /v1/cycles", Province.cycle.replacing("commune-2", with: "nowhere"), 422,
    "unknown-pilot-unit", "pilotUnitIds[0]"),
  sectors(
    #""pilot":true"#, #""pilot":true,"sector":"NAVY""#, 422, "unknown-sector",
    "milestones[1].sector"),
  sectors("[{}]", 400, "missing-member", "sectorRules[0].sector"),
  sectors(
    #"[{"sector":"POLICE","ruleSetId":"999-2021"}]"#, 422, "unknown-rule-set",
    "sectorRules[0].ruleSetId"),
  sectors(
    #"[{"sector":"POLICE","ruleSetId":"124-2023"}]"#, 422, "rule-set-out-of-scope",
    "sectorRules[0].ruleSetId"),
  sectors(
    #"[{"sector":"NAVY","ruleSetId":"132-2018"}]"#, 422, "unknown-sector", "sectorRules[0].sector"),
  sectors(
    #"[{"sector":"POLICE","ruleSetId":"132-2018"},{"sector":"POLICE","ruleSetId":"132-2018"}]"#,
    422, "sector-repeated", "sectorRules[1].sector"),
  sectors("annual", "quarterly", 422, "period-missing", "period"),
  period("2021-01-01", "31/3/2021", 400, "malformed-date", "period.through"),
  period("2021-12-31", "2021-01-01", 422, "period-out-of-order", "period"),
  period("2020-01-01", "2020-12-31", 422, "period-outside-year", "period"),
  period("2020-01-01", "2021-12-31", 422, "period-too-long", "period"),
  period("2021-01-01", "2021-12-31", kind: "quarterly", 422, "period-not-a-quarter", "period"),
  scope(#"{"roles":["head"],"kinds":["collective"]}"#, 422, "scope-contradictory", "scope"),
  scope(#"{"roles":[]}"#, 400, "missing-member", "scope.roles"),
  scope(#"{"unitIds":["nowhere"]}"#, 422, "unknown-scope-unit", "scope.unitIds[0]"),
  Malformed("POST /v1/cycles/a%20b/launch", nil, 400, "malformed-path", "cycle"),
  Malformed("POST /v1/cycles/1999/launch", nil, 404, "unknown-cycle"),
  Malformed("POST /v1/cycles/2021/launch", nil, 428, "version-required", "If-Match", ifMatch: nil),
  Malformed("POST /v1/cycles/1999/close", "{}", 404, "unknown-cycle"),
  Malformed(
    "POST /v1/cycles/2021/close", "{}", 409, "cycle-not-ready", "obstacles.requested", ifMatch: 2),
  Malformed("POST /v1/cycles/2021/close", #"{"force":"yes"}"#, 400, "wrong-type", "force"),
  Malformed(
    "POST /v1/cycles/2021/close", #"{"force":true,"reason":"Hết năm"}"#, 422, "ground-missing",
    "reason", ifMatch: 2),
  Malformed("GET /v1/cycles/1999/closing-check", nil, 404, "unknown-cycle"),
  Malformed("GET /v1/cycles/1999/launch-check", nil, 404, "unknown-cycle", "cycle"),
  Malformed(
    "GET /v1/cycles/2021/launch-check", nil, 400, "actor-required", "Review-Actor", by: nil),
  Malformed(
    "GET /v1/cycles/2021/launch-check", nil, 403, "not-the-province", "Review-Actor",
    by: Province.district),
  Malformed("POST /v1/cycles/1999/lock-overdue", nil, 404, "unknown-cycle"),
  Malformed(
    "POST /v1/cycles/2021/lock-overdue", nil, 428, "version-required", "If-Match", ifMatch: nil),
  Malformed("POST /v1/cycles/2021/reopen", "{}", 400, "missing-member", "legalBasis"),
  Malformed(
    "POST /v1/cycles/2021/reopen", #"{"legalBasis":"16-TB/TU"}"#, 409, "cycle-not-closed",
    ifMatch: 2),
  Malformed("GET /v1/cycles/1999", nil, 404, "unknown-cycle", "cycle"),
  Malformed("GET /v1/cycles/1999/counters", nil, 404, "unknown-cycle"),
  Malformed("GET /v1/cycles/2021/reports?limit=0", nil, 400, "out-of-range", "limit"),
  Malformed("GET /v1/cycles/2021/reports?state=lost", nil, 400, "not-a-choice", "state"),
  Malformed("GET /v1/cycles/2021/reports?sort=x", nil, 400, "unknown-parameter", "sort"),
]

private let reports: [Malformed] = [
  Malformed(
    "POST \(report)/submit", Province.complete, 400, "actor-required", "Review-Actor", by: nil),
  Malformed(
    "POST \(report)/submit", Province.complete, 400, "malformed-actor", "Review-Actor",
    by: "nobody"),
  Malformed(
    "POST \(report)/submit", Province.complete, 412, "version-stale", "If-Match", by: commune,
    ifMatch: 9),
  Malformed(
    "POST \(report)/submit", Province.content(["I": "a"]), 422, "section-missing", "sections.II",
    by: commune),
  Malformed(
    "POST \(report)/submit", Province.content(["I": "a", "II": "b", "IX": "c"]), 422,
    "section-unknown", "sections.IX", by: commune),
  Malformed(
    "POST \(report)/submit", Province.content(["I": long, "II": "b"]), 400, "text-too-long",
    "sections[0].text", by: commune),
  Malformed(
    "POST \(report)/submit", Province.content(["I": #"a\u0007"#, "II": "b"]), 400,
    "control-character", "sections[0].text", by: commune),
  Malformed(
    "POST \(report)/submit",
    Province.content(["I": "a", "II": "b"]).replacing(#""section":"II""#, with: #""section":"I""#),
    422, "section-repeated", "sections.I", by: commune),
  Malformed(
    "POST \(report)/submit", Province.content(["I": "a", "II": "b"], answers: [("x", "x.1", "c")]),
    422, "matter-unknown", "answers.x.x.1", by: commune),
  Malformed(
    "POST \(report)/submit",
    Province.content(["I": "a", "II": "b"], answers: [("x", "x.1", "c"), ("x", "x.1", "d")]),
    422, "answer-repeated", "answers.x.x.1", by: commune),
  Malformed(
    "POST /v1/reports/2021.u-nobody/submit", Province.complete, 404, "unknown-report", by: commune),
  Malformed(
    "PUT \(report)/draft", #"{"sections":[]}"#, 400, "missing-member", "answers", by: commune),
  Malformed(
    "PUT \(report)/draft", Province.content(["IX": "a"]), 422, "section-unknown", "sections.IX",
    by: commune),
  Malformed(
    "POST \(report)/return", #"{"reasons":[]}"#, 409, "report-not-submitted", by: Province.district),
  Malformed(
    "POST \(report)/return", #"{"reasons":[{"section":"I"}]}"#, 400, "missing-member",
    "reasons[0].reason", by: Province.district),
  Malformed("POST \(report)/accept", nil, 409, "report-not-submitted", by: Province.district),
  Malformed(
    "POST \(report)/accept", nil, 403, "not-the-managing-unit", "Review-Actor", by: commune),
  Malformed(
    "POST \(report)/reopen", Province.reopening, 409, "report-not-closed", by: Province.district),
  Malformed(
    "POST \(report)/reopen", Province.reopening, 403, "not-the-managing-unit", "Review-Actor",
    by: commune),
  Malformed(
    "POST \(report)/reopen", #"{"reason":"Bổ sung"}"#, 400, "missing-member", "legalBasis",
    by: Province.district),
  Malformed(
    "POST \(report)/supplements/x", #"{"answers":[]}"#, 404, "unknown-supplement", "caseId",
    by: commune),
  Malformed(
    "POST \(report)/supplements/x",
    #"{"answers":[{"matterId":"x.1","kind":"denied","text":"a"}]}"#, 400, "not-a-choice",
    "answers[0].kind", by: commune),
  Malformed("GET /v1/reports/2021.u-nobody", nil, 404, "unknown-report", "report"),
  Malformed("GET \(report)/draft", nil, 404, "no-draft"),
  Malformed("GET \(report)/receipts/1", nil, 404, "unknown-receipt", "version"),
  Malformed("GET \(report)/receipts/x", nil, 400, "malformed-path", "version"),
  Malformed("GET \(report)/versions/0", nil, 400, "malformed-path", "version"),
  Malformed(
    "POST /v1/outages", #"{"from":"2021-12-09T17:00:00Z","to":"2021-12-09T17:00:00Z","note":"x"}"#,
    422, "outage-empty", "to"),
  Malformed(
    "POST /v1/outages", #"{"from":"2021-12-09T17:00:00Z","to":"2021-12-09T18:00:00Z","note":""}"#,
    400, "text-too-short", "note"),
  Malformed("GET /v1/units/a%20b", nil, 400, "malformed-path", "unit"),
  Malformed("GET /v1/units/nowhere", nil, 404, "unknown-unit", "unit"),
  Malformed("GET /v1/persons/nobody", nil, 404, "unknown-person", "person"),
]

private let decided = #""effectiveOn":"2021-11-01","legalBasis":"12-QĐ/TU"}"#
private let merge = "POST /v1/units/merge"
private let split = #"{"founded":[],"existing":["commune-1","district-2"],"heirId":"district-2","#

private let organisation: [Malformed] = [
  Malformed("POST /v1/units", #"{\#(Province.new("d")),"#, 400, "malformed-json", "body"),
  Malformed(
    "POST /v1/units", #"{\#(Province.new("d")),\#(decided)"#.replacing("2021-11-01", with: "1/11"),
    400, "malformed-date", "effectiveOn"),
  Malformed(
    "POST /v1/units",
    #"{\#(Province.new("d")),\#(decided)"#.replacing("2021-11-01", with: "0001-01-01"), 422,
    "organisation-day-unlikely", "effectiveOn"),
  Malformed(
    "POST /v1/units", #"{\#(Province.new("d", level: "WARD")),\#(decided)"#, 422,
    "organisation-level-not-in-force", "level"),
  Malformed(
    "POST /v1/units", #"{\#(Province.new("district-1")),\#(decided)"#, 409,
    "organisation-already-there", "unitId"),
  Malformed(
    "POST /v1/units", #"{\#(Province.new("d", parent: "nowhere")),\#(decided)"#, 409,
    "organisation-no-longer-there", "parentId"),
  Malformed(
    "POST /v1/units", #"{\#(Province.new("d", managedBy: "commune-1")),\#(decided)"#, 422,
    "organisation-manager-not-above", "managingUnitId"),
  Malformed(
    "POST /v1/units/nowhere/rename", #"{"name":"Tên","# + decided, 404, "unknown-unit", "unit"),
  Malformed(
    "POST /v1/units/commune-1/rename", #"{"name":" ","# + decided, 422,
    "organisation-name-missing", "name"),
  Malformed(
    "POST /v1/units/commune-1/rename", #"{"name":"Tên","# + decided, 428, "version-required",
    "If-Match", ifMatch: nil),
  Malformed(
    "POST /v1/units/commune-1/rename", #"{"name":"Tên","# + decided, 412, "version-stale",
    "If-Match", ifMatch: 7),
  Malformed(
    "POST /v1/units/commune-1/rename",
    #"{"name":"Tên","# + decided.replacing("2021-11-01", with: "2021-10-31"), 409,
    "organisation-not-yet-there", "unit"),
  Malformed(
    "POST /v1/units/commune-1/move", #"{"handovers":[],"# + decided, 422,
    "organisation-nothing-changes", "body"),
  Malformed(
    "POST /v1/units/district-1/move", #"{"parentId":"cell-1","handovers":[],"# + decided, 422,
    "organisation-circular", "unit"),
  Malformed(
    "POST /v1/units/commune-1/move",
    #"{"peerGroup":"g","handovers":[{"subjectId":"cell-1","toUnitId":"district-1"}],"# + decided,
    400, "malformed-subject", "handovers[0].subjectId"),
  Malformed(
    merge, #"{"unitIds":["commune-1","commune-2"],"# + decided, 422, "organisation-one-successor",
    "founded"),
  Malformed(
    merge, #"{"unitIds":["commune-1","nowhere"],"successorId":"commune-2","# + decided, 422,
    "organisation-unit-unknown", "unitIds[1]"),
  Malformed(
    merge, #"{"unitIds":["commune-1","commune-1"],"successorId":"commune-2","# + decided, 422,
    "organisation-unit-repeated", "unitIds[0]"),
  Malformed(
    "POST /v1/units/district-1/split", split + #""handovers":[],"# + decided, 422,
    "organisation-not-handed-over", "handovers"),
  Malformed(
    "POST /v1/units/district-1/split",
    split + #""handovers":[{"subjectId":"unit/cell-1","toUnitId":"district-2"}],"# + decided, 422,
    "organisation-not-held", "handovers[0].subjectId"),
  Malformed(
    "POST /v1/units/commune-1/dissolve", #"{"receiverId":"commune-1","# + decided, 422,
    "organisation-ends-itself", "unit"),
  Malformed(
    "POST /v1/persons", #"{\#(Province.joining("leader-1")),\#(decided)"#, 409,
    "organisation-already-there", "personId"),
  Malformed(
    "POST /v1/persons/leader-1/transfer", "{" + decided, 422, "organisation-nothing-changes",
    "body"),
  Malformed(
    "POST /v1/persons/leader-1/transfer", #"{"memberOf":"nowhere","# + decided, 422,
    "organisation-unit-unknown", "memberOf"),
  Malformed(
    "POST /v1/persons/nobody/leave", "{" + decided, 404, "unknown-person", "person"),
  Malformed(
    "POST /v1/persons/leader-1/leave", #"{"effectiveOn":"2021-11-01","legalBasis":" "}"#, 422,
    "organisation-basis-missing", "legalBasis"),
  Malformed(
    "POST /v1/persons/leader-1/posts",
    #"{"posts":[{"unitId":"cell-1","role":"head"},{"unitId":"cell-1","role":"deputy"}],"#
      + decided, 422, "organisation-post-repeated", "posts[1].unitId"),
  Malformed("POST /v1/cycles/1999/joiners", nil, 404, "unknown-cycle"),
  Malformed("GET /v1/units/nowhere/lineage", nil, 404, "unknown-unit", "unit"),
  Malformed("GET /v1/units/province/children?asOf=today", nil, 400, "malformed-date", "asOf"),
  Malformed("GET /v1/units/province?knownAt=now", nil, 400, "malformed-instant", "knownAt"),
]

private let extensions: [Malformed] = [
  Malformed(
    "POST \(report)/extension-requests", #"{"reason":"x"}"#, 400, "missing-member", "dueBefore",
    by: commune),
  Malformed(
    "POST \(report)/extension-requests", #"{"dueBefore":"15/12/2021","reason":"x"}"#, 400,
    "malformed-instant", "dueBefore", by: commune),
  Malformed(
    "POST \(report)/extension-requests", #"{"dueBefore":"2021-12-09T17:00:00Z","reason":"x"}"#,
    422, "extension-not-later", "dueBefore", by: commune),
  Malformed(
    "POST \(report)/extension-requests", #"{"dueBefore":"2021-12-14T17:00:00Z","reason":" "}"#,
    422, "extension-reason-missing", "reason", by: commune),
  Malformed(
    "POST \(report)/extension-requests", #"{"dueBefore":"2021-12-14T17:00:00Z","reason":"x"}"#,
    428, "version-required", "If-Match", by: commune, ifMatch: nil),
  Malformed(
    "POST \(report)/extension-requests/decision", #"{"granted":"yes","reason":"x"}"#, 400,
    "wrong-type", "granted", by: Province.district),
  Malformed(
    "POST \(report)/extension-requests/decision", #"{"granted":false,"reason":"x"}"#, 409,
    "extension-not-requested", by: Province.district),
  Malformed(
    "POST \(report)/extension-requests/decision",
    #"{"granted":false,"dueBefore":"2021-12-14T17:00:00Z","reason":"x"}"#, 422,
    "extension-date-unexpected", "dueBefore", by: Province.district),
  Malformed("GET /v1/calendar/working-days?days=3", nil, 400, "missing-parameter", "from"),
  Malformed(
    "GET /v1/calendar/working-days?from=2021-02-30&days=3", nil, 400, "malformed-date", "from"),
  Malformed(
    "GET /v1/calendar/working-days?from=2021-12-10&days=401", nil, 400, "out-of-range", "days"),
]

private let imports: [Malformed] = [
  Malformed("POST /v1/units/import", "unit_id,name\n", 400, "missing-column", "level"),
  Malformed(
    "POST /v1/units/import", Province.unitHeader + "a b,Tên,CELL,,,cells,false\n", 422,
    "csv-has-errors", "unit_id"),
  Malformed(
    "POST /v1/units/import",
    Province.unitHeader + "u1,Tên,CELL,province,commune-1,cells,false\n", 422, "csv-has-errors",
    "managing_unit_id"),
  Malformed(
    "POST /v1/units/import",
    Province.unitHeader + "commune-1,Tên,CELL,district-1,district-1,communes,true\n", 422,
    "csv-has-errors", "level"),
  Malformed(
    "POST /v1/units/import",
    Province.unitHeader + "district-1,Tên,DISTRICT,commune-1,province,districts,true\n", 422,
    "csv-has-errors", "parent_id"),
  Malformed(
    "POST /v1/persons/import", Province.personHeader + "p,Tên,cell-1,district-1,chief,g,paper\n",
    422, "csv-has-errors", "role"),
  Malformed(
    "POST /v1/units/import?sheet=A", Province.units, 400, "unknown-sheet", "sheet"),
  Malformed(
    "POST /v1/persons/import?dryRun=perhaps", Province.persons, 400, "wrong-type", "dryRun"),
  Malformed(
    "POST /v1/units/import",
    Province.unitHeader.dropLast() + ",sector\ncommune-9,Tên,GRASSROOTS,district-1,district-1,x,"
      + "true,NAVY\n", 422, "csv-has-errors", "sector"),
  Malformed("POST /v1/posts/import", "person_id,rank\n", 400, "missing-column", "unit_id"),
  Malformed(
    "POST /v1/posts/import",
    Province.postHeader + "leader-1,0,commune-1,head,2021-11-02,12-QĐ/TU\n", 422,
    "csv-has-errors", "rank"),
  Malformed(
    "POST /v1/posts/import",
    Province.postHeader + "leader-1,1,commune-1,head,2/11/2021,12-QĐ/TU\n", 422,
    "csv-has-errors", "effective_on"),
  Malformed(
    "POST /v1/posts/import",
    Province.postHeader + "nobody,1,commune-1,head,2021-11-02,12-QĐ/TU\n", 422,
    "csv-has-errors", "person_id"),
]

private let exports: [Malformed] = [
  Malformed("GET /v1/units/export?format=ods", nil, 400, "not-a-choice", "format"),
  Malformed("GET /v1/units/export?sheet=A", nil, 400, "unknown-parameter", "sheet"),
  Malformed("GET /v1/persons/export", nil, 400, "actor-required", "Review-Actor", by: nil),
  Malformed(
    "GET /v1/persons/export?format=xlsx", nil, 403, "not-the-province", "Review-Actor",
    by: Province.district),
  Malformed("GET /v1/posts/export", nil, 400, "actor-required", "Review-Actor", by: nil),
  Malformed(
    "GET /v1/posts/export?format=xlsx", nil, 403, "not-the-province", "Review-Actor",
    by: Province.district),
]

private let fingerprint = String(repeating: "0", count: 64)
private let document =
  #"{"documentId":"d","issuer":"Tỉnh ủy","number":"57-KH/TU","issuedOn":"2021-11-01"}"#

private let plans: [Malformed] = [
  Malformed(
    "POST /v1/rule-sets/132-2018/approvals", #"{"fingerprint":"0","legalBasis":"12-QĐ/TU"}"#, 400,
    "text-too-short", "fingerprint"),
  Malformed(
    "POST /v1/rule-sets/132-2018/approvals",
    #"{"fingerprint":"\#(fingerprint)","legalBasis":"12-QĐ/TU"}"#, 409,
    "rule-set-fingerprint-differs", "fingerprint"),
  Malformed(
    "POST /v1/rule-sets/132-2018/approvals",
    #"{"fingerprint":"\#(Province.rules.fingerprint)","legalBasis":"như trên"}"#, 422,
    "document-number-malformed", "legalBasis"),
  Malformed(
    "POST /v1/rule-sets/999-2021/approvals",
    #"{"fingerprint":"\#(fingerprint)","legalBasis":"12-QĐ/TU"}"#, 404, "rule-set-not-found",
    "ruleSet"),
  Malformed(
    "POST /v1/documents", document.replacing("57-KH/TU", with: "57"), 422,
    "document-number-malformed", "number"),
  Malformed(
    "POST /v1/documents", document.replacing("2021-11-01", with: "1/11/2021"), 400,
    "malformed-date", "issuedOn"),
  Malformed(
    "POST /v1/documents", document.replacing("Tỉnh ủy", with: #" \t "#), 422,
    "document-issuer-blank", "issuer"),
  Malformed(
    "POST /v1/documents", document, 403, "not-an-organisation", "Review-Actor",
    by: "person/secretary"),
  Malformed("GET /v1/documents", nil, 400, "missing-parameter", "number"),
  Malformed("GET /v1/documents?number=57", nil, 400, "malformed-parameter", "number"),
  Malformed("GET /v1/documents/none", nil, 404, "unknown-document", "document"),
  Malformed(
    "POST /v1/cycles/2021/plans", #"{"documentId":"d","adoptedOn":"hôm qua"}"#, 400,
    "malformed-date", "adoptedOn", by: commune),
  Malformed(
    "POST /v1/cycles/1999/plans", #"{"documentId":"d","adoptedOn":"2021-11-01"}"#, 404,
    "unknown-cycle", by: commune),
  Malformed(
    "POST /v1/cycles/2021/plans", #"{"documentId":"d","adoptedOn":"2021-11-01"}"#, 422,
    "plan-not-owed", "unitId", by: commune),
  Malformed(
    "POST /v1/cycles/2021/plans",
    #"{"unitId":"nowhere","documentId":"d","adoptedOn":"2021-11-01"}"#, 422, "plan-unit-unknown",
    "unitId"),
  Malformed("GET /v1/cycles/1999/plans", nil, 404, "unknown-cycle"),
  Malformed("GET /v1/cycles/2021/plans?state=lost", nil, 400, "not-a-choice", "state"),
]

@Suite(.timeLimit(.minutes(3))) struct `Malformed input` {
  @Test func `is refused with slug and field, and leaves no fact behind`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      let before = try await desk.logged()
      for malformed in cycles + reports + organisation + extensions + imports + exports + plans {
        let answer = try await ask(malformed, desk)
        let name: Comment = "\(malformed.route) \(malformed.path) \(malformed.slug)"
        #expect(answer.status == malformed.status, name)
        #expect(answer.slug == malformed.slug, name)
        #expect(answer.field == malformed.field, name)
      }
      #expect(try await desk.logged() == before)
      let all = cycles + reports + organisation + extensions + imports + exports + plans
      let kinds = Set(all.map { "\($0.slug) \($0.field ?? "")" })
      #expect(kinds.count >= 40)
    }
  }

  private func ask(_ malformed: Malformed, _ desk: IntakeDesk) async throws -> Answer {
    switch malformed.route {
    case "GET": return try await desk.get(malformed.path, by: malformed.actor)
    case "PUT":
      return try await desk.put(
        malformed.path, malformed.body ?? "", by: malformed.actor, ifMatch: malformed.ifMatch)
    default:
      if malformed.path.contains("/import") {
        return try await desk.table(malformed.path, malformed.body ?? "")
      }
      return try await desk.send(
        malformed.path, malformed.body, by: malformed.actor, ifMatch: malformed.ifMatch)
    }
  }

  @Test func `every route has its case`() async throws {
    try await IntakeDesk.with { desk in
      for route in Intake.routes(desk.context) {
        let segments = route.path.split(separator: "/")
        let covered = (cycles + reports + extensions + organisation + imports + exports + plans)
          .contains { malformed in
            let path = malformed.path.prefix { $0 != "?" }.split(separator: "/")
            return malformed.route == route.method && path.count == segments.count
              && zip(path, segments).allSatisfy { $1.hasPrefix("{") || $0 == $1 }
          }
        #expect(covered, "\(route.method) \(route.path)")
      }
    }
  }

  @Test func `without a key nothing is posted`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.launch()
      let answer = try await desk.send(
        report + "/submit", Province.complete, by: commune, ifMatch: 1, key: nil)
      #expect(answer.status == 400 && answer.slug == "idempotency-key-required")
      #expect(answer.field == "Idempotency-Key")
    }
  }
}
