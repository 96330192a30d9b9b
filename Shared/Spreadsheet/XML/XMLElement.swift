/// The beginning of an element.
struct XMLElement: Sendable, Hashable {
  /// The namespaces that mean something here; each has a name in ECMA-376 and one in its strict
  /// form (ISO/IEC 29500).
  enum Namespace: Sendable, Hashable {
    case unnamed
    /// Workbooks, sheets, strings and styles.
    case spreadsheet
    /// The attribute `r:id`.
    case relationships
    /// The files that say which part is which.
    case packageRelationships
    case other

    init(_ name: String) {
      switch name {
      case "": self = .unnamed
      case "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main":
        self = .spreadsheet
      case "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "http://purl.oclc.org/ooxml/officeDocument/relationships":
        self = .relationships
      case "http://schemas.openxmlformats.org/package/2006/relationships":
        self = .packageRelationships
      default: self = .other
      }
    }
  }

  struct Attribute: Sendable, Hashable {
    let namespace: Namespace
    let name: String
    let value: String
  }

  let namespace: Namespace
  /// The name without its prefix.
  let name: String
  let attributes: [Attribute]

  /// The value of an attribute without prefix.
  subscript(_ name: String) -> String? { self[.unnamed, name] }

  /// The value of an attribute of a namespace.
  subscript(_ namespace: Namespace, _ name: String) -> String? {
    attributes.first { $0.namespace == namespace && $0.name == name }?.value
  }

  /// Whether this is the element of that name in a workbook, sheet, strings or styles.
  func isSheet(_ name: String) -> Bool { self.name == name && namespace == .spreadsheet }
}
