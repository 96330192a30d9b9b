/// Runs `body` for every element, at most `limit` at once; the first error ends it.
func crowd<Element: Sendable>(
  _ elements: [Element], limit: Int, _ body: @escaping @Sendable (Element) async throws -> Void
) async throws {
  try await withThrowingTaskGroup(of: Void.self) { group in
    var rest = elements.makeIterator()
    for _ in 0..<limit {
      guard let element = rest.next() else { break }
      group.addTask { try await body(element) }
    }
    while try await group.next() != nil {
      if let element = rest.next() { group.addTask { try await body(element) } }
    }
  }
}
