/// Something that operators do through the admin port: a POST with a JSON object.
package struct AdminAction: Sendable {
  /// The path.
  package let path: String
  /// What it does, in one line.
  package let summary: String
  /// Does it.
  package let run: @Sendable (_ body: [UInt8]) async throws -> HTTPAnswer

  /// Puts the parts together.
  package init(
    path: String, summary: String, run: @escaping @Sendable ([UInt8]) async throws -> HTTPAnswer
  ) {
    self.path = path
    self.summary = summary
    self.run = run
  }
}
