internal import EventStream
package import Hummingbird
internal import Logging
internal import ReviewEvents

/// Answers the admin port.
package struct AdminResponder: HTTPResponder {
  private let admin: AdminHTTP
  private let table: RouteTable
  private let actions: [String: AdminAction]
  private static let clockPath = "/admin/clock"
  /// The largest body.
  private static let bodyMax = 4_096

  package init(_ admin: AdminHTTP) {
    self.admin = admin
    table = RouteTable(
      [
        .query("/health/live", summary: "The process runs") { _ in QueryAnswer(["state": "ok"]) },
        .query("/health/ready", summary: "It can serve") { _ in try await Self.ready(admin) },
        .query("/metrics", summary: "Prometheus text format") { _ in
          QueryAnswer(
            contentType: "text/plain; version=0.0.4; charset=utf-8",
            bytes: Array(admin.metricsPage().utf8))
        },
        .query("/status", summary: "Everything at a glance") { _ in
          QueryAnswer(await admin.report())
        },
        .query("/admin/progress", summary: "Facts told and heard, counted over all streams") { _ in
          QueryAnswer(try await Self.progress(admin))
        },
        .query(Self.clockPath, summary: "The calendar") { _ in
          QueryAnswer(
            StatusReport.Calendar(version: admin.calendar.version, now: admin.calendar.now))
        },
        // Only declared: `set` answers it, for it needs neither an actor nor a transaction.
        .command(
          .put, Self.clockPath, summary: "Set the calendar", body: .json(AdminHTTP.clockShape)
        ) { _ in throw Problem(.internal) },
        .query(
          "/admin/event-log", summary: "The log as JSON lines",
          parameters: [
            .optional("after", .integer(0...Int64.max)),
            .optional("stream", .text(max: 300)), .optional("from", .integer(1...Int64.max)),
            .optional("limit", .integer(1...EventLogLines.limitMax)),
          ]
        ) { request in try await Self.eventLog(admin, request.query) },
      ] + admin.queries)
    actions = Dictionary(uniqueKeysWithValues: admin.actions.map { ($0.path, $0) })
  }

  package func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
    do { return try await answer(request).response } catch {
      return HTTPAnswer(Problem(error, log: admin.log)).response
    }
  }

  private func answer(_ request: Request) async throws -> HTTPAnswer {
    if request.method == .post, let action = actions[request.uri.path] {
      let body = try await BodyReading.collect(request, upTo: Self.bodyMax)
      return try await action.run(body)
    }
    switch table.match(method: request.method.rawValue, path: request.uri.path) {
    case .unknown: throw Problem(.unknownRoute)
    case .malformedPath(let name): throw Problem(.malformedPath, field: name)
    case .methodNotAllowed(let methods):
      var problem = Problem(.methodNotAllowed)
      problem.allow = methods
      throw problem
    case .route(let route, _):
      let (query, _) = try QueryReading.read(request.uri.query, for: route)
      switch route.kind {
      case .command:
        let body = try await BodyReading.collect(request, upTo: Self.bodyMax)
        return HTTPAnswer(try await admin.setClock(body))
      case .query(let handler):
        let exchange = Exchange(request)
        let input = RequestInput(pathValues: [:], query: query, bodyHash: "")
        return HTTPAnswer(
          try await handler(QueryRequest(actor: nil, trace: exchange.trace, input: input)))
      }
    }
  }

  private static func progress(_ admin: AdminHTTP) async throws -> StreamProgress {
    var progress = try await admin.store.commit { try $0.progress() }
    for consumer in admin.consumers where progress.heard[consumer] == nil {
      progress.heard[consumer] = 0
    }
    return progress
  }

  private static func ready(_ admin: AdminHTTP) async throws -> QueryAnswer {
    let obstacles = await admin.obstacles()
    guard obstacles.isEmpty else {
      throw Problem(
        .notReady, detail: obstacles.joined(separator: "; "), retryAfter: .seconds(1))
    }
    let reasons = admin.board.reasons
    return QueryAnswer(Readiness(state: reasons.isEmpty ? .ok : .degraded, reasons: reasons))
  }

  private struct Readiness: Encodable {
    let state: StatusReport.State
    let reasons: [String]
  }

  private static func eventLog(_ admin: AdminHTTP, _ query: QueryValues) async throws -> QueryAnswer
  {
    let after = query.integer("after") ?? 0
    let limit = Int(query.integer("limit") ?? EventLogLines.limit)
    let stream = try query.value("stream") { try StreamID($0) }
    let from = query.integer("from") ?? 1
    let events = try await admin.store.commit { transaction in
      guard let stream else { return try transaction.log(after: after, limit: limit) }
      // A stream is read by its own sequence; its facts need no position.
      return try transaction.log(of: stream, from: from, limit: limit)
        .map { LoggedEvent(position: 0, event: $0) }
    }
    return QueryAnswer(
      contentType: EventLogLines.contentType, bytes: EventLogLines.write(events))
  }
}
