import Foundation
import NIOHTTP1

extension MalformedRequest {
  private static func table(
    _ service: Service, _ route: String, query: String = "", by actor: String? = nil,
    _ lines: [String], is status: Int, _ slug: String, _ field: String
  ) -> MalformedRequest {
    .post(
      service, route, route + query, by: actor, type: "text/csv",
      send: lines.joined(separator: "\n"), is: status, slug, field)
  }

  /// Two thousand lines, of which three are bad: the 501st, the 1001st and the 1501st.
  static let longTable: [String] = {
    var lines = TestYear.units(1_996)
    lines[500] = "X1,Xã không cấp,,D1,D1,GRASSROOTS-BODY,true"
    lines[1_000] = "X2,Xã,GRASSROOTS,D1,D1,GRASSROOTS-BODY,có"
    lines[1_500] = "X3,Xã thiếu ô,GRASSROOTS"
    return lines
  }()

  private static let workbook =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

  private static let persons =
    "person_id,full_name,member_of,managing_unit_id,role,peer_group,channel"

  static let tables: [MalformedRequest] = [
    table(.intake, "/v1/units/import", longTable, is: 422, "csv-has-errors", "level"),
    table(
      .intake, "/v1/units/import", ["unit_id,name,colour"], is: 400, "unknown-column", "colour"),
    table(
      .intake, "/v1/units/import",
      TestYear.units(1).map {
        $0.replacing("D1,Huyện 1,DISTRICT,PROVINCE", with: "D1,H,DISTRICT,G1")
      }, is: 422, "csv-has-errors", "parent_id"),
    table(
      .intake, "/v1/units/import", by: "person/P1", TestYear.units(1), is: 403,
      "not-the-province", "Review-Actor"),
    table(
      .intake, "/v1/persons/import", [String(persons.dropLast(8))], is: 400, "missing-column",
      "channel"),
    table(
      .intake, "/v1/persons/import", [persons + ",role"], is: 400, "duplicate-column", "role"),
    table(
      .intake, "/v1/persons/import", query: "?dryRun=maybe", [persons], is: 400, "wrong-type",
      "dryRun"),
    table(
      .intake, "/v1/persons/import", [persons, "P9,Lê Văn Chín,D1,D1,chief,OFFICIALS,paper"],
      is: 422, "csv-has-errors", "role"),
    table(.intake, "/v1/persons/import", ["\"open"], is: 400, "malformed-csv", "body"),
    .post(
      .intake, "/v1/persons/import", type: workbook, send: persons, is: 400,
      "malformed-spreadsheet", "body"),
    table(
      .intake, "/v1/units/import", query: "?sheet=A", TestYear.units(1), is: 400, "unknown-sheet",
      "sheet"),
    .get(
      .intake, "/v1/units/export", "/v1/units/export?format=ods", is: 400, "not-a-choice",
      "format"),
    .get(
      .intake, "/v1/persons/export", "/v1/persons/export", is: 400, "actor-required",
      "Review-Actor"),
    table(
      .intake, "/v1/posts/import",
      ["person_id,rank,unit_id,role,effective_on,legal_basis", "P1,0,D1,head,2021-11-02,1-QĐ/TU"],
      is: 422, "csv-has-errors", "rank"),
    .get(
      .intake, "/v1/posts/export", "/v1/posts/export", is: 400, "actor-required", "Review-Actor"),
    table(
      .notification, "/v1/recipients/import",
      ["subject_id,address,language", "unit/G1,two words@tanhung.invalid,vi"], is: 422,
      "csv-has-errors", "address"),
    table(
      .notification, "/v1/recipients/import",
      ["subject_id,address,language", "unit/G1,g1@tanhung.invalid,fr"], is: 422,
      "csv-has-errors", "language"),
    table(
      .notification, "/v1/recipients/import", by: "person/P1", ["subject_id,address,language"],
      is: 403, "actor-not-a-unit", "Review-Actor"),
  ]

  static let mails: [MalformedRequest] = [
    .post(
      .notification, "/v1/deliveries/{delivery}/release", "/v1/deliveries/none/release",
      ifMatch: "\"1\"", send: #"{"decision":"resend","reason":"r"}"#, is: 404,
      "unknown-delivery"),
    .post(
      .notification, "/v1/deliveries/{delivery}/release", "/v1/deliveries/none/release",
      ifMatch: "\"1\"", send: #"{"decision":"forget","reason":"r"}"#, is: 400, "not-a-choice",
      "decision"),
    .get(
      .notification, "/v1/deliveries", "/v1/deliveries?state=lost", is: 400, "not-a-choice",
      "state"),
    .get(
      .notification, "/v1/deliveries/{delivery}", "/v1/deliveries/none", is: 404,
      "unknown-delivery"),
    .get(.notification, "/v1/duties", "/v1/duties", is: 400, "missing-parameter", "subject"),
    .get(
      .notification, "/v1/duties", "/v1/duties?subject=everybody", is: 400, "malformed-subject",
      "subject"),
    .get(
      .notification, "/v1/recipients/unreachable", "/v1/recipients/unreachable?limit=all",
      is: 400, "wrong-type", "limit"),
    .post(
      .notification, "/v1/recipients/check", send: #"{"subjectIds":["everybody"]}"#, is: 400,
      "malformed-subject", "subjectIds[0]"),
    .get(
      .notification, "/v1/mail/summary", "/v1/mail/summary?since=today", is: 400,
      "unknown-parameter", "since"),
  ]
}
