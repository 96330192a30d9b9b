/// Who did something, and for whom (contract 5).
///
/// Written `person/P1;on-behalf-of=unit/U1`. Until tokens exist this comes from the header
/// `Review-Actor`; a verified token later replaces only the source.
public struct ActorContext: Hashable, Sendable, CustomStringConvertible {
  /// The person, or the service that acts by itself.
  public let actor: ActorID
  /// The unit or person in whose name the actor acts; the actor himself unless said otherwise.
  public let onBehalfOf: ActorID

  /// `actor` acting for `onBehalfOf`, or for himself.
  public init(actor: ActorID, onBehalfOf: ActorID? = nil) {
    self.actor = actor
    self.onBehalfOf = onBehalfOf ?? actor
  }

  /// Reads `<actor>` or `<actor>;on-behalf-of=<actor>`.
  /// - Throws: ``MalformedIdentifier`` for anything else.
  public init(_ text: String) throws(MalformedIdentifier) {
    try self.init(utf8: text.utf8.span)
  }

  /// Reads `<actor>` or `<actor>;on-behalf-of=<actor>` from bytes.
  /// - Throws: ``MalformedIdentifier`` for anything else.
  package init(utf8 bytes: Span<UInt8>) throws(MalformedIdentifier) {
    guard let end = bytes.place(of: ";") else {
      self.init(actor: try ActorID(utf8: bytes))
      return
    }
    let rest = bytes.extracting((end + 1)...)
    guard let equals = rest.place(of: "="),
      try rest.extracting(..<equals).text() == "on-behalf-of"
    else { throw MalformedIdentifier() }
    self.init(
      actor: try ActorID(utf8: bytes.extracting(..<end)),
      onBehalfOf: try ActorID(utf8: rest.extracting((equals + 1)...)))
  }

  /// The written form, which is also the header `ce_actor`.
  public var description: String {
    actor == onBehalfOf ? actor.description : "\(actor);on-behalf-of=\(onBehalfOf)"
  }
}

/// Somebody who can act: a person, a unit (as the office that speaks for it) or a service.
public enum ActorID: Hashable, Sendable, CustomStringConvertible {
  /// A member.
  case person(PersonID)
  /// The office of an organisation.
  case unit(UnitID)
  /// One of the four services, acting on what it learned.
  case service(ServiceArea)

  /// Reads `person/<id>`, `unit/<id>` or `service/<area>`.
  /// - Throws: ``MalformedIdentifier`` for anything else.
  public init(_ text: String) throws(MalformedIdentifier) {
    try self.init(utf8: text.utf8.span)
  }

  init(utf8 bytes: Span<UInt8>) throws(MalformedIdentifier) {
    guard let slash = bytes.place(of: "/") else { throw MalformedIdentifier() }
    let id = bytes.extracting((slash + 1)...)
    switch try bytes.extracting(..<slash).text() {
    case "person": self = .person(try PersonID(utf8: id))
    case "unit": self = .unit(try UnitID(utf8: id))
    case "service":
      guard let area = ServiceArea(rawValue: try id.text()) else { throw MalformedIdentifier() }
      self = .service(area)
    default: throw MalformedIdentifier()
    }
  }

  /// The written form.
  public var description: String {
    switch self {
    case .person(let id): "person/\(id)"
    case .unit(let id): "unit/\(id)"
    case .service(let area): "service/\(area.rawValue)"
    }
  }

  /// The subject this actor is, if it can be one.
  public var subject: SubjectID? {
    switch self {
    case .person(let id): .person(id)
    case .unit(let id): .unit(id)
    case .service: nil
    }
  }
}
