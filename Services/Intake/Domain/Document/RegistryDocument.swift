public import ReviewEvents
internal import ReviewRules

/// A document of the registry: registered once, never changed.
public struct RegistryDocument: Sendable, Hashable {
  /// How it was registered, if it was.
  public private(set) var registered: DocumentRegistered?

  /// A document of which nothing is known.
  public init() {}

  /// The document that these facts tell of.
  public init(_ facts: some Sequence<DocumentRegistered>) {
    for fact in facts { apply(fact) }
  }

  /// Takes the registration into account.
  public mutating func apply(_ fact: DocumentRegistered) { registered = fact }

  /// Registers the document; the same document under the same id, in whatever spelling, changes
  /// nothing.
  /// - Parameter twin: the id under which the registry holds this very document, if it does.
  public func register(
    _ command: RegisterDocument, twin: DocumentID?
  ) throws(DocumentRejection) -> [DocumentRegistered] {
    if let registered {
      let former = try RegisterDocument(
        registered.documentID, issuer: registered.issuer, number: registered.number,
        issuedOn: registered.issuedOn)
      guard former.key == command.key else { throw .alreadyRegistered }
      return []
    }
    if let twin { throw .known(as: twin) }
    return [
      DocumentRegistered(
        documentID: command.documentID, issuer: command.issuer.printed,
        number: command.printedNumber, key: command.number.description,
        issuedOn: command.issuedOn)
    ]
  }
}

/// Why a document was not registered.
public enum DocumentRejection: Error, Sendable, Hashable {
  /// The text is no number of a document.
  case malformedNumber
  /// Nobody is named who issued it.
  case blankIssuer
  /// The id names another document.
  case alreadyRegistered
  /// The same document stands in the registry under another id.
  case known(as: DocumentID)
  /// Only a registered organisation registers documents.
  case notAnOrganisation
}
