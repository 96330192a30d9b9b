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
    /// A table, `text/csv` or a workbook; the query parameter `sheet` names one of its sheets.
    case table(CSVTable)
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
  /// The media types of an answer that is a file; none for JSON.
  let fileTypes: [String]
  let template: PathTemplate
  let kind: Kind

  /// The largest JSON body unless said otherwise.
  public static let jsonBodyMax = 1_048_576
  /// The largest table.
  public static let csvBodyMax = 64 * 1_048_576
  /// The query parameters of routes with tables.
  static let sheetName = "sheet"
  static let formatName = "format"
  private static let sheetParameter = Field.optional(
    sheetName, .text(max: 100), "Tên trang tính trong tệp XLSX, mặc định trang đầu tiên")
  private static let formatParameter = Field.optional(
    formatName, .choice(of: TableFormat.self), "Định dạng tệp, mặc định csv")

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
  ///   - bodyMax: the largest body in bytes; 1 MiB for JSON and 64 MiB for tables unless said.
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

  /// A route that answers a whole table as a file, which an import of the same table takes back
  /// without a change; the query parameter `format` says which kind of file.
  ///
  /// Only a few of these are answered at a time, because each fills memory like a large body.
  /// - Parameters:
  ///   - parameters: query parameters beside `format`, for example `asOf`.
  ///   - name: the file's name without its ending, and the sheet's name.
  ///   - handler: the rows, each with a text for every column of `table`, or nothing.
  public static func export(
    _ path: String, summary: String, parameters: [Field] = [], table: CSVTable,
    name: (file: String, sheet: String),
    handler: @escaping @Sendable (QueryRequest) async throws -> [[String?]]
  ) -> HTTPRoute {
    HTTPRoute(
      path: path, summary: summary, parameters: [formatParameter] + parameters, body: .none,
      bodyMax: nil, answer: nil, fileTypes: TableFormat.allCases.map(\.mediaType),
      kind: .query { request in
        let format = request.query.text(formatName).flatMap(TableFormat.init(rawValue:)) ?? .csv
        let bytes = try table.write(try await handler(request), as: format, sheet: name.sheet)
        let parameters = format == .csv ? "; charset=utf-8" : ""
        return QueryAnswer(
          bytes, contentType: format.mediaType + parameters,
          fileName: "\(name.file).\(format.rawValue)")
      })
  }

  private init(
    path: String, summary: String, parameters: [Field], body: Body, bodyMax: Int?,
    answer: JSONShape?, fileTypes: [String] = [], kind: Kind
  ) {
    precondition(
      parameters.allSatisfy { $0.shape.isScalar && $0.name != QueryRequest.atLeastName },
      "query parameters are scalars, and atLeast is the runtime's")
    self.path = path
    self.summary = summary
    if case .table = body {
      self.parameters = parameters + [Self.sheetParameter]
    } else {
      self.parameters = parameters
    }
    self.body = body
    self.answer = answer
    self.fileTypes = fileTypes
    self.kind = kind
    template = PathTemplate(path)
    switch body {
    case .csv, .table: self.bodyMax = min(bodyMax ?? Self.csvBodyMax, Self.csvBodyMax)
    case .none, .json: self.bodyMax = bodyMax ?? Self.jsonBodyMax
    }
  }
}
