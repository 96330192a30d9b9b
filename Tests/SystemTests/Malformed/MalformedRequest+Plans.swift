import Foundation
import NIOHTTP1

extension MalformedRequest {
  private static func approval(
    _ fingerprint: String, is status: Int, _ slug: String, _ field: String
  ) -> MalformedRequest {
    .post(
      .intake, "/v1/rule-sets/{ruleSet}/approvals", "/v1/rule-sets/132-2018/approvals",
      send: #"{"fingerprint":"\#(fingerprint)","legalBasis":"12-QĐ/TU"}"#, is: status, slug, field)
  }

  private static func document(
    _ change: (String, String), by actor: String? = nil, is status: Int, _ slug: String,
    _ field: String
  ) -> MalformedRequest {
    let body = #"{"documentId":"d","issuer":"Tỉnh ủy","number":"57-KH/TU","issuedOn":"2021-11-01"}"#
    return .post(
      .intake, "/v1/documents", by: actor, send: body.replacing(change.0, with: change.1),
      is: status, slug, field)
  }

  private static func plan(
    _ cycle: String = "2021", send body: String, is status: Int, _ slug: String,
    _ field: String? = nil
  ) -> MalformedRequest {
    .post(
      .intake, "/v1/cycles/{cycle}/plans", "/v1/cycles/\(cycle)/plans", by: TestYear.commune(1),
      send: body, is: status, slug, field)
  }

  /// Approvals, documents and plans of subordinate organisations.
  static let plans: [MalformedRequest] = [
    approval("0", is: 400, "text-too-short", "fingerprint"),
    approval(
      String(repeating: "0", count: 64), is: 409, "rule-set-fingerprint-differs", "fingerprint"),
    document(("57-KH/TU", "57"), is: 422, "document-number-malformed", "number"),
    document(("2021-11-01", "2021-02-29"), is: 400, "malformed-date", "issuedOn"),
    document(("Tỉnh ủy", "  "), is: 422, "document-issuer-blank", "issuer"),
    document(("57", "58"), by: "person/P1", is: 403, "not-an-organisation", "Review-Actor"),
    .get(
      .intake, "/v1/documents", "/v1/documents?number=57", is: 400, "malformed-parameter",
      "number"),
    .get(
      .intake, "/v1/documents/{document}", "/v1/documents/none", is: 404, "unknown-document",
      "document"),
    plan("1999", send: #"{"documentId":"d","adoptedOn":"2021-11-01"}"#, is: 404, "unknown-cycle"),
    plan(
      send: #"{"unitId":"NOWHERE","documentId":"d","adoptedOn":"2021-11-01"}"#, is: 422,
      "plan-unit-unknown", "unitId"),
    plan(
      send: #"{"documentId":"d","adoptedOn":"2021-11-01"}"#, is: 422, "plan-not-owed", "unitId"),
    .get(
      .intake, "/v1/cycles/{cycle}/plans", "/v1/cycles/2021/plans?state=lost", is: 400,
      "not-a-choice", "state"),
  ]
}
