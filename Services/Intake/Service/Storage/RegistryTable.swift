import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ReviewRules

/// The table `registered_document` and the streams behind it.
enum RegistryTable {
  /// One document, if it is registered.
  static func find(
    _ id: DocumentID, _ transaction: borrowing AnyTransaction
  ) throws -> LoadedDocument? {
    try transaction.rows(
      """
      select document_id, issuer, number, number_key, issued_on, sequence
        from registered_document where document_id = $1
      """, [.text(id.text)]
    ).first.map { row in try read(row) }
  }

  /// The documents with a number, whoever issued them unless an issuer is named, in order of their
  /// ids.
  static func find(
    _ number: DocumentNumber, by issuer: DocumentIssuer?, after: String?, limit: Int64,
    _ transaction: borrowing AnyTransaction
  ) throws -> [LoadedDocument] {
    try transaction.rows(
      """
      select document_id, issuer, number, number_key, issued_on, sequence
        from registered_document
       where number_key = $1 and ($2::text is null or issuer_key = $2)
         and ($3::text is null or document_id > $3)
       order by document_id limit $4
      """,
      [
        .text(number.description), .optional(issuer?.key), .optional(after), .integer(limit),
      ]
    ).map { row in try read(row) }
  }

  /// Under which id a document is registered; nobody else registers it until the transaction ends.
  static func lockTwin(
    of key: DocumentKey, _ transaction: borrowing AnyTransaction
  ) throws -> DocumentID? {
    let words = [key.number.description, key.date.description, key.issuer]
    try transaction.rows(
      "select pg_advisory_xact_lock(hashtextextended('intake document ' || $1, 0))",
      [.text(words.joined(separator: " "))])
    return try transaction.rows(
      """
      select document_id from registered_document
       where number_key = $1 and issued_on = $2 and issuer_key = $3
      """, words.map { .text($0) }
    ).first.map { row in try row.value(0, DocumentID.init) }
  }

  /// Appends the registration of a document and shows it.
  static func record(
    _ facts: [DocumentRegistered], origin: EventOrigin, _ transaction: borrowing AnyTransaction
  ) throws {
    guard !facts.isEmpty else { return }
    try transaction.append(
      facts.map {
        StreamAppend(stream: .document($0.documentID), expected: 0, events: [$0], origin: origin)
      })
    try RegistryRows.write(facts.map { LoadedDocument(fact: $0, sequence: 1) }, transaction)
  }

  private static func read(_ row: SQLRow) throws -> LoadedDocument {
    LoadedDocument(
      fact: DocumentRegistered(
        documentID: try row.value(0, DocumentID.init), issuer: try row.text(1),
        number: try row.text(2), key: try row.text(3),
        issuedOn: try row.value(4) { text in try LocalDate(text) }),
      sequence: try row.integer(5))
  }
}
