/// What kind of aggregate a stream tells the story of.
public enum StreamKind: String, Sendable, CaseIterable, Hashable {
  /// A review cycle.
  case cycle
  /// An organisation.
  case unit
  /// A party member.
  case person
  /// A self-review report.
  case report
  /// A suggested-review case.
  case `case`
  /// A rating.
  case rating
  /// The own plan of one organisation for one cycle.
  case plan
  /// A document of the registry.
  case document
  /// A version of the rules.
  case ruleSet = "rule-set"
  /// One mail to one recipient.
  case delivery
  /// A service asking the others to send streams again.
  case repair
}

/// One aggregate instance: the unit of order, the Kafka key and the fence key (contract 1).
public struct StreamID: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// What the stream tells the story of.
  public let kind: StreamKind
  /// The stream as it is written everywhere: `<kind>/<id>`.
  public let description: String

  /// Reads `<kind>/<id>`.
  /// - Throws: ``MalformedIdentifier`` for an unknown kind or a malformed id.
  public init(_ text: String) throws(MalformedIdentifier) {
    kind = try Self.kind(in: text.utf8.span)
    description = text
  }

  /// Reads `<kind>/<id>` from bytes.
  /// - Throws: ``MalformedIdentifier`` for an unknown kind or a malformed id.
  package init(utf8 bytes: Span<UInt8>) throws(MalformedIdentifier) {
    kind = try Self.kind(in: bytes)
    description = try bytes.text()
  }

  private static func kind(in bytes: Span<UInt8>) throws(MalformedIdentifier) -> StreamKind {
    guard let slash = bytes.place(of: "/"),
      let kind = StreamKind(rawValue: try bytes.extracting(..<slash).text()),
      Identifier<StreamKind>.isValid(bytes.extracting((slash + 1)...))
    else { throw MalformedIdentifier() }
    return kind
  }

  init(_ kind: StreamKind, _ id: String) {
    self.kind = kind
    description = "\(kind.rawValue)/\(id)"
  }

  /// The part behind the kind.
  public var id: String {
    String(Substring(description.utf8.dropFirst(kind.rawValue.utf8.count + 1)))
  }

  /// The stream of a review cycle.
  public static func cycle(_ id: CycleID) -> StreamID { StreamID(.cycle, id.text) }
  /// The stream of an organisation.
  public static func unit(_ id: UnitID) -> StreamID { StreamID(.unit, id.text) }
  /// The stream of a member.
  public static func person(_ id: PersonID) -> StreamID { StreamID(.person, id.text) }
  /// The stream of a report.
  public static func report(_ id: ReportID) -> StreamID { StreamID(.report, id.text) }
  /// The stream of a case.
  public static func `case`(_ id: CaseID) -> StreamID { StreamID(.case, id.text) }
  /// The stream of a rating.
  public static func rating(_ id: RatingID) -> StreamID { StreamID(.rating, id.text) }
  /// The stream of an organisation's own plan for a cycle.
  public static func plan(_ id: PlanID) -> StreamID { StreamID(.plan, id.text) }
  /// The stream of a document.
  public static func document(_ id: DocumentID) -> StreamID { StreamID(.document, id.text) }
  /// The stream of a version of the rules.
  public static func ruleSet(_ id: RuleSetID) -> StreamID { StreamID(.ruleSet, id.text) }
  /// The stream of a delivery.
  public static func delivery(_ id: DeliveryID) -> StreamID { StreamID(.delivery, id.text) }
  /// The stream in which one service asks the others to send again.
  public static func repair(_ area: ServiceArea) -> StreamID { StreamID(.repair, area.rawValue) }

  /// The kind is part of the written form, so that alone tells streams apart.
  public static func == (left: Self, right: Self) -> Bool { left.description == right.description }
  /// Hashes the written form.
  public func hash(into hasher: inout Hasher) { hasher.combine(description) }

  /// Orders streams by their bytes: the order in which they are locked.
  public static func < (left: Self, right: Self) -> Bool { left.description < right.description }
}
