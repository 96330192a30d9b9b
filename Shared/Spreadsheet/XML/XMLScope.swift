/// The open elements and what their prefixes mean.
struct XMLScope {
  private struct Meaning {
    let depth: Int
    let prefix: Substring
    let namespace: XMLElement.Namespace
  }

  private var names: [String] = []
  private var meanings: [Meaning] = []

  /// How many elements are open.
  var depth: Int { names.count }
  /// How many prefixes mean something; each element looks among them.
  var prefixCount: Int { meanings.count }

  /// Opens an element.
  /// - Returns: `nil` when a prefix was never declared.
  mutating func open(
    _ name: String, _ attributes: [(name: String, value: String)]
  ) -> XMLElement? {
    names.append(name)
    for (name, value) in attributes {
      if name == "xmlns" { declare("", value) }
      if name.hasPrefix("xmlns:") { declare(name.dropFirst(6), value) }
    }
    let (prefix, local) = Self.parts(of: name)
    guard let namespace = meaning(of: prefix) else { return nil }
    guard !attributes.isEmpty else {
      return XMLElement(namespace: namespace, name: local, attributes: [])
    }
    var kept: [XMLElement.Attribute] = []
    kept.reserveCapacity(attributes.count)
    for (name, value) in attributes where name != "xmlns" && !name.hasPrefix("xmlns:") {
      let (prefix, local) = Self.parts(of: name)
      // An attribute without prefix is in no namespace, whatever the default is.
      guard let namespace = prefix.isEmpty ? .unnamed : meaning(of: prefix) else { return nil }
      kept.append(.init(namespace: namespace, name: local, value: value))
    }
    return XMLElement(namespace: namespace, name: local, attributes: kept)
  }

  /// Closes the innermost element.
  /// - Returns: its name as it was written.
  mutating func close() -> String? {
    while let last = meanings.last, last.depth == names.count { meanings.removeLast() }
    return names.popLast()
  }

  private mutating func declare(_ prefix: Substring, _ name: String) {
    meanings.append(
      Meaning(depth: names.count, prefix: prefix, namespace: XMLElement.Namespace(name)))
  }

  private func meaning(of prefix: Substring) -> XMLElement.Namespace? {
    if let known = meanings.last(where: { $0.prefix == prefix }) { return known.namespace }
    if prefix.isEmpty { return .unnamed }
    return prefix == "xml" ? .other : nil
  }

  private static func parts(of name: String) -> (prefix: Substring, local: String) {
    guard let colon = name.utf8.firstIndex(of: UInt8(ascii: ":")) else { return ("", name) }
    return (name[..<colon], String(name[name.utf8.index(after: colon)...]))
  }
}
