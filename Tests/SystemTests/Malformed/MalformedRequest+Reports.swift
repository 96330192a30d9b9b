import Foundation
import NIOHTTP1

extension MalformedRequest {
  /// Steps of one commune's report; nothing else in this suite touches it.
  private static let id = TestYear.reportID(TestYear.communes)
  private static let commune = TestYear.commune(TestYear.communes)
  private static let complete = String(decoding: TestYear.report("bản đủ"), as: UTF8.self)

  private static func step(
    _ verb: String, by actor: String = commune, ifMatch: String? = "\"1\"",
    send body: String? = complete, is status: Int, _ slug: String, _ field: String? = nil
  ) -> MalformedRequest {
    .post(
      .intake, "/v1/reports/{report}/\(verb)", "/v1/reports/\(id)/\(verb)", by: actor,
      ifMatch: ifMatch, send: body, is: status, slug, field)
  }

  private static func draft(
    ifMatch: String? = "\"1\"", send body: String, is status: Int, _ slug: String, _ field: String
  ) -> MalformedRequest {
    .post(
      .intake, "/v1/reports/{report}/draft", "/v1/reports/\(id)/draft", by: commune,
      ifMatch: ifMatch, send: body, is: status, slug, field, method: .PUT)
  }

  static let reports: [MalformedRequest] = [
    .get(
      .intake, "/v1/reports/{report}", "/v1/reports/2021.u-NOBODY", is: 404, "unknown-report",
      "report"),
    .get(.intake, "/v1/reports/{report}", "/v1/reports/a%20b", is: 400, "malformed-path", "report"),
    .get(
      .intake, "/v1/reports/{report}", "/v1/reports/\(id)?atLeast=yesterday", is: 400,
      "malformed-parameter", "atLeast"),
    .get(
      .intake, "/v1/reports/{report}/draft", "/v1/reports/\(id)/draft", is: 404, "no-draft"),
    .get(
      .intake, "/v1/reports/{report}/receipts/{version}", "/v1/reports/\(id)/receipts/7",
      is: 404, "unknown-receipt", "version"),
    .get(
      .intake, "/v1/reports/{report}/versions/{version}", "/v1/reports/\(id)/versions/zero",
      is: 400, "malformed-path", "version"),
    draft(ifMatch: "\"99\"", send: complete, is: 412, "version-stale", "If-Match"),
    draft(
      send: complete.replacing("\"VII\"", with: "\"XXX\""), is: 422, "section-unknown",
      "sections.XXX"),
    draft(
      send: complete.replacing("Mục I:", with: String(repeating: "dài ", count: 5_001)), is: 400,
      "text-too-long", "sections[0].text"),
    step(
      "submit", send: complete.replacing("\"section\":\"II\"", with: "\"section\":\"I\""),
      is: 422, "section-repeated", "sections.I"),
    step(
      "submit", send: String(decoding: TestYear.report("x", without: "VII"), as: UTF8.self),
      is: 422, "section-missing", "sections.VII"),
    step("submit", by: TestYear.district, is: 403, "not-your-report", "Review-Actor"),
    step("submit", ifMatch: nil, is: 428, "version-required", "If-Match"),
    step(
      "submit",
      send: complete.replacing(
        "\"answers\":[]",
        with: "\"answers\":[{\"caseId\":\"c\",\"matterId\":\"m\",\"kind\":\"accepted\","
          + "\"text\":\"t\"}]"), is: 422, "matter-unknown", "answers.c.m"),
    step(
      "return", by: TestYear.district, send: #"{"reasons":[{"section":"II","reason":"Nêu rõ."}]}"#,
      is: 409, "report-not-submitted"),
    step(
      "return", by: TestYear.district, send: #"{"reasons":[{"section":"II","reason":""}]}"#,
      is: 400, "text-too-short", "reasons[0].reason"),
    step("accept", by: TestYear.district, send: nil, is: 409, "report-not-submitted"),
    step("accept", by: "unit/D2", send: nil, is: 403, "not-the-managing-unit", "Review-Actor"),
    step(
      "reopen", by: TestYear.district, send: #"{"reason":"Bổ sung","legalBasis":"16-TB/HU"}"#,
      is: 409, "report-not-closed"),
    .post(
      .intake, "/v1/reports/{report}/supplements/{case}", "/v1/reports/\(id)/supplements/none",
      by: commune, ifMatch: "\"1\"", send: #"{"answers":[]}"#, is: 404, "unknown-supplement",
      "caseId"),
    step(
      "extension-requests", send: #"{"dueBefore":"sau Tết","reason":"Bão lũ"}"#, is: 400,
      "malformed-instant", "dueBefore"),
    step(
      "extension-requests/decision", by: TestYear.district,
      send: #"{"granted":false,"reason":"Không"}"#, is: 409, "extension-not-requested"),
    .get(
      .intake, "/v1/calendar/working-days", "/v1/calendar/working-days?from=2021-12-10&days=0",
      is: 400, "out-of-range", "days"),
    .get(.intake, "/v1/units/{unit}", "/v1/units/NOWHERE", is: 404, "unknown-unit", "unit"),
    .get(
      .intake, "/v1/persons/{person}", "/v1/persons/NOBODY", is: 404, "unknown-person", "person"),
    nowhere(.GET, "/v1/secrets", is: 404, "unknown-route"),
    nowhere(.DELETE, "/v1/cycles", is: 405, "method-not-allowed"),
  ]
}
