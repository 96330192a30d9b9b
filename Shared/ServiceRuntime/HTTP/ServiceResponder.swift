internal import EventStream
package import Hummingbird
internal import Logging
internal import Metrics
internal import ReviewEvents
internal import Telemetry

/// Takes a request through every check to its handler and back.
package struct ServiceResponder: HTTPResponder {
  private let http: ServiceHTTP
  private let table: RouteTable
  private let reading: RequestGate
  private let working: RequestGate
  private let large: RequestGate
  private let commands: CommandRunner
  private let visibility: Visibility

  init(_ http: ServiceHTTP) {
    self.http = http
    let document = OpenAPI(http.definition).bytes
    let openAPI = HTTPRoute.query(OpenAPI.path, summary: "This document") { _ in
      QueryAnswer(contentType: JSONText.contentType, bytes: document)
    }
    table = RouteTable(http.definition.routes + [openAPI])
    reading = RequestGate(max: http.limits.readingMax)
    working = RequestGate(max: http.limits.requestsMax)
    large = RequestGate(max: http.limits.largeMax)
    commands = CommandRunner(store: http.store, wakeRelay: http.wakeRelay, log: http.log)
    visibility = Visibility(
      area: http.definition.area, subscriptions: http.definition.subscriptions,
      store: http.store, pace: http.pace)
  }

  package func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
    let start = http.pace.elapsed
    var exchange = Exchange(request)
    let answer: HTTPAnswer
    do throws(Problem) { answer = try await self.answer(request, &exchange) } catch {
      answer = HTTPAnswer(error)
    }
    note(answer, exchange, took: http.pace.elapsed - start)
    var response = answer.response
    response.headers[.serverTime] = http.calendar.now.description
    response.headers[.requestID] = exchange.requestID
    response.headers[.correlationID] = exchange.correlationID
    return response
  }

  private func answer(_ request: Request, _ exchange: inout Exchange) async throws(Problem)
    -> HTTPAnswer
  {
    let match = table.match(method: request.method.rawValue, path: request.uri.path)
    guard case .route(let route, let pathValues) = match else { throw Self.problem(of: match) }
    exchange.template = route.path
    if let problem = exchange.problem { throw problem }
    switch route.kind {
    case .query(let handler):
      let actor = try CommandHeaders.actor(request.headers)
      let (query, atLeast) = try QueryReading.read(request.uri.query, for: route)
      let input = RequestInput(pathValues: pathValues, query: query, bodyHash: "")
      let question = QueryRequest(actor: actor, trace: exchange.trace, input: input)
      guard !route.fileTypes.isEmpty else {
        return try await working.pass { () async throws(Problem) -> HTTPAnswer in
          try await ask(handler, question, atLeast)
        }
      }
      return try await large.pass { () async throws(Problem) -> HTTPAnswer in
        try await working.pass { () async throws(Problem) -> HTTPAnswer in
          try await ask(handler, question, atLeast)
        }
      }
    case .command(let method, let handler):
      let headers = try CommandHeaders(request.headers, method: method, body: route.body)
      let (query, _) = try QueryReading.read(request.uri.query, for: route)
      let arrival = Arrival(
        route: route, headers: headers, pathValues: pathValues, query: query,
        target: "\(method.rawValue)\n\(request.uri.string)\n", trace: exchange.trace)
      // A workbook is packed: what is small on the way may be large here.
      guard route.bodyMax > HTTPRoute.jsonBodyMax,
        BodyReading.mayBeLarge(request) || headers.tableFormat == .xlsx
      else {
        return try await command(request, arrival, handler, &exchange)
      }
      return try await largeCommand(request, arrival, handler, &exchange)
    }
  }

  private static func problem(of match: RouteTable.Match) -> Problem {
    switch match {
    case .methodNotAllowed(let methods):
      var problem = Problem(.methodNotAllowed)
      problem.allow = methods
      return problem
    case .malformedPath(let name): return Problem(.malformedPath, field: name)
    case .route, .unknown: return Problem(.unknownRoute)
    }
  }

  // MARK: Queries

  private func ask(
    _ handler: @Sendable (QueryRequest) async throws -> QueryAnswer, _ request: QueryRequest,
    _ atLeast: AtLeast?
  ) async throws(Problem) -> HTTPAnswer {
    do {
      if let atLeast { try await visibility.wait(for: atLeast) }
      return HTTPAnswer(try await handler(request))
    } catch {
      throw Problem(error, log: http.log)
    }
  }

  // MARK: Commands

  /// A command whose headers, path and query are known.
  private struct Arrival: Sendable {
    let route: HTTPRoute
    let headers: CommandHeaders
    let pathValues: [String: String]
    let query: QueryValues
    /// Method and path, as they are part of the request's hash.
    let target: String
    let trace: TraceContext
  }

  private typealias Handler = @Sendable (CommandRequest) async throws -> HTTPRoute.Decision

  /// A body that could fill the memory: only a few at a time.
  private func largeCommand(
    _ request: Request, _ arrival: Arrival, _ handler: @escaping Handler,
    _ exchange: inout Exchange
  ) async throws(Problem) -> HTTPAnswer {
    var copy = exchange
    defer { exchange = copy }
    return try await large.pass { () async throws(Problem) -> HTTPAnswer in
      try await command(request, arrival, handler, &copy)
    }
  }

  private func command(
    _ request: Request, _ arrival: Arrival, _ handler: @escaping Handler,
    _ exchange: inout Exchange
  ) async throws(Problem) -> HTTPAnswer {
    let bytes = try await reading.pass { () async throws(Problem) -> [UInt8] in
      try await BodyReading.collect(request, upTo: arrival.route.bodyMax)
    }
    // The request is complete: this is its receipt time, however long it waits from here on.
    let arrivedAt = http.calendar.now
    exchange.bodyBytes = bytes.count
    try http.backlog.check()
    return try await working.pass { () async throws(Problem) -> HTTPAnswer in
      try await run(arrival, bytes, arrivedAt: arrivedAt, handler)
    }
  }

  private func run(
    _ arrival: Arrival, _ bytes: [UInt8], arrivedAt: Instant, _ handler: Handler
  ) async throws(Problem) -> HTTPAnswer {
    let route = arrival.route
    let body = try BodyReading.check(
      bytes, route.body, format: arrival.headers.tableFormat,
      sheet: arrival.query.text(HTTPRoute.sheetName))
    let request = CommandRequest(
      actor: arrival.headers.actor, arrivedAt: arrivedAt, trace: arrival.trace,
      ifMatch: arrival.headers.ifMatch, idempotencyKey: arrival.headers.idempotencyKey,
      input: RequestInput(
        pathValues: arrival.pathValues, query: arrival.query,
        bodyHash: Fingerprint.sha256(bytes)),
      body: body)
    let key = arrival.headers.idempotencyKey.map { key in
      IdempotencyKey(
        actor: arrival.headers.actor.description, route: "\(route.method) \(route.path)",
        key: key)
    }
    return await commands.run(
      request, key: key, requestHash: Fingerprint.sha256(Array(arrival.target.utf8), bytes),
      handler: handler)
  }

  // MARK: Telling

  /// One line and two metrics for each request, without path, query, body or actor: all of them can
  /// name a person.
  private func note(_ answer: HTTPAnswer, _ exchange: Exchange, took: Duration) {
    let route = ("route", exchange.template)
    let method = ("method", exchange.template == "unknown" ? "any" : exchange.method)
    Counter(
      label: "review_http_requests",
      dimensions: [route, method, ("status", String(answer.status))], factory: http.metrics
    ).increment()
    Timer(label: "review_http_request", dimensions: [route, method], factory: http.metrics)
      .recordNanoseconds(took.nanoseconds)
    Meter(label: "review_http_requests_in_progress", factory: http.metrics).set(working.count)
    let level: Logger.Level = answer.status >= 500 ? .warning : .info
    guard http.log.logLevel <= level else { return }
    var metadata: Logger.Metadata = [
      "method": "\(exchange.method)", "route": "\(exchange.template)",
      "status": .stringConvertible(answer.status),
      "milliseconds": .stringConvertible(took.nanoseconds / 1_000_000),
      "bytes": .stringConvertible(exchange.bodyBytes),
      "correlation": "\(exchange.correlationID)", "request": "\(exchange.requestID)",
    ]
    if let trace = exchange.traceparent { metadata["trace"] = "\(trace.traceID)" }
    http.log.log(level: level, "request", metadata: metadata)
  }
}
