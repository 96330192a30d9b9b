public import ReviewEvents

extension Post {
  /// The post as a row keeps it: `head cell-1`.
  var rowText: String { "\(role.rawValue) \(unitID)" }

  /// Reads what a row keeps.
  /// - Throws: ``UnreadablePost`` for anything else.
  public init(row text: String) throws(UnreadablePost) {
    let parts = text.split(separator: " ")
    guard parts.count == 2, let role = MemberRole(rawValue: String(parts[0])),
      let unit = try? UnitID(String(parts[1]))
    else { throw UnreadablePost() }
    self.init(unitID: unit, role: role)
  }
}

/// A text of a row that names no post.
public struct UnreadablePost: Error, Sendable {}
