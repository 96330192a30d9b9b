import Foundation
import NIOHTTP1

extension MalformedRequest {
  private static func proposal(
    _ change: (String, String), is status: Int, _ slug: String, _ field: String? = nil
  ) -> MalformedRequest {
    let body =
      #"{"caseId":"c9","cycleId":"2021","subjectId":"unit/G1","authorityId":"D1","#
      + #""grounds":["DISUNITY"],"matters":[{"area":"LAND","text":"Đất"}]}"#
    return .post(
      .caseTracking, "/v1/cases", by: TestYear.district,
      send: body.replacing(change.0, with: change.1), is: status, slug, field)
  }

  private static func change(
    _ verb: String, ifMatch: String? = "\"1\"", send body: String? = nil, is status: Int,
    _ slug: String, _ field: String? = nil
  ) -> MalformedRequest {
    .post(
      .caseTracking, "/v1/cases/{case}/\(verb)", "/v1/cases/none/\(verb)", by: TestYear.district,
      ifMatch: ifMatch, send: body, is: status, slug, field)
  }

  static let cases: [MalformedRequest] = [
    proposal(("unit/G1", "G1"), is: 400, "malformed-subject", "subjectId"),
    proposal(("unit/G1", "unit/NEW"), is: 409, "subject-not-yet-known", "subjectId"),
    proposal(("\"2021\"", "\"2030\""), is: 409, "cycle-not-yet-known", "cycleId"),
    proposal(("DISUNITY", "WEATHER"), is: 422, "unknown-ground", "grounds[0]"),
    proposal(("LAND", "SEA"), is: 422, "unknown-area", "matters[0].area"),
    proposal(("[\"DISUNITY\"]", "[]"), is: 400, "missing-member", "grounds"),
    proposal(("\"D1\"", "\"D2\""), is: 403, "authority-does-not-manage-subject"),
    change("approve", is: 404, "unknown-case"),
    change("issue", send: "{}", is: 400, "missing-member", "documentNumber"),
    .post(
      .caseTracking, "/v1/cases/issue-batch", by: TestYear.district,
      send: #"{"documentNumber":"1","caseIds":["#
        + (1...501).map { "\"c\($0)\"" }.joined(separator: ",") + "]}", is: 400,
      "too-many-items", "caseIds"),
    change("acknowledge", ifMatch: nil, is: 428, "version-required", "If-Match"),
    change(
      "explain", send: #"{"answers":[{"matterId":"m","kind":"shrug","text":"t"}]}"#, is: 400,
      "not-a-choice", "answers[0].kind"),
    change(
      "conference", send: #"{"heldAt":"hôm qua","minutes":"m"}"#, is: 400, "malformed-instant",
      "heldAt"),
    change("conclude", send: #"{"conclusions":[]}"#, is: 400, "missing-member", "conclusions"),
    change(
      "plan",
      send: #"{"items":[{"matterId":"m","owner":"me","dueBefore":"2022-01-01T00:00:00Z","#
        + #""measures":"x"}]}"#, is: 400, "malformed-subject", "items[0].owner"),
    change(
      "progress", send: #"{"matterId":"m","percentDone":101,"note":"n"}"#, is: 400,
      "out-of-range", "percentDone"),
    change(
      "verify", send: #"{"matterId":"m","result":"maybe"}"#, is: 400, "not-a-choice", "result"),
    change("close", ifMatch: "W/\"1\"", is: 400, "malformed-header", "If-Match"),
    change(
      "carry-over", send: #"{"toCycleId":"next year"}"#, is: 400, "malformed-identifier",
      "toCycleId"),
    change("withdraw", send: #"{"reason":7}"#, is: 400, "wrong-type", "reason"),
    .get(.caseTracking, "/v1/cases/{case}", "/v1/cases/none", is: 404, "unknown-case"),
    .get(
      .caseTracking, "/v1/cycles/{cycle}/cases", "/v1/cycles/2021/cases?after=a%20b", is: 400,
      "malformed-identifier", "after"),
    .get(
      .caseTracking, "/v1/subjects/{kind}/{id}/cases", "/v1/subjects/ship/G1/cases", is: 400,
      "malformed-path", "id"),
    .get(
      .caseTracking, "/v1/subjects/{kind}/{id}/cases",
      "/v1/subjects/unit/G1/cases?withPredecessors=yes", is: 400, "wrong-type",
      "withPredecessors"),
    .get(
      .caseTracking, "/v1/units/{unit}/debts", "/v1/units/NOWHERE/debts", is: 404,
      "unknown-unit", "unit"),
    .get(
      .caseTracking, "/v1/units/{unit}/debts", "/v1/units/D1/debts?limit=0", is: 400,
      "out-of-range", "limit"),
    .get(
      .caseTracking, "/v1/cycles/{cycle}/case-statistics", "/v1/cycles/1999/case-statistics",
      is: 404, "unknown-cycle", "cycle"),
  ]

  private static func rating(
    _ step: String, by actor: String = TestYear.province, send body: String, is status: Int,
    _ slug: String, _ field: String
  ) -> MalformedRequest {
    .post(
      .rating, "/v1/cycles/{cycle}/\(step)", "/v1/cycles/2021/\(step)", by: actor, send: body,
      is: status, slug, field)
  }

  static let ratings: [MalformedRequest] = [
    rating(
      "self-ratings", by: "unit/NEW",
      send: #"{"ratings":[{"subjectId":"unit/NEW","level":"GOOD"}]}"#, is: 409,
      "subject-not-yet-known", "ratings[0].subjectId"),
    rating(
      "self-ratings", send: #"{"ratings":[{"subjectId":"unit/G1","level":"GREAT"}]}"#, is: 400,
      "not-a-choice", "ratings[0].level"),
    rating(
      "appraisals",
      send: #"{"ratings":[{"subjectId":"unit/D1","level":"GOOD"},"#
        + #"{"subjectId":"unit/D1","level":"GOOD"}]}"#, is: 400, "duplicate-subject",
      "ratings[1].subjectId"),
    rating(
      "decisions", send: #"{"ratings":[{"subjectId":"unit/D1","level":"GOOD"}]}"#, is: 400,
      "missing-member", "decisionNumber"),
    rating(
      "decisions",
      send: #"{"decisionNumber":"1","ratings":[{"subjectId":"unit/D1","level":"GOOD"}]}"#,
      is: 409, "appraisal-missing", "ratings[0].subjectId"),
    rating(
      "decisions",
      send: #"{"decisionNumber":"1","ratings":[{"subjectId":"unit/D1","level":"GOOD","#
        + #""version":4}]}"#, is: 409, "stale-version", "ratings[0].version"),
    rating(
      "decisions",
      send: #"{"decisionNumber":"1","effectiveOn":"31/12/2021","#
        + #""ratings":[{"subjectId":"unit/D1","level":"GOOD"}]}"#, is: 400, "malformed-date",
      "effectiveOn"),
    rating(
      "decisions",
      send: #"{"decisionNumber":"1","effectiveOn":"9999-12-31","#
        + #""ratings":[{"subjectId":"unit/D1","level":"GOOD"}]}"#, is: 422,
      "effective-day-ahead", "effectiveOn"),
    .get(.rating, "/v1/ratings/{rating}", "/v1/ratings/none", is: 404, "rating-not-found"),
    .get(
      .rating, "/v1/cycles/{cycle}/rating-statistics",
      "/v1/cycles/2021/rating-statistics?knownAt=soon", is: 400, "malformed-instant", "knownAt"),
    .get(
      .rating, "/v1/cycles/{cycle}/quota",
      "/v1/cycles/2021/quota?managingUnit=D1&kind=collective", is: 400, "missing-parameter",
      "peerGroup"),
  ]
}
