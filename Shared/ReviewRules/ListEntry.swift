public import ReviewEvents

/// An entry of a code list and its Vietnamese name.
public struct ListEntry: Sendable, Hashable {
  /// The code.
  public var code: ListCode
  /// Its name as printed.
  public var name: String

  /// Puts the parts together.
  public init(code: ListCode, name: String) {
    self.code = code
    self.name = name
  }
}
