internal import ReviewRules
internal import Yams

/// A rule-set file as lines that can be compared: every value with its place.
enum RuleLines {
  /// What the entries of a list are told apart by.
  private static let keys = ["code", "path", "number"]

  /// The lines in the order of the file.
  static func of(_ root: Node) -> [RuleLine] {
    var lines: [RuleLine] = []
    collect(root, path: "", named: nil, into: &lines)
    return lines
  }

  /// Every place that holds a value, or others that do.
  static func places(in root: Node) -> Set<String> {
    var places: Set<String> = []
    for line in of(root) {
      var path = Substring(line.path)
      places.insert(line.path)
      while let dot = path.lastIndex(of: ".") {
        path = path[..<dot]
        places.insert(String(path))
      }
    }
    return places
  }

  /// `key` is the member that an entry is told apart by: it stands in the path already.
  private static func collect(
    _ node: Node, path: String, named key: String?, into lines: inout [RuleLine]
  ) {
    func place(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
    switch node {
    case .scalar(let scalar): lines.append(RuleLine(path: path, value: scalar.string))
    case .mapping(let mapping):
      for (name, value) in mapping where name.string != key {
        collect(value, path: place(name.string ?? ""), named: nil, into: &lines)
      }
    case .sequence(let sequence):
      let scalars = sequence.compactMap { $0.scalar?.string }
      if scalars.count == sequence.count {
        lines.append(RuleLine(path: path, value: scalars.joined(separator: ", ")))
        return
      }
      for (number, item) in sequence.enumerated() {
        let (key, name) = name(of: item) ?? (nil, "\(number + 1)")
        collect(item, path: place(name), named: key, into: &lines)
      }
    case .alias: break
    }
  }

  private static func name(of item: Node) -> (key: String?, name: String)? {
    guard case .mapping(let mapping) = item else { return nil }
    for key in keys {
      if let name = mapping[Node(key)]?.scalar?.string { return (key, name) }
    }
    return nil
  }
}
