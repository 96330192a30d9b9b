internal import ReviewEvents
internal import Yams

/// A province's own layer: a file that takes another rule set over and says what is different.
///
/// Its legal basis stands beside that of the rule set. Other members are replaced as a whole; of `quota`, `ladder`, `guards`, `leadTimes` and `vote` the members
/// that it names. What comes out is read like any other rule set, so a layer can contradict its
/// rule set no more than a rule set itself.
enum RuleSetLayer {
  /// The member that makes a file a layer.
  static let marker = "overrides"

  private static let own = ["id", "title", "legalBasis"]
  private static let replaced = [
    "forms", "criteria", "conditions", "scale", "exemptions", "deadlines", "grounds", "areas",
    "sectors", "cycleScopes", "outageGraceMinutes", "acknowledgeDays", "supplementDays",
    "dayCount", "unverified",
  ]
  private static let merged = ["quota", "ladder", "guards", "leadTimes", "vote"]

  /// Whether `root` is a layer.
  static func isLayer(_ root: Node) -> Bool {
    guard case .mapping(let mapping) = root else { return false }
    return mapping[Node(marker)] != nil
  }

  /// The name of the rule set that a layer lies on, and the line that says so.
  static func base(of root: Node, _ reader: YAMLReader) -> (id: RuleSetID, line: Int)? {
    let members = reader.members(
      of: root, "layer", required: [marker] + own, optional: replaced + merged)
    guard
      let id = reader.identifier(members[marker], marker, { try RuleSetID($0) })
    else { return nil }
    if members.count == own.count + 1 {
      reader.report("the layer changes nothing", at: members[marker])
    }
    return (id, members[marker]?.mark?.line ?? 1)
  }

  /// What `layer` makes of `base`; values of `base` have no lines, because they stand elsewhere.
  static func lay(_ layer: Node, on base: Node) -> Node {
    guard case .mapping(let changes) = layer, case .mapping(var whole) = unplaced(base) else {
      return layer
    }
    for (key, value) in changes {
      let name = key.string ?? ""
      if name == marker { continue }
      if name == "legalBasis", case .sequence(let documents) = value,
        case .sequence(let former)? = whole[key]
      {
        whole[key] = Node(Array(former) + Array(documents))
        continue
      }
      guard merged.contains(name), case .mapping(let parts) = value,
        case .mapping(var old)? = whole[key]
      else {
        whole[key] = value
        continue
      }
      for (key, value) in parts { old[key] = value }
      whole[key] = .mapping(old)
    }
    return .mapping(whole)
  }

  private static func unplaced(_ node: Node) -> Node {
    switch node {
    case .scalar(var scalar):
      scalar.mark = nil
      return .scalar(scalar)
    case .mapping(let mapping):
      return Node(mapping.map { (unplaced($0.key), unplaced($0.value)) })
    case .sequence(let sequence): return Node(sequence.map(unplaced))
    case .alias: return node
    }
  }
}
