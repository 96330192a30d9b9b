import Foundation

/// Seeds that once failed, or that tell a story worth telling every time.
enum Corpus {
  private static let file = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../seeds.txt")

  /// The seeds of the file: one a line, a comment behind `#`.
  static func seeds() throws -> [UInt64] {
    try seeds(in: String(contentsOf: file, encoding: .utf8))
  }

  static func seeds(in text: String) throws -> [UInt64] {
    try text.split(separator: "\n").compactMap { line in
      let seed = line.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces)
      if seed.isEmpty { return nil }
      guard let number = UInt64(seed) else { throw Malformed(line: String(line)) }
      return number
    }
  }

  /// Adds the seeds of `violations` to the file that `REVIEW_SIMULATION_FAILURES` names, if it
  /// names one.
  static func keep(_ violations: [Violation]) throws {
    guard let path = ProcessInfo.processInfo.environment["REVIEW_SIMULATION_FAILURES"],
      !path.isEmpty, !violations.isEmpty
    else { return }
    let known = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    let lines = violations.map { "\($0.seed)  # \($0.rule.rawValue)\n" }
    try (known + lines.joined()).write(toFile: path, atomically: true, encoding: .utf8)
  }

  struct Malformed: Error, CustomStringConvertible {
    let line: String
    var description: String { "seeds.txt: \"\(line)\" does not begin with a seed" }
  }
}
