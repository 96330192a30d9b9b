extension Malformed {
  static let extensions: [Malformed] = [
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
}
