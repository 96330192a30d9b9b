extension OpenAPI {
  /// What all operations share.
  var components: SchemaValue {
    .object([
      ("schemas", .object([("Problem", problemSchema)])),
      (
        "responses",
        .object([
          (
            "Problem",
            .object([
              ("description", .text("Why it was not done; programs act on the slug")),
              (
                "headers",
                .object([("Retry-After", header("Seconds after which to try again", "integer"))])
              ),
              (
                "content",
                .object([
                  (
                    "application/problem+json",
                    .object([
                      ("schema", .object([("$ref", .text("#/components/schemas/Problem"))]))
                    ])
                  )
                ])
              ),
            ])
          )
        ])
      ),
      ("parameters", .object(sharedParameters)),
      ("headers", .object(sharedHeaders)),
    ])
  }

  func parameter(
    _ name: String, in place: String, required: Bool, _ schema: SchemaValue, _ summary: String?
  ) -> SchemaValue {
    var members: [(name: String, value: SchemaValue)] = [
      ("name", .text(name)), ("in", .text(place)), ("required", .boolean(required)),
      ("schema", schema),
    ]
    if let summary { members.append(("description", .text(summary))) }
    return .object(members)
  }

  private var sharedParameters: [(name: String, value: SchemaValue)] {
    let text: SchemaValue = .object([("type", .text("string"))])
    let key: SchemaValue = .object([
      ("type", .text("string")), ("minLength", .number(8)), ("maxLength", .number(100)),
    ])
    let keySummary = "Makes a repeated request recognisable for 30 days"
    return [
      (
        "Review-Actor",
        parameter(
          "Review-Actor", in: "header", required: true, text,
          "Who acts, and for whom: person/P1;on-behalf-of=unit/U1")
      ),
      (
        "Review-Actor-Optional",
        parameter(
          "Review-Actor", in: "header", required: false, text,
          "Who asks, and for whom; some files are not for everybody (400, 403)")
      ),
      (
        "Idempotency-Key",
        parameter("Idempotency-Key", in: "header", required: true, key, keySummary)
      ),
      (
        "Idempotency-Key-Optional",
        parameter("Idempotency-Key", in: "header", required: false, key, keySummary)
      ),
      (
        "If-Match",
        parameter(
          "If-Match", in: "header", required: false, text,
          "The ETag that was read; some changes require it (428)")
      ),
      (
        "Correlation-Id",
        parameter(
          "Correlation-Id", in: "header", required: false, text,
          "Follows everything that this request leads to")
      ),
      (
        "traceparent",
        parameter("traceparent", in: "header", required: false, text, "W3C Trace Context")
      ),
      (
        "atLeast",
        parameter(
          "atLeast", in: "query", required: false, text,
          "<stream>:<sequence>: answers only when this fact is visible, else 503 not-yet-visible")
      ),
    ]
  }

  private var sharedHeaders: [(name: String, value: SchemaValue)] {
    [
      ("Server-Time", header("The calendar's moment of the answer, RFC 3339 in UTC", "string")),
      ("ETag", header("The sequence of the stream, in quotes", "string")),
      ("Location", header("Where the thing can be read", "string")),
      ("Review-Stream", header("The stream that changed, for atLeast", "string")),
    ]
  }

  private func header(_ summary: String, _ type: String) -> SchemaValue {
    .object([("description", .text(summary)), ("schema", .object([("type", .text(type))]))])
  }

  private var problemSchema: SchemaValue {
    func text(_ summary: String) -> SchemaValue {
      .object([("type", .text("string")), ("description", .text(summary))])
    }
    let number: SchemaValue = .object([("type", .text("integer"))])
    let error: SchemaValue = .object([
      ("type", .text("object")),
      (
        "properties",
        .object([
          ("slug", text("What is wrong")), ("field", text("Where")),
          ("reason", text("Why, in Vietnamese")), ("line", number),
          ("sheet", text("In workbooks, the sheet")),
          ("column", text("In workbooks, the letter of the column")),
        ])
      ),
      ("required", .list([.text("slug"), .text("field"), .text("reason")])),
    ])
    return .object([
      ("type", .text("object")),
      (
        "properties",
        .object([
          ("type", text("urn:review:problem:<slug>")), ("slug", text("The stable name")),
          ("status", number), ("title", text("In Vietnamese, the same for each slug")),
          ("detail", text("What happened this time")),
          ("field", text("A member, header, parameter or column")),
          ("retryAfterSeconds", number), ("errorsTotal", number),
          ("errors", .object([("type", .text("array")), ("items", error)])),
        ])
      ),
      (
        "required",
        .list([.text("type"), .text("slug"), .text("status"), .text("title")])
      ),
    ])
  }
}
