public import EventStream

/// A route as data: the runtime checks the request, runs the handler and prints the OpenAPI
/// document from the same declaration.
public struct HTTPRoute: Sendable {
  /// The methods of commands.
  public enum Method: String, Sendable, Hashable {
    /// Makes something new, or does something; needs an `Idempotency-Key`.
    case post = "POST"
    /// Replaces or changes what is there.
    case put = "PUT"
    /// Withdraws what is there.
    case delete = "DELETE"
  }

  /// What the body of a command holds.
  public enum Body: Sendable, Hashable {
    /// No body.
    case none
    /// JSON of this shape, `application/json`.
    case json(JSONShape)
    /// A table, `text/csv`.
    case csv(CSVTable)
  }

  /// The inner half of a command's handler: decides inside the transaction, may run more than once
  /// and must have no effect but on the transaction.
  public typealias Decision = @Sendable (borrowing AnyTransaction) throws -> CommandAnswer

  enum Kind: Sendable {
    case command(Method, @Sendable (CommandRequest) async throws -> Decision)
    case query(@Sendable (QueryRequest) async throws -> QueryAnswer)
  }

  /// The path with names in braces: `/v1/cycles/{cycle}`.
  public let path: String
  /// What it does, in one line, for the OpenAPI document.
  public let summary: String
  /// The query parameters, all of them scalars.
  public let parameters: [Field]
  /// What the body holds.
  public let body: Body
  /// The largest body, in bytes.
  public let bodyMax: Int
  /// The shape of the answer, for the OpenAPI document.
  public let answer: JSONShape?
  let template: PathTemplate
  let kind: Kind

  /// The largest JSON body unless said otherwise.
  public static let jsonBodyMax = 1_048_576
  /// The largest CSV body.
  public static let csvBodyMax = 64 * 1_048_576

  /// The method's name.
  public var method: String {
    switch kind {
    case .command(let method, _): method.rawValue
    case .query: "GET"
    }
  }

  /// A route that changes something.
  ///
  /// The outer half of `handler` reads the request into typed values, without a connection; the
  /// inner half decides inside the transaction (``Decision``).
  /// - Parameters:
  ///   - parameters: query parameters, for example `dryRun`.
  ///   - bodyMax: the largest body in bytes; 1 MiB for JSON and 64 MiB for CSV unless said.
  ///   - answer: the shape of the answer, for the OpenAPI document only.
  public static func command(
    _ method: Method, _ path: String, summary: String, parameters: [Field] = [],
    body: Body = .none, bodyMax: Int? = nil, answer: JSONShape? = nil,
    handler: @escaping @Sendable (CommandRequest) async throws -> Decision
  ) -> HTTPRoute {
    HTTPRoute(
      path: path, summary: summary, parameters: parameters, body: body, bodyMax: bodyMax,
      answer: answer, kind: .command(method, handler))
  }

  /// A route that only reads.
  ///
  /// Every query also takes `atLeast=<stream>:<sequence>` (contract 15), which the runtime answers.
  public static func query(
    _ path: String, summary: String, parameters: [Field] = [], answer: JSONShape? = nil,
    handler: @escaping @Sendable (QueryRequest) async throws -> QueryAnswer
  ) -> HTTPRoute {
    HTTPRoute(
      path: path, summary: summary, parameters: parameters, body: .none, bodyMax: nil,
      answer: answer, kind: .query(handler))
  }

  private init(
    path: String, summary: String, parameters: [Field], body: Body, bodyMax: Int?,
    answer: JSONShape?, kind: Kind
  ) {
    precondition(
      parameters.allSatisfy { $0.shape.isScalar && $0.name != QueryRequest.atLeastName },
      "query parameters are scalars, and atLeast is the runtime's")
    self.path = path
    self.summary = summary
    self.parameters = parameters
    self.body = body
    self.answer = answer
    self.kind = kind
    template = PathTemplate(path)
    if case .csv = body {
      self.bodyMax = min(bodyMax ?? Self.csvBodyMax, Self.csvBodyMax)
    } else {
      self.bodyMax = bodyMax ?? Self.jsonBodyMax
    }
  }
}
