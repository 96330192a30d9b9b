internal import FoundationEssentials

/// Files of settings and secrets.
enum SettingsFile {
  /// What is wrong with a file of settings.
  struct Malformed: Error, CustomStringConvertible {
    let line: Int
    var description: String { "line \(line) is not KEY=value" }
  }

  /// Reads `KEY=value` lines as they stand: no quoting, no expansion; `#` begins a comment line.
  static func parse(_ text: String) throws(Malformed) -> [String: String] {
    var values: [String: String] = [:]
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let line = line.hasSuffix("\r") ? line.dropLast() : line
      if line.isEmpty || line.hasPrefix("#") { continue }
      guard let equals = line.firstIndex(of: "="), equals != line.startIndex else {
        throw Malformed(line: index + 1)
      }
      values[String(line[..<equals])] = String(line[line.index(after: equals)...])
    }
    return values
  }

  /// The text of the file at `path`.
  static func text(_ path: String) throws -> String {
    try String(contentsOf: URL(filePath: path), encoding: .utf8)
  }

  /// The secret in the file at `path`, without the line break that editors add.
  static func secret(_ path: String) throws -> String {
    var text = try text(path)
    while text.last?.isNewline == true { text.removeLast() }
    return text
  }
}
