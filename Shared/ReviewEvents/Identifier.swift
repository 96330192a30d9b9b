/// The name of one thing, unique among things of its kind for ever.
///
/// 1–160 characters of `A–Z a–z 0–9 . _ -`, so that an identifier can stand in a path, a Kafka
/// key and a log line without quoting.
public struct Identifier<Entity>: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The identifier as people and other systems write it.
  public let text: String

  /// Checks and keeps `text`.
  /// - Throws: ``MalformedIdentifier`` for an empty, over-long or oddly spelled text.
  public init(_ text: String) throws(MalformedIdentifier) {
    guard Self.isValid(text.utf8.span) else { throw MalformedIdentifier() }
    self.text = text
  }

  /// Checks and keeps the text that these bytes are.
  init(utf8 bytes: Span<UInt8>) throws(MalformedIdentifier) {
    guard Self.isValid(bytes) else { throw MalformedIdentifier() }
    text = try bytes.text()
  }

  /// Keeps a text whose parts are known to be valid identifiers.
  init(joining parts: String...) {
    text = parts.joined(separator: ".")
    precondition(Self.isValid(text.utf8.span), "an identifier joined from identifiers is valid")
  }

  /// The longest identifier, in characters.
  public static var lengthMax: Int { 160 }

  static func isValid(_ bytes: Span<UInt8>) -> Bool {
    guard bytes.count >= 1, bytes.count <= lengthMax else { return false }
    for index in bytes.indices {
      switch bytes[index] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "-"):
        continue
      default: return false
      }
    }
    return true
  }

  /// The identifier itself.
  public var description: String { text }

  /// Orders identifiers by their bytes, so that rows are locked in one order everywhere.
  public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

// Identifiers are ASCII, so they are read byte by byte: a string finds the borders of its characters
// at every step, and every cut of it is a copy.
extension Span<UInt8> {
  /// Where the first `separator` stands.
  func place(of separator: Unicode.Scalar) -> Int? {
    indices.first { self[$0] == UInt8(ascii: separator) }
  }

  /// The text that these bytes are.
  func text() throws(MalformedIdentifier) -> String {
    do { return String(copying: try UTF8Span(validating: self)) } catch {
      throw MalformedIdentifier()
    }
  }
}

/// A text that is not an identifier.
public struct MalformedIdentifier: Error, Sendable, Equatable {
  /// The one thing there is to say.
  public init() {}
}

extension Identifier: Codable {
  /// Reads the identifier from a single string.
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    do { try self.init(text) } catch {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "not an identifier"))
    }
  }

  /// Writes the identifier as a single string.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

/// What the identifiers of this system name; no case is ever made.
public enum Named {
  /// A review cycle.
  public enum Cycle {}
  /// An organisation.
  public enum Unit {}
  /// A party member.
  public enum Person {}
  /// A self-review report of one subject in one cycle.
  public enum Report {}
  /// A suggested-review case.
  public enum Case {}
  /// A matter inside a case.
  public enum Matter {}
  /// A rating of one subject in one cycle.
  public enum Rating {}
  /// One mail to one recipient.
  public enum Delivery {}
  /// A level of the organisation tree, which is data.
  public enum Level {}
  /// A version of the rules.
  public enum RuleSet {}
  /// A form, for example `01` or `02`.
  public enum Form {}
  /// A section of a form.
  public enum Section {}
  /// A peer group inside which a quota is counted.
  public enum PeerGroup {}
  /// A code from a list of the rule set: a ground, an area.
  public enum Code {}
  /// A document of the registry.
  public enum Document {}
  /// The own plan of one organisation for one cycle.
  public enum Plan {}
}

/// Names a review cycle.
public typealias CycleID = Identifier<Named.Cycle>
/// Names an organisation.
public typealias UnitID = Identifier<Named.Unit>
/// Names a party member.
public typealias PersonID = Identifier<Named.Person>
/// Names a self-review report.
public typealias ReportID = Identifier<Named.Report>
/// Names a suggested-review case.
public typealias CaseID = Identifier<Named.Case>
/// Names a matter of a case; unique across cases.
public typealias MatterID = Identifier<Named.Matter>
/// Names a rating.
public typealias RatingID = Identifier<Named.Rating>
/// Names a mail to one recipient.
public typealias DeliveryID = Identifier<Named.Delivery>
/// Names a level: `PROVINCE`, `DISTRICT`, `GRASSROOTS`, `CELL` in 2021.
public typealias LevelCode = Identifier<Named.Level>
/// Names a version of the rules, for example `132-2018`.
public typealias RuleSetID = Identifier<Named.RuleSet>
/// Names a form of the rule set.
public typealias FormCode = Identifier<Named.Form>
/// Names a section of a form.
public typealias SectionCode = Identifier<Named.Section>
/// Names a peer group.
public typealias PeerGroupCode = Identifier<Named.PeerGroup>
/// Names a document of the registry.
public typealias DocumentID = Identifier<Named.Document>
/// Names the own plan of one organisation for one cycle.
public typealias PlanID = Identifier<Named.Plan>
/// A code from one of the rule set's lists.
public typealias ListCode = Identifier<Named.Code>
