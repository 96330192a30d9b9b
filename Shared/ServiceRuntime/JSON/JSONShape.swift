/// What an input must look like: data, from which both the check and the OpenAPI document follow.
///
/// Texts are normalised to NFC and refuse control characters other than line feed and tab.
public indirect enum JSONShape: Sendable, Hashable {
  /// An object with exactly these members.
  case object([Field])
  /// A list of at most `max` values.
  case list(JSONShape, min: Int, max: Int)
  /// A text of `min`…`max` characters (Unicode scalars, after normalisation).
  case string(min: Int, max: Int)
  /// One of these texts.
  case choice([String])
  /// An identifier: 1–160 characters of `A–Z a–z 0–9 . _ -`.
  case identifier
  /// An identifier that others are put together from, of at most `max` characters.
  case identifierPart(max: Int)
  /// `unit/<id>` or `person/<id>`.
  case subject
  /// A moment in RFC 3339.
  case instant
  /// A day: `2021-12-10`.
  case date
  /// True or false.
  case boolean
  /// A whole number within bounds.
  case integer(ClosedRange<Int64>)
  /// The shape or `null`.
  case nullable(JSONShape)

  /// A text of at most `max` characters that is not empty unless `min` is 0.
  public static func text(min: Int = 1, max: Int) -> JSONShape { .string(min: min, max: max) }
  /// A list of at most `max` values.
  public static func array(of element: JSONShape, min: Int = 0, max: Int) -> JSONShape {
    .list(element, min: min, max: max)
  }
  /// One of the raw values of `type`.
  public static func choice<Choice>(of type: Choice.Type) -> JSONShape
  where Choice: RawRepresentable & CaseIterable, Choice.RawValue == String {
    .choice(type.allCases.map(\.rawValue))
  }

  /// Whether the value is neither an object nor a list, so that it can stand in a query or a table.
  var isScalar: Bool {
    switch self {
    case .object, .list: false
    case .nullable(let shape): shape.isScalar
    default: true
    }
  }
}

/// A named part of an input: a member of an object, a query parameter or a column of a table.
public struct Field: Sendable, Hashable {
  /// Its name.
  public let name: String
  /// What its value must look like.
  public let shape: JSONShape
  /// Whether it must be there.
  public let isRequired: Bool
  /// What it means, for the OpenAPI document.
  public let summary: String?

  /// A part that must be there.
  public static func required(_ name: String, _ shape: JSONShape, _ summary: String? = nil)
    -> Field
  {
    Field(name: name, shape: shape, isRequired: true, summary: summary)
  }

  /// A part that may be missing; in an object it may also be `null`.
  public static func optional(_ name: String, _ shape: JSONShape, _ summary: String? = nil)
    -> Field
  {
    Field(name: name, shape: shape, isRequired: false, summary: summary)
  }
}
