public import EventStream
public import ReviewEvents

/// A command as its handler sees it: headers, path and body are checked already.
public struct CommandRequest: Sendable {
  /// Who acts, and for whom (contract 5).
  public let actor: ActorContext
  /// When the complete request had arrived, by the calendar clock (contract 18).
  public let arrivedAt: Instant
  /// Correlation, cause and trace.
  public let trace: TraceContext
  /// The version the client saw, from `If-Match`.
  public let ifMatch: Int64?
  /// The client's key against doing something twice, if there is one.
  public let idempotencyKey: String?
  let input: RequestInput
  let body: CheckedBody

  /// Time, actor and trace for the facts that this command leads to.
  public var origin: EventOrigin { EventOrigin(time: arrivedAt, actor: actor, trace: trace) }

  /// The version the client saw.
  /// - Throws: 428 `version-required` when the client did not say.
  public func requireIfMatch() throws(Problem) -> Int64 {
    guard let ifMatch else { throw Problem(.versionRequired, field: "If-Match") }
    return ifMatch
  }

  /// The text at a named place of the path.
  /// - Throws: 400 `malformed-path`.
  public func path(_ name: String) throws(Problem) -> String { try input.path(name) }

  /// The typed value at a named place of the path: `try request.path("cycle", as: CycleID.init)`.
  /// - Throws: 400 `malformed-path`.
  public func path<Value>(_ name: String, as read: (String) throws -> Value) throws(Problem)
    -> Value
  { try input.path(name, as: read) }

  /// The query parameters.
  public var query: QueryValues { input.query }

  /// The JSON body as a typed value; its shape was checked before, so only a shape that promises
  /// less than the type needs can make this fail.
  /// - Throws: 400 with slug and field.
  public func decode<Value: Decodable>(_ type: Value.Type) throws(Problem) -> Value {
    guard case .json(let bytes) = body else {
      preconditionFailure("the route declares no JSON body")
    }
    return try JSONText.decode(Value.self, from: bytes)
  }

  /// The rows of the table in the body, whatever its format; lines with errors are missing and stand
  /// in `errors`.
  ///
  /// A service adds its own errors and then calls ``CSVErrors/throwIfAny()``.
  public func csv() -> CSVSheet {
    guard case .csv(let sheet) = body else { preconditionFailure("the route declares no table") }
    return sheet
  }

  /// The SHA-256 of the body as it came, in hexadecimal.
  public var bodyHash: String { input.bodyHash }
}

/// A body that was checked against the route's declaration.
enum CheckedBody: Sendable {
  case none
  case json([UInt8])
  case csv(CSVSheet)
}

extension Problem {
  /// The problem of a value that fits its shape and not its type.
  static func undecodable(_ error: any Error) -> Problem {
    guard let error = error as? DecodingError else { return Problem(.malformedJSON) }
    let (slug, path): (RuntimeSlug, [any CodingKey]) =
      switch error {
      case .keyNotFound(let key, let context): (.missingMember, context.codingPath + [key])
      case .valueNotFound(_, let context): (.missingMember, context.codingPath)
      case .typeMismatch(_, let context): (.wrongType, context.codingPath)
      case .dataCorrupted(let context): (.wrongType, context.codingPath)
      @unknown default: (.wrongType, [])
      }
    let field = path.reduce(into: "") { text, key in
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += text.isEmpty ? key.stringValue : "." + key.stringValue
      }
    }
    return .invalid([FieldError(slug: slug.rawValue, field: field, reason: slug.title)])
  }
}
