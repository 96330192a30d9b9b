import Foundation
import Operations
import PostgresTestSupport
import Testing

@Suite struct `The reference of operations` {
  /// After a change of an operation: `REVIEW_WRITE_REFERENCE=1 make test` writes the page anew.
  @Test func `tells exactly what the declarations say`() async throws {
    try await OperationsBench.with { bench in
      let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../docs/reference/operations.md").standardized
      let page = OperationReference.page(bench.operations())
      if ProcessInfo.processInfo.environment["REVIEW_WRITE_REFERENCE"] == "1" {
        try Data(page.utf8).write(to: file)
      }
      #expect(try String(contentsOf: file, encoding: .utf8) == page)
    }
  }
}
