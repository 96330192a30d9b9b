extension Malformed {
  static let reports: [Malformed] = [
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
      Province.content(["I": "a", "II": "b"]).replacing(
        #""section":"II""#, with: #""section":"I""#),
      422, "section-repeated", "sections.I", by: commune),
    Malformed(
      "POST \(report)/submit",
      Province.content(["I": "a", "II": "b"], answers: [("x", "x.1", "c")]),
      422, "matter-unknown", "answers.x.x.1", by: commune),
    Malformed(
      "POST \(report)/submit",
      Province.content(["I": "a", "II": "b"], answers: [("x", "x.1", "c"), ("x", "x.1", "d")]),
      422, "answer-repeated", "answers.x.x.1", by: commune),
    Malformed(
      "POST /v1/reports/2021.u-nobody/submit", Province.complete, 404, "unknown-report", by: commune
    ),
    Malformed(
      "PUT \(report)/draft", #"{"sections":[]}"#, 400, "missing-member", "answers", by: commune),
    Malformed(
      "PUT \(report)/draft", Province.content(["IX": "a"]), 422, "section-unknown", "sections.IX",
      by: commune),
    Malformed(
      "POST \(report)/return", #"{"reasons":[]}"#, 409, "report-not-submitted",
      by: Province.district),
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
      "POST /v1/outages",
      #"{"from":"2021-12-09T17:00:00Z","to":"2021-12-09T17:00:00Z","note":"x"}"#,
      422, "outage-empty", "to"),
    Malformed(
      "POST /v1/outages", #"{"from":"2021-12-09T17:00:00Z","to":"2021-12-09T18:00:00Z","note":""}"#,
      400, "text-too-short", "note"),
    Malformed("GET /v1/units/a%20b", nil, 400, "malformed-path", "unit"),
    Malformed("GET /v1/units/nowhere", nil, 404, "unknown-unit", "unit"),
    Malformed("GET /v1/persons/nobody", nil, 404, "unknown-person", "person"),
  ]
}
