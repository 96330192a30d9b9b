import Foundation

/// A page of `docs/operating` and the commands that it tells operators to type.
struct Runbook: Sendable {
  static let folder = Project.root.appending(path: "docs/operating")

  /// Every page that is there.
  static func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".md") }.sorted()
  }

  let name: String
  /// The commands of its code blocks, in order; one that goes on over several lines is one.
  let commands: [String]

  init(_ name: String) throws {
    self.name = name
    let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
    commands = Self.commands(in: text)
  }

  /// What stands in code blocks, fenced or indented.
  static func commands(in text: String) -> [String] {
    var commands: [String] = []
    var isFenced = false
    var isIndented = false
    var isBehindBlank = true
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let words = line.trimmingCharacters(in: .whitespaces)
      if words.hasPrefix("```") {
        isFenced.toggle()
        continue
      }
      // A list's own lines are indented too, but only a block stands behind an empty line.
      isIndented = line.hasPrefix("    ") && (isIndented || isBehindBlank) && !words.hasPrefix("- ")
      isBehindBlank = words.isEmpty
      guard !words.isEmpty, isFenced || isIndented else { continue }
      if let last = commands.last, last.hasSuffix("\\") {
        commands[commands.count - 1] = "\(last)\n\(words)"
      } else {
        commands.append(words)
      }
    }
    return commands
  }
}
