public import EventStream
internal import Replay
internal import ReviewEvents
public import ServiceRuntime

/// The operations and the questions about the log on a service's admin port.
public enum OperationsHTTP {
  /// One action for each operation; the same checks, the same audit rows as on the command line.
  package static func actions(_ desk: OperationDesk) -> [AdminAction] {
    desk.operations.map { operation in
      AdminAction(path: operation.path, summary: operation.summary) { body in
        do {
          let call = OperationCall(try OperationInput(try written(body), for: operation))
          return HTTPAnswer(try await desk.run(operation, call))
        } catch { throw problem(of: error) }
      }
    }
  }

  /// Questions to this service's log; nothing of them changes anything.
  public static func queries(_ store: any Store) -> [HTTPRoute] {
    [
      .query(
        "/admin/event-log/census", summary: "How many facts of the log are meant",
        parameters: scopeFields
      ) { request in
        let scope = EventScope(request.query)
        return QueryAnswer(
          try await store.commit { try EventLogTable.census(scope, in: $0) })
      },
      .query(
        "/admin/stream-heads", summary: "How far the streams of the log are, in order of name",
        parameters: [
          .optional("after", .text(min: 0, max: 300)), .optional("limit", .integer(1...10_000)),
        ]
      ) { request in
        let (after, limit) = (request.query.text("after") ?? "", request.query.integer("limit"))
        return QueryAnswer(
          try await store.commit { transaction in
            try EventLogTable.heads(after: after, limit: Int(limit ?? 1_000), in: transaction)
          })
      },
    ]
  }

  private static let scopeFields: [Field] = [
    .optional("stream", .text(max: 300)), .optional("subject", .text(max: 300)),
    .optional("cycle", .text(max: 300)), .optional("type", .text(max: 300)),
    .optional("since", .instant), .optional("until", .instant),
  ]

  /// The members of the body as they would stand on a command line.
  private static func written(_ body: [UInt8]) throws -> [String: String] {
    guard !body.isEmpty else { return [:] }
    return try JSONText.decode([String: Member].self, from: body).mapValues(\.text)
  }

  private struct Member: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let flag = try? container.decode(Bool.self) {
        text = flag ? "true" : "false"
      } else if let number = try? container.decode(Int64.self) {
        text = "\(number)"
      } else {
        text = try container.decode(String.self)
      }
    }
  }

  private static func problem(of error: any Error) -> any Error {
    switch error {
    case let problems as OperationProblems:
      Problem(
        "operation-malformed", status: 400, title: "Tham số của thao tác không hợp lệ",
        field: problems.problems.first?.name,
        errors: problems.problems.map {
          FieldError(slug: "operation-malformed", field: $0.name, reason: $0.problem)
        })
    case let refusal as OperationRefusal:
      Problem(refusal.slug, status: 409, title: "Thao tác bị từ chối", detail: refusal.description)
    case let refusal as ReplayRefusal:
      Problem(
        "replay-refused", status: 409, title: "Thao tác bị từ chối", detail: refusal.description)
    case let refusal as ShadowError:
      Problem(
        "replay-refused", status: 409, title: "Thao tác bị từ chối", detail: refusal.description)
    default: error
    }
  }
}

extension EventScope {
  init(_ query: QueryValues) {
    self.init()
    stream = query.text("stream")
    subject = query.text("subject")
    cycle = query.text("cycle")
    type = query.text("type")
    since = query.instant("since")
    until = query.instant("until")
  }
}
