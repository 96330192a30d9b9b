import Foundation
import Operations
import PostgresTestSupport
import Testing

@Suite struct `The runbooks` {
  private static let services = ["intake", "case-tracking", "rating", "notification"]
  /// What stands for something that the operator knows.
  private static let placeholders = [
    "STREAM": "report/2021.u-U1", "FACTS": "18712", "CLUSTER": "lkc-1", "SEQUENCE": "7",
    "YEAR": "2019", "FOLDER": "/srv/archive",
  ]

  /// A command that cannot be typed as it stands is worse than none at two in the morning.
  @Test func `hold only commands that exist, with values that are taken`() async throws {
    try await OperationsBench.with { bench in
      let operations = bench.operations()
      var checked = 0
      for (file, line) in try Self.commands() {
        let words = Self.words(line)
        let named = "\(file): \(line)"
        do {
          let read = try OperationLine(
            Array(words.dropFirst()), among: operations, presets: ["operator": "an.tran"])
          var values = read.values
          // The first of two commands may leave the reason to the second.
          if read.operation.kind == .changes { values["reason"] = values["reason"] ?? "shown" }
          _ = try OperationInput(values, for: read.operation)
          checked += 1
        } catch { Issue.record("\(named): \(error)") }
      }
      #expect(checked >= 15)
    }
  }

  /// Lines of code blocks that begin with a service and an operation.
  private static func commands() throws -> [(file: String, line: String)] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../docs/operating").standardized
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    return try files.flatMap { file in
      try String(contentsOf: folder.appending(path: file), encoding: .utf8)
        .split(separator: "\n").filter { $0.hasPrefix("    ") }
        .map { (file, $0.trimmingCharacters(in: .whitespaces)) }
        .filter { _, line in
          let words = line.split(separator: " ")
          // `status`, `serve` and `migrate` are the argument parser's.
          return words.count > 1 && services.contains(String(words[0]))
            && !["status", "serve", "migrate"].contains(words[1])
        }
    }
  }

  /// The words of a line as a shell gives them, for quotes without escapes.
  private static func words(_ line: String) -> [String] {
    var words: [String] = []
    for (place, part) in line.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
    {
      if place % 2 == 1 {
        words.append(String(part))
      } else {
        words += part.split(separator: " ").map { placeholders[String($0)] ?? String($0) }
      }
    }
    return words
  }
}
