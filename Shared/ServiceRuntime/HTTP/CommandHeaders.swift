internal import HTTPTypes
internal import ReviewEvents

/// Reads the headers of a command.
struct CommandHeaders: Sendable {
  let actor: ActorContext
  let idempotencyKey: String?
  let ifMatch: Int64?
  /// What a table in the body is said to be.
  let tableFormat: TableFormat

  /// The longest key, in characters.
  static let keyLengths = 8...100

  /// - Throws: 400 `actor-required`, `malformed-actor`, `idempotency-key-required`,
  ///   `malformed-idempotency-key`, `malformed-header`; 415 `unsupported-media-type`.
  init(_ headers: HTTPFields, method: HTTPRoute.Method, body: HTTPRoute.Body) throws(Problem) {
    guard let actor = try Self.actor(headers) else {
      throw Problem(.actorRequired, field: "Review-Actor")
    }
    self.actor = actor
    idempotencyKey = try Self.idempotencyKey(headers, method)
    ifMatch = try Self.ifMatch(headers)
    tableFormat = try Self.checkContentType(headers, body)
  }

  /// Who acts, if the client said so.
  static func actor(_ headers: HTTPFields) throws(Problem) -> ActorContext? {
    guard let text = headers[.reviewActor] else { return nil }
    do { return try ActorContext(text) } catch {
      throw Problem(
        .malformedActor, detail: "Ví dụ: person/P1;on-behalf-of=unit/U1", field: "Review-Actor")
    }
  }

  private static func idempotencyKey(_ headers: HTTPFields, _ method: HTTPRoute.Method)
    throws(Problem) -> String?
  {
    guard let key = headers[.idempotencyKey] else {
      if method == .post { throw Problem(.idempotencyKeyRequired, field: "Idempotency-Key") }
      return nil
    }
    guard keyLengths.contains(key.utf8.count),
      key.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else {
      throw Problem(
        .malformedIdempotencyKey, detail: "8–100 ký tự ASCII in được.", field: "Idempotency-Key")
    }
    return key
  }

  private static func ifMatch(_ headers: HTTPFields) throws(Problem) -> Int64? {
    guard let text = headers[.ifMatch] else { return nil }
    guard text.count > 2, text.hasPrefix("\""), text.hasSuffix("\""),
      let sequence = Int64(text.dropFirst().dropLast()), sequence > 0
    else {
      throw Problem(.malformedHeader, detail: "Ví dụ: \"3\"", field: "If-Match")
    }
    return sequence
  }

  private static func checkContentType(
    _ headers: HTTPFields, _ body: HTTPRoute.Body
  ) throws(Problem) -> TableFormat {
    let expected: [String]
    switch body {
    case .none: return .csv
    case .json: expected = ["application/json"]
    case .csv: expected = [TableFormat.csv.mediaType]
    case .table: expected = TableFormat.allCases.map(\.mediaType)
    }
    let parts = (headers[.contentType] ?? "").lowercased().split(separator: ";").map {
      $0.filter { $0 != " " && $0 != "\"" }
    }
    let isUTF8 = parts.dropFirst().allSatisfy {
      $0 == "charset=utf-8" || $0 == "header=present"
    }
    guard let type = parts.first, expected.contains(type), isUTF8 else {
      let types = expected.joined(separator: "; charset=utf-8 hoặc ")
      throw Problem(
        .unsupportedMediaType, detail: "Cần \(types); charset=utf-8.", field: "Content-Type")
    }
    return TableFormat.allCases.first { $0.mediaType == type } ?? .csv
  }
}
