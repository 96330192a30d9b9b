public import ReviewEvents

/// A document that rules rest on.
public struct LegalDocument: Sendable, Hashable {
  /// Who issued it.
  public var issuer: String
  /// Its number as printed.
  public var printedNumber: String
  /// When it was issued.
  public var date: LocalDate
  /// What makes it this document: `132-QĐ/TW` of 2018 and of 2023 are two.
  public var key: DocumentKey

  /// Reads the number as printed.
  /// - Throws: ``MalformedDocumentNumber``.
  public init(
    issuer: String, printedNumber: String, date: LocalDate
  ) throws(MalformedDocumentNumber) {
    self.issuer = issuer
    self.printedNumber = printedNumber
    self.date = date
    key = DocumentKey(issuer: issuer, number: try DocumentNumber(printedNumber), date: date)
  }
}

/// What makes a document this one: its number alone does not.
public struct DocumentKey: Sendable, Hashable {
  /// Who issued it.
  public var issuer: String
  /// Its number, however it was printed.
  public var number: DocumentNumber
  /// When it was issued.
  public var date: LocalDate

  /// Puts the parts together.
  public init(issuer: String, number: DocumentNumber, date: LocalDate) {
    self.issuer = issuer
    self.number = number
    self.date = date
  }
}
