import Foundation
import Testing

@Suite struct `The house style` {
  @Test func `product code leaves nothing undone and starts no loose tasks`() throws {
    let forbidden = try [
      "TODO", "FIXME", "(^|[^A-Za-z.])fatalError\\(\"", "try!", "Task\\.detached",
      "(^|[^A-Za-z.])Task \\{",
    ].map { try Regex($0) }
    for folder in ["Shared", "Services"] {
      for file in try Project.swiftFiles(in: folder) {
        for pattern in forbidden {
          if let found = file.text.firstMatch(of: pattern) {
            Issue.record("\(file.path) contains \(file.text[found.range])")
          }
        }
      }
    }
  }

  @Test func `figures of the rehearsal stand in the expectation file only`() throws {
    for folder in ["Shared", "Services"] {
      for file in try Project.swiftFiles(in: folder) {
        for figure in ["329", "386", "18,18"] where file.text.contains(figure) {
          // A number that is part of a longer one, or a documented example, is no figure.
          let uses = file.text.split(separator: "\n").filter {
            $0.contains(figure) && !$0.contains("//")
              && $0.firstMatch(of: try! Regex("(^|[^0-9_])\(figure)([^0-9_]|$)")) != nil
          }
          #expect(uses.isEmpty, "\(file.path) writes down \(figure)")
        }
      }
    }
  }

  @Test func `direct dependencies are pinned exactly`() throws {
    let manifest = try String(
      contentsOf: Project.root.appending(path: "Package.swift"), encoding: .utf8)
    let dependencies = manifest.split(separator: "\n").filter { $0.contains(".package(url:") }
    #expect(!dependencies.isEmpty)
    for line in dependencies {
      #expect(line.contains("exact:"), "\(line)")
    }
  }

  @Test func `every event type stands in the reference, and no other does`() throws {
    let pattern = try Regex("review\\.(intake|case|rating|notification)\\.[a-z]+(-[a-z]+)+")
    func types(in text: String) -> Set<String> {
      Set(text.matches(of: pattern).map { String(text[$0.range]) })
    }
    let code = try Project.swiftFiles(in: "Shared/ReviewEvents").reduce(into: Set<String>()) {
      $0.formUnion(types(in: $1.text))
    }
    let reference = try String(
      contentsOf: Project.root.appending(path: "docs/reference/events.md"), encoding: .utf8)
    #expect(code == types(in: reference))
  }
}
