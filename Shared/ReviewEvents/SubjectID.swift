/// Who is reviewed: a collective (the leadership of a unit) or an individual (a member).
public enum SubjectID: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The leadership collective of this organisation.
  case unit(UnitID)
  /// This member.
  case person(PersonID)

  /// Reads `unit/<id>` or `person/<id>`.
  /// - Throws: ``MalformedIdentifier`` for anything else.
  public init(_ text: String) throws(MalformedIdentifier) {
    let bytes = text.utf8.span
    guard let slash = bytes.place(of: "/") else { throw MalformedIdentifier() }
    let id = bytes.extracting((slash + 1)...)
    switch try bytes.extracting(..<slash).text() {
    case "unit": self = .unit(try UnitID(utf8: id))
    case "person": self = .person(try PersonID(utf8: id))
    default: throw MalformedIdentifier()
    }
  }

  /// `unit/<id>` or `person/<id>`, which is also the stream that registered the subject.
  public var description: String {
    switch self {
    case .unit(let id): "unit/\(id)"
    case .person(let id): "person/\(id)"
    }
  }

  /// Collective or individual.
  public var kind: SubjectKind {
    switch self {
    case .unit: .collective
    case .person: .individual
    }
  }

  /// The stream of the subject's registration.
  public var stream: StreamID {
    switch self {
    case .unit(let id): .unit(id)
    case .person(let id): .person(id)
    }
  }

  /// Orders subjects by their written form.
  public static func < (left: Self, right: Self) -> Bool { left.description < right.description }

  /// `u-<id>` or `p-<id>`: the subject inside a longer identifier.
  var identifierPart: String {
    switch self {
    case .unit(let id): "u-\(id)"
    case .person(let id): "p-\(id)"
    }
  }
}

/// The two kinds of subjects that figures are published for.
public enum SubjectKind: String, Codable, Sendable, CaseIterable {
  /// A leadership collective.
  case collective
  /// A member.
  case individual
}

extension SubjectID: Codable {
  /// Reads the subject from a single string.
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    do { try self.init(text) } catch {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "not a subject"))
    }
  }

  /// Writes the subject as a single string.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension ReportID {
  /// The one report of `subject` in `cycle`.
  public init(cycle: CycleID, subject: SubjectID) {
    self.init(joining: cycle.text, subject.identifierPart)
  }
}

extension RatingID {
  /// The one rating of `subject` in `cycle`.
  public init(cycle: CycleID, subject: SubjectID) {
    self.init(joining: cycle.text, subject.identifierPart)
  }
}

// The names of reports, ratings and plans are put together from those of a cycle and a subject. New
// ones are so short that what is put together is an identifier, whatever meets.
extension Identifier where Entity == Named.Cycle {
  /// The longest name of a new cycle, in characters.
  public static var joinableMax: Int { 40 }
}

extension Identifier where Entity == Named.Unit {
  /// The longest name of a new organisation, in characters.
  public static var joinableMax: Int { 100 }
}

extension Identifier where Entity == Named.Person {
  /// The longest name of a new member, in characters.
  public static var joinableMax: Int { 100 }
}

extension PlanID {
  /// The one plan of `unit` for `cycle`.
  public init(cycle: CycleID, unit: UnitID) { self.init(joining: cycle.text, unit.text) }
}
