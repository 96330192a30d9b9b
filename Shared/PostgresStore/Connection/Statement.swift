import CLibPQ
import EventStream

/// One statement with its parameters, ready to be sent.
struct Statement {
  let text: String
  let parameters: ParameterBlock
  /// Whether the server keeps its plan.
  ///
  /// Statements that are sent once, or that have no plan, are
  /// not worth a place among the kept ones.
  let isKept: Bool

  /// A statement whose plan the server keeps for the connection.
  init(_ text: String, _ parameters: [Parameter]) throws(StoreError) {
    self.text = text
    self.parameters = try ParameterBlock(parameters)
    isKept = true
  }

  /// A statement whose plan the server keeps for the connection.
  init(_ text: String, _ values: SQLValue...) throws(StoreError) {
    try self.init(text, values.map { .value($0) })
  }

  private init(once text: String, _ parameters: ParameterBlock) {
    self.text = text
    self.parameters = parameters
    isKept = false
  }

  /// A statement without a plan worth keeping.
  static func once(_ text: String, _ values: SQLValue...) throws(StoreError) -> Statement {
    try once(text, values)
  }

  /// A statement without a plan worth keeping.
  static func once(_ text: String, _ values: [SQLValue]) throws(StoreError) -> Statement {
    Statement(once: text, try ParameterBlock(values.map { .value($0) }))
  }

  var key: Key { Key(text: text, types: parameters.types) }

  /// What makes two statements share a plan.
  struct Key: Hashable {
    let text: String
    let types: [Oid]
  }
}
