public import ReviewEvents

/// A query as its handler sees it.
public struct QueryRequest: Sendable {
  /// Who asks, if the client said so.
  public let actor: ActorContext?
  /// Correlation, cause and trace.
  public let trace: TraceContext
  let input: RequestInput

  static let atLeastName = "atLeast"

  /// Who asks.
  /// - Throws: 400 `actor-required` when the client did not say.
  public func requireActor() throws(Problem) -> ActorContext {
    guard let actor else { throw Problem(.actorRequired, field: "Review-Actor") }
    return actor
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
}

/// The declared query parameters of a request; each was checked against its shape.
public struct QueryValues: Sendable {
  let values: [String: String]

  /// The text of a parameter, if it was given.
  public func text(_ name: String) -> String? { values[name] }
  /// The number of a parameter declared as `.integer`.
  public func integer(_ name: String) -> Int64? { values[name].flatMap { Int64($0) } }
  /// The truth of a parameter declared as `.boolean`; `false` when it was not given.
  public func flag(_ name: String) -> Bool { values[name] == "true" }
  /// The moment of a parameter declared as `.instant`.
  public func instant(_ name: String) -> Instant? {
    guard let text = values[name] else { return nil }
    // The shape was checked before the handler ran.
    return try? Instant(text)
  }
  /// A typed value: `try request.query.value("unit", as: UnitID.init)`.
  /// - Throws: 400 `malformed-parameter`.
  public func value<Value>(_ name: String, as read: (String) throws -> Value) throws(Problem)
    -> Value?
  {
    guard let text = values[name] else { return nil }
    do { return try read(text) } catch { throw Problem(.malformedParameter, field: name) }
  }
  /// A typed value of a parameter that was declared as required.
  /// - Throws: 400 `missing-parameter` or `malformed-parameter`.
  public func require<Value>(_ name: String, as read: (String) throws -> Value) throws(Problem)
    -> Value
  {
    guard let value = try value(name, as: read) else {
      throw Problem(.missingParameter, field: name)
    }
    return value
  }
}

/// What both kinds of requests carry.
struct RequestInput: Sendable {
  let pathValues: [String: String]
  let query: QueryValues
  let bodyHash: String

  func path(_ name: String) throws(Problem) -> String {
    guard let text = pathValues[name] else { preconditionFailure("the path names no \(name)") }
    return text
  }

  func path<Value>(_ name: String, as read: (String) throws -> Value) throws(Problem) -> Value {
    let text = try path(name)
    do { return try read(text) } catch { throw Problem(.malformedPath, field: name) }
  }
}
