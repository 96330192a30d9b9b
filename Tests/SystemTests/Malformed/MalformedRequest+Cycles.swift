import Foundation
import NIOHTTP1

extension MalformedRequest {
  private static func cycle(
    _ change: (String, String), by actor: String? = nil, key: String? = UUID().uuidString,
    is status: Int, _ slug: String, _ field: String
  ) -> MalformedRequest {
    .post(
      .intake, "/v1/cycles", by: actor, key: key,
      send: TestYear.cycle.replacing("\"cycleId\":\"2021\"", with: "\"cycleId\":\"other\"")
        .replacing(change.0, with: change.1), is: status, slug, field)
  }

  /// The body's form, headers and what a cycle refers to.
  static let cycles: [MalformedRequest] = [
    cycle(("{\"cycleId\"", "{\"cycleId\":,"), is: 400, "malformed-json", "body"),
    cycle(
      ("\"year\":2021", "\"year\":2021,\"year\":2022"), is: 400, "duplicate-member", "year"),
    cycle(("\"year\":2021", "\"year\":\"2021\""), is: 400, "wrong-type", "year"),
    cycle(("\"year\":2021", "\"year\":1990"), is: 400, "out-of-range", "year"),
    cycle(("\"kind\":\"annual\"", "\"kind\":\"weekly\""), is: 400, "not-a-choice", "kind"),
    cycle(("\"kind\":", "\"colour\":1,\"kind\":"), is: 400, "unknown-member", "colour"),
    cycle(("\"planNumber\":\"57-KH/TU\",", ""), is: 400, "missing-member", "planNumber"),
    cycle(
      ("57-KH/TU", String(repeating: "x", count: 101)), is: 400, "text-too-long", "planNumber"),
    cycle(("57-KH/TU", "57\\u0000"), is: 400, "control-character", "planNumber"),
    cycle(
      ("2021-12-25T00:00:00+07:00", "trước ngày 25/12"), is: 400, "malformed-instant",
      "milestones[0].dueBefore"),
    cycle(
      ("\"pilotUnitIds\":[]", "\"pilotUnitIds\":[\"một xã\"]"), is: 400, "malformed-identifier",
      "pilotUnitIds[0]"),
    cycle(
      ("\"pilotUnitIds\":[]", "\"pilotUnitIds\":" + String(repeating: "[", count: 40)), is: 400,
      "too-deep", "body"),
    cycle(("57-KH/TU", "57"), is: 400, "invalid-utf8", "body")
      .with(body: Data("{\"cycleId\":\"".utf8) + Data([0xC3, 0x28])),
    cycle(("57-KH/TU", "57"), is: 415, "unsupported-media-type", "Content-Type")
      .with("Content-Type", "text/plain"),
    cycle(("57-KH/TU", "57"), is: 400, "actor-required", "Review-Actor").without("Review-Actor"),
    cycle(
      ("57-KH/TU", "57"), by: "the secretary", is: 400, "malformed-actor", "Review-Actor"),
    cycle(
      ("57-KH/TU", "57"), key: nil, is: 400, "idempotency-key-required", "Idempotency-Key"),
    cycle(
      ("57-KH/TU", "57"), key: "short", is: 400, "malformed-idempotency-key", "Idempotency-Key"),
    cycle(
      ("57-KH/TU", "58-KH/TU"), key: TestYear.cycleKey, is: 422, "idempotency-key-reused",
      "Idempotency-Key"),
    cycle(("57-KH/TU", "57"), is: 400, "malformed-header", "Correlation-Id")
      .with("Correlation-Id", "not one word"),
    cycle(
      ("57-KH/TU", "57"), by: TestYear.district, is: 403, "not-the-province", "Review-Actor"),
    cycle(("132-2018", "124-2099"), is: 422, "unknown-rule-set", "ruleSetId"),
    cycle(("132-2018", "124-2023"), is: 422, "rule-set-out-of-scope", "ruleSetId"),
    .get(
      .intake, "/v1/rule-sets", "/v1/rule-sets?year=2021", is: 400, "unknown-parameter", "year"),
    .get(
      .intake, "/v1/rule-sets/{ruleSet}", "/v1/rule-sets/999-2021", is: 404, "rule-set-not-found",
      "ruleSet"),
    .get(
      .intake, "/v1/rule-sets/{ruleSet}/changes", "/v1/rule-sets/132-2018/changes", is: 400,
      "missing-parameter", "since"),
    cycle(
      ("\"pilotUnitIds\":[]", "\"pilotUnitIds\":[\"NOWHERE\"]"), is: 422, "unknown-pilot-unit",
      "pilotUnitIds[0]"),
    cycle(
      ("\"level\":\"DISTRICT\"", "\"level\":\"PROVINCE\""), is: 422, "milestone-repeated",
      "milestones[1]"),
    .post(
      .intake, "/v1/cycles", send: TestYear.cycle.replacing("57-KH", with: "99-KH"),
      is: 409, "cycle-exists", "cycleId"),
    .post(
      .intake, "/v1/cycles/{cycle}/launch", "/v1/cycles/2021/launch", is: 428,
      "version-required", "If-Match"),
    .post(
      .intake, "/v1/cycles/{cycle}/launch", "/v1/cycles/1999/launch", ifMatch: "\"1\"", is: 404,
      "unknown-cycle"),
    .post(
      .intake, "/v1/cycles/{cycle}/close", "/v1/cycles/2021/close", ifMatch: "three", send: "{}",
      is: 400, "malformed-header", "If-Match"),
    .post(
      .intake, "/v1/cycles/{cycle}/close", "/v1/cycles/2021/close", ifMatch: "\"1\"",
      send: #"{"force":true,"reason":"Hết năm","legalBasis":"15-TB/TU"}"#, is: 412,
      "version-stale", "If-Match"),
    .post(
      .intake, "/v1/cycles/{cycle}/close", "/v1/cycles/2021/close", ifMatch: "\"2\"", send: "{}",
      is: 409, "cycle-not-ready", "obstacles.requested"),
    .get(
      .intake, "/v1/cycles/{cycle}/launch-check", "/v1/cycles/2021/launch-check", is: 400,
      "actor-required", "Review-Actor"),
    .get(
      .intake, "/v1/cycles/{cycle}/closing-check", "/v1/cycles/1999/closing-check", is: 404,
      "unknown-cycle"),
    .post(
      .intake, "/v1/cycles/{cycle}/lock-overdue", "/v1/cycles/2021/lock-overdue",
      by: TestYear.district, ifMatch: "\"2\"", is: 403, "not-the-province", "Review-Actor"),
    .post(
      .intake, "/v1/cycles/{cycle}/reopen", "/v1/cycles/2021/reopen", ifMatch: "\"2\"",
      send: #"{"legalBasis":"16-TB/TU"}"#, is: 409, "cycle-not-closed"),
    .get(.intake, "/v1/cycles/{cycle}", "/v1/cycles/1999", is: 404, "unknown-cycle", "cycle"),
    .get(
      .intake, "/v1/cycles/{cycle}/reports", "/v1/cycles/2021/reports?limit=0", is: 400,
      "out-of-range", "limit"),
    .get(
      .intake, "/v1/cycles/{cycle}/reports", "/v1/cycles/2021/reports?limit=1&limit=2", is: 400,
      "duplicate-parameter", "limit"),
    .get(
      .intake, "/v1/cycles/{cycle}/counters", "/v1/cycles/2021/counters?colour=red", is: 400,
      "unknown-parameter", "colour"),
    .post(
      .intake, "/v1/outages",
      send: #"{"from":"2021-12-02T00:00:00Z","to":"2021-12-01T00:00:00Z","note":"n"}"#,
      is: 422, "outage-empty", "to"),
    .post(
      .intake, "/v1/outages", send: String(repeating: " ", count: 1_048_577), is: 413,
      "body-too-large", "body"),
  ]
}
