public import ReviewEvents

/// A level of organisations and its Vietnamese name.
public struct LevelName: Sendable, Hashable {
  /// The level.
  public var code: LevelCode
  /// Its name as printed.
  public var name: String
  /// The first day on which there are organisations of this level, if there was none before.
  public var from: LocalDate?
  /// The first day on which there are none any more.
  public var before: LocalDate?

  /// Puts the parts together.
  public init(
    code: LevelCode, name: String, from: LocalDate? = nil, before: LocalDate? = nil
  ) {
    self.code = code
    self.name = name
    self.from = from
    self.before = before
  }

  /// Whether an organisation can be of this level on `day`.
  public func exists(on day: LocalDate) -> Bool {
    if let from, day < from { return false }
    if let before, day >= before { return false }
    return true
  }
}
