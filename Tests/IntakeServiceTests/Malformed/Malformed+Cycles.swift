extension Malformed {
  /// Opens another cycle with a change.
  private static func sectors(
    _ old: String, _ new: String, _ status: Int, _ slug: String, _ field: String
  ) -> Malformed {
    let cycle = Province.cycle.replacing(#""cycleId":"2021""#, with: #""cycleId":"2022""#)
    return Malformed("POST /v1/cycles", cycle.replacing(old, with: new), status, slug, field)
  }

  /// Opens another cycle with rules of sectors.
  private static func sectors(
    _ rules: String, _ status: Int, _ slug: String, _ field: String
  ) -> Malformed {
    sectors(
      #""pilotUnitIds""#, #""sectorRules":\#(rules),"pilotUnitIds""#, status, slug, field)
  }

  /// Opens another cycle with a period.
  private static func period(
    _ from: String, _ through: String, kind: String = "annual", _ status: Int, _ slug: String,
    _ field: String
  ) -> Malformed {
    sectors(
      #""annual""#, #""\#(kind)","period":{"from":"\#(from)","through":"\#(through)"}"#, status,
      slug,
      field)
  }

  /// Opens another cycle with a scope.
  private static func scope(
    _ scope: String, _ status: Int, _ slug: String, _ field: String
  ) -> Malformed {
    sectors(#""pilotUnitIds""#, #""scope":\#(scope),"pilotUnitIds""#, status, slug, field)
  }

  static let cycles: [Malformed] = [
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
      #"[{"sector":"NAVY","ruleSetId":"132-2018"}]"#, 422, "unknown-sector", "sectorRules[0].sector"
    ),
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
    Malformed(
      "POST /v1/cycles/2021/launch", nil, 428, "version-required", "If-Match", ifMatch: nil),
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
}
