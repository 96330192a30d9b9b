/// Which part is what to another part.
struct Relationships {
  /// One arrow from a part to another.
  struct Target {
    /// The last word of the type, which is the same in both forms of the standard: `worksheet`.
    let kind: Substring
    /// The part's name in the archive.
    let part: String
  }

  private var targets: [String: Target] = [:]

  /// Reads the arrows of a part; of the archive itself when `part` is empty.
  init(of part: String, _ archive: ZipArchive) throws(SpreadsheetError) {
    let file = part.split(separator: "/").last ?? ""
    let folder = String(part.dropLast(file.count))
    let name = "\(folder)_rels/\(file).rels"
    var reader = try XMLReader.inside("Relationships", of: archive, name, .packageRelationships)
    while let child = try reader.child() {
      if child.name == "Relationship", child["TargetMode"] != "External" {
        guard let id = child["Id"], let type = child["Type"], let target = child["Target"],
          targets[id] == nil
        else { throw .malformedPart(name) }
        targets[id] = Target(
          kind: type.split(separator: "/").last ?? "", part: Self.resolve(target, in: folder))
      }
      try reader.skip()
    }
    try reader.finish()
  }

  /// The arrow of this id.
  subscript(_ id: String) -> Target? { targets[id] }

  /// The one part of a kind, if there is one.
  func only(_ kind: String) -> String? {
    let found = targets.values.filter { $0.kind == kind }
    return found.count == 1 ? found.first?.part : nil
  }

  /// A name from the root of the archive; it is looked up there and nowhere else.
  private static func resolve(_ target: String, in folder: String) -> String {
    let full = target.hasPrefix("/") ? target : folder + target
    var steps: [Substring] = []
    for step in full.split(separator: "/") where step != "." {
      if step == ".." { _ = steps.popLast() } else { steps.append(step) }
    }
    return steps.joined(separator: "/")
  }
}
