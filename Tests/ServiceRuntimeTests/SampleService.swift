import EventStream
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import ReviewEvents
import ReviewRules
import Synchronization
import TestSupport

@testable import ServiceRuntime
@testable import Telemetry

/// A small service with one route of each kind, over a store in memory.
struct SampleService: Sendable {
  let store: MemoryStore
  let calendar = ManualCalendar()
  let registry = PrometheusRegistry()
  let log = LogLines()
  let backlog = BacklogGate(rowsMax: 10)
  let wakeUps = Tally()
  let decisions = Tally()
  var requestsMax = 256
  /// Runs inside every decision.
  var inside: @Sendable () throws -> Void = {}
  /// Runs before every decision, outside its transaction.
  var outside: @Sendable () async -> Void = {}

  init(
    fault: @escaping @Sendable () -> MemoryStore.Fault? = { nil },
    meanwhile: @escaping @Sendable () async -> Void = {}
  ) {
    store = MemoryStore(area: .intake, fault: fault, meanwhile: meanwhile)
  }

  struct Opening: Decodable {
    let id: String
    let title: String
  }

  struct View: Encodable, Equatable {
    let id: String
    let title: String
  }

  /// What a domain would say.
  enum Rejection: ProblemConvertible {
    case forbiddenTitle
    case unknownSubject
    var problem: Problem {
      switch self {
      case .forbiddenTitle:
        Problem("title-forbidden", status: 422, title: "Tên không được phép", field: "title")
      case .unknownSubject: .subjectNotYetKnown(field: "id")
      }
    }
  }

  static let shape: JSONShape = .object([
    .required("id", .identifier), .required("title", .text(max: 50)),
  ])

  static let table = CSVTable(columns: [
    .required("id", .identifier), .required("name", .text(max: 20)),
  ])

  var definition: ServiceDefinition {
    ServiceDefinition(
      area: .intake, name: "intake", title: "Mẫu", description: "A sample.", migrations: [],
      subscriptions: [
        Subscription(
          "intake.cases", area: .case, replay: .projection, routes: [],
          ignored: EventCatalogue.types(of: .case))
      ],
      routes: [open, close, importUnits, exportUnits, show, broken])
  }

  private var open: HTTPRoute {
    .command(.post, "/v1/cycles", summary: "Open a cycle", body: .json(Self.shape)) { request in
      let input = try request.decode(Opening.self)
      let id = try Self.cycle(input.id)
      await outside()
      return { transaction in
        decisions.add()
        try inside()
        if input.title == "forbidden" { throw Rejection.forbiddenTitle }
        if input.title == "unknown" { throw Rejection.unknownSubject }
        try transaction.append([Self.append(id, 0, input.title, request.origin)])
        return CommandAnswer(
          .created, stream: .cycle(id), sequence: 1, location: "/v1/cycles/\(id)",
          body: View(id: id.text, title: input.title))
      }
    }
  }

  private var close: HTTPRoute {
    .command(.put, "/v1/cycles/{cycle}/closing", summary: "Close a cycle") { request in
      let id = try request.path("cycle", as: CycleID.init)
      let version = try request.requireIfMatch()
      return { transaction in
        decisions.add()
        try transaction.append([
          StreamAppend(
            stream: .cycle(id), expected: version, events: [CycleClosed(cycleID: id)],
            origin: request.origin)
        ])
        return CommandAnswer(.ok, stream: .cycle(id), sequence: version + 1)
      }
    }
  }

  private var importUnits: HTTPRoute {
    .command(
      .post, "/v1/units", summary: "Import units", parameters: [.optional("dryRun", .boolean)],
      body: .table(Self.table)
    ) { request in
      let sheet = request.csv()
      try sheet.errors.throwIfAny()
      let isDryRun = request.query.flag("dryRun")
      return { _ in CommandAnswer(.ok, body: ["rows": sheet.rows.count, "dry": isDryRun ? 1 : 0]) }
    }
  }

  private var exportUnits: HTTPRoute {
    .export(
      "/v1/units/export", summary: "Export units", table: Self.table, name: ("units", "Units")
    ) { _ in
      await outside()
      return [["U1", "=1+1"]]
    }
  }

  private var show: HTTPRoute {
    .query(
      "/v1/cycles/{cycle}", summary: "Show a cycle",
      parameters: [.optional("year", .integer(2_000...2_100)), .optional("asOf", .instant)]
    ) { request in
      let id = try request.path("cycle", as: CycleID.init)
      let history = try await store.commit { transaction in
        try transaction.history(of: .cycle(id))
      }
      guard let last = history.last else {
        throw Problem("cycle-unknown", status: 404, title: "Không có kỳ này", field: "cycle")
      }
      return QueryAnswer(View(id: id.text, title: "x"), sequence: last.sequence)
    }
  }

  private var broken: HTTPRoute {
    .query("/v1/broken", summary: "Fails") { _ in throw Unforeseen(name: "Nguyễn Văn A") }
  }

  struct Unforeseen: Error { let name: String }

  static func cycle(_ text: String) throws -> CycleID { try CycleID(text) }

  static func append(_ id: CycleID, _ expected: Int64, _ title: String, _ origin: EventOrigin)
    -> StreamAppend
  {
    StreamAppend(
      stream: .cycle(id), expected: expected,
      events: [CycleLaunched(cycleID: id, requestedReports: title.count)], origin: origin)
  }

  // MARK: Asking

  var http: ServiceHTTP {
    var http = ServiceHTTP(
      definition: definition, store: store, calendar: calendar, log: log.logger)
    http.metrics = registry
    http.backlog = backlog
    http.wakeRelay = { wakeUps.add() }
    http.limits.requestsMax = requestsMax
    return http
  }

  /// Runs `test` against the service.
  func run(_ test: @Sendable (Client) async throws -> Void) async throws {
    try await http.application(host: "127.0.0.1", port: 0).test(.router) { client in
      try await test(Client(client: client))
    }
  }

  var logged: [EventEnvelope] {
    get throws { try store.look { try $0.log(after: 0, limit: 1_000).map(\.event) } }
  }
}

/// Asks as a well-behaved client unless told otherwise.
struct Client: Sendable {
  let client: any TestClientProtocol

  func ask(
    _ method: HTTPRequest.Method, _ uri: String, body: String? = nil,
    headers: [String: String?] = [:]
  ) async throws -> Reply {
    try await ask(method, uri, bytes: body.map { Array($0.utf8) }, headers: headers)
  }

  func ask(
    _ method: HTTPRequest.Method, _ uri: String, bytes: [UInt8]?, headers: [String: String?] = [:]
  ) async throws -> Reply {
    var given: [String: String?] = [:]
    if method != .get { given["Review-Actor"] = "person/P1;on-behalf-of=unit/U1" }
    if method == .post { given["Idempotency-Key"] = "key-00000001" }
    if bytes != nil { given["Content-Type"] = "application/json" }
    given.merge(headers) { $1 }
    var fields = HTTPFields()
    for (name, value) in given {
      guard let name = HTTPField.Name(name), let value else { continue }
      fields[name] = value
    }
    let response = try await client.execute(
      uri: uri, method: method, headers: fields, body: bytes.map { ByteBuffer(bytes: $0) })
    return Reply(
      status: Int(response.status.code), headers: response.headers,
      body: Array(response.body.readableBytesView))
  }

  func open(_ id: String, title: String = "Kỳ 2021", headers: [String: String?] = [:])
    async throws -> Reply
  {
    try await ask(
      .post, "/v1/cycles", body: #"{"id":"\#(id)","title":"\#(title)"}"#, headers: headers)
  }
}

/// What came back.
struct Reply: Sendable {
  let status: Int
  let headers: HTTPFields
  let body: [UInt8]

  var text: String { String(decoding: body, as: UTF8.self) }
  func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }

  var problem: ReceivedProblem? {
    try? JSONText.decode(ReceivedProblem.self, from: body)
  }
  var slug: String? { problem?.slug }
}

struct ReceivedProblem: Decodable, Sendable {
  struct Violation: Decodable, Sendable {
    let slug: String
    let field: String
    let reason: String
    let line: Int?
  }
  let slug: String
  let status: Int
  let title: String
  let field: String?
  let detail: String?
  let errors: [Violation]?
}

/// A value that test and service share.
final class Held<Value: Sendable>: Sendable {
  private let state: Mutex<Value>
  init(_ value: Value) { state = Mutex(value) }
  var value: Value {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }
}

/// Counts.
final class Tally: Sendable {
  private let state = Mutex(0)
  var count: Int { state.withLock { $0 } }
  func add() { state.withLock { $0 += 1 } }
}

/// Keeps what was logged.
final class LogLines: Sendable {
  private let state = Mutex<[String]>([])
  var all: [String] { state.withLock { $0 } }
  var text: String { all.joined() }

  var logger: Logger {
    Logger(label: "test") { label in
      JSONLogHandler(label: label, level: .trace) { line in
        self.state.withLock { $0.append(line) }
      }
    }
  }
}
