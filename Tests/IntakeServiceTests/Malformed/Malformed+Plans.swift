@testable import IntakeService

extension Malformed {
  private static let fingerprint = String(repeating: "0", count: 64)
  private static let document =
    #"{"documentId":"d","issuer":"Tỉnh ủy","number":"57-KH/TU","issuedOn":"2021-11-01"}"#

  static let plans: [Malformed] = [
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
}
