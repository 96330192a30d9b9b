public import ReviewEvents
public import ReviewRules

/// A document as somebody registers it.
public struct RegisterDocument: Sendable, Hashable {
  /// The id that it shall have.
  public var documentID: DocumentID
  /// Who issued it.
  public var issuer: DocumentIssuer
  /// Its number as printed, without spare white space.
  public var printedNumber: String
  /// The day on which it was issued.
  public var issuedOn: LocalDate
  /// The number however it was printed.
  public var number: DocumentNumber

  /// Reads issuer and number.
  public init(
    _ documentID: DocumentID, issuer: String, number: String, issuedOn: LocalDate
  ) throws(DocumentRejection) {
    self.documentID = documentID
    self.issuer = DocumentIssuer(issuer)
    self.issuedOn = issuedOn
    printedNumber = withoutSpareSpace(number)
    do throws(MalformedDocumentNumber) { self.number = try DocumentNumber(printedNumber) } catch {
      throw .malformedNumber
    }
    guard !self.issuer.key.isEmpty else { throw .blankIssuer }
  }

  /// What makes it this document: its number alone does not.
  public var key: DocumentKey {
    DocumentKey(issuer: issuer.key, number: number, date: issuedOn)
  }
}

/// `text` with one space where there was any white space, and none around it.
func withoutSpareSpace(_ text: String) -> String {
  text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
}
