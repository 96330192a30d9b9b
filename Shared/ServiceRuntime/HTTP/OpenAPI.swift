/// The OpenAPI 3.1 document of a service, written from its routes: the same on every start.
struct OpenAPI: Sendable {
  static let path = "/openapi.json"

  private let definition: ServiceDefinition

  init(_ definition: ServiceDefinition) { self.definition = definition }

  /// The document's JSON.
  var bytes: [UInt8] { Array((document.json + "\n").utf8) }

  private var document: SchemaValue {
    .object([
      ("openapi", .text("3.1.0")),
      (
        "info",
        .object([
          ("title", .text(definition.title)), ("description", .text(definition.description)),
          ("version", .text("1")),
        ])
      ),
      ("paths", .object(paths)),
      ("components", components),
    ])
  }

  private var paths: [(name: String, value: SchemaValue)] {
    let grouped = Dictionary(grouping: definition.routes, by: \.path)
    return grouped.sorted { $0.key < $1.key }.map { path, routes in
      let operations = routes.sorted { $0.method < $1.method }.map { route in
        (name: route.method.lowercased(), value: operation(route))
      }
      return (path, .object(operations))
    }
  }

  // MARK: Operations

  private func operation(_ route: HTTPRoute) -> SchemaValue {
    var members: [(name: String, value: SchemaValue)] = [
      ("operationId", .text(operationID(route))), ("summary", .text(route.summary)),
      ("parameters", .list(parameters(of: route))),
    ]
    if let body = requestBody(route) { members.append(("requestBody", body)) }
    members.append(("responses", responses(of: route)))
    return .object(members)
  }

  /// `post-v1-cycles-cycle`: derived from method and path, so that it is unique and stable.
  private func operationID(_ route: HTTPRoute) -> String {
    let words = route.path.split { !$0.isLetter && !$0.isNumber }
    return ([route.method.lowercased()] + words.map(String.init)).joined(separator: "-")
  }

  private func parameters(of route: HTTPRoute) -> [SchemaValue] {
    let path = route.template.names.map { name in
      parameter(name, in: "path", required: true, .object([("type", .text("string"))]), nil)
    }
    let query = route.parameters.map { field in
      parameter(
        field.name, in: "query", required: field.isRequired, field.shape.schema, field.summary)
    }
    var shared = ["Correlation-Id", "traceparent"]
    switch route.kind {
    case .query:
      shared += ["atLeast"]
      if !route.fileTypes.isEmpty { shared.append("Review-Actor-Optional") }
    case .command(let method, _):
      shared += ["Review-Actor", method == .post ? "Idempotency-Key" : "Idempotency-Key-Optional"]
      if method != .post { shared.append("If-Match") }
    }
    return path + query
      + shared.map { .object([("$ref", .text("#/components/parameters/\($0)"))]) }
  }

  private func requestBody(_ route: HTTPRoute) -> SchemaValue? {
    let content: [(name: String, value: SchemaValue)]
    switch route.body {
    case .none: return nil
    case .json(let shape):
      content = [("application/json", .object([("schema", shape.schema)]))]
    case .csv(let table): content = [self.content(table, .csv)]
    case .table(let table): content = TableFormat.allCases.map { self.content(table, $0) }
    }
    return .object([("required", .boolean(true)), ("content", .object(content))])
  }

  private func content(
    _ table: CSVTable, _ format: TableFormat
  ) -> (name: String, value: SchemaValue) {
    let columns = table.columns.map { column in
      if column.isRequired { return "\(column.name) (required)" }
      return table.omittable.contains(column.name)
        ? "\(column.name) (the column may be left out)" : column.name
    }
    let form =
      switch format {
      case .csv: "RFC 4180 in UTF-8"
      case .xlsx: "A sheet without formulas"
      }
    let summary =
      "\(form), at most \(table.rowsMax) rows. Columns: \(columns.joined(separator: ", "))"
    return (
      format.mediaType,
      .object([
        (
          "schema",
          .object(
            [("type", .text("string"))] + (format == .xlsx ? [("format", .text("binary"))] : [])
              + [("description", .text(summary))])
        )
      ])
    )
  }

  // MARK: Answers

  private func responses(of route: HTTPRoute) -> SchemaValue {
    let answer: SchemaValue = .object([
      ("description", .text("Done")), ("headers", answerHeaders(route)),
      ("content", .object(answerContent(route))),
    ])
    let problem: SchemaValue = .object([("$ref", .text("#/components/responses/Problem"))])
    let successes: [String] =
      switch route.kind {
      case .query: ["200"]
      case .command: ["200", "201"]
      }
    return .object(
      successes.map { ($0, answer) } + problemStatuses(route).map { (String($0), problem) }
        + [("default", problem)])
  }

  private func answerContent(_ route: HTTPRoute) -> [(name: String, value: SchemaValue)] {
    guard route.fileTypes.isEmpty else {
      let file: SchemaValue = .object([
        ("type", .text("string")), ("format", .text("binary")),
      ])
      return route.fileTypes.map { ($0, .object([("schema", file)])) }
    }
    return [("application/json", .object([("schema", route.answer?.schema ?? .object([]))]))]
  }

  private func problemStatuses(_ route: HTTPRoute) -> [Int] {
    switch route.kind {
    case .query: return [400, 404, 503]
    case .command:
      var statuses = [400, 404, 409, 412, 413, 422, 428, 503]
      if route.body != .none { statuses.append(415) }
      return statuses.sorted()
    }
  }

  private func answerHeaders(_ route: HTTPRoute) -> SchemaValue {
    var names = ["Server-Time", "ETag"]
    if case .command = route.kind { names += ["Location", "Review-Stream"] }
    return .object(
      names.map { ($0, .object([("$ref", .text("#/components/headers/\($0)"))])) })
  }
}
