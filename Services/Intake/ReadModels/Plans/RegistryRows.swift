public import EventStream
internal import ReviewEvents
internal import ReviewRules

/// The rows of the table `registered_document`: one for each document of the registry.
public enum RegistryRows {
  static let fold = StreamFold(.document) { transaction, histories in
    try write(try histories.map { history in try LoadedDocument(history) }, transaction)
  }

  /// Shows documents.
  public static func write(
    _ documents: [LoadedDocument], _ transaction: borrowing AnyTransaction
  ) throws {
    let facts = documents.map(\.fact)
    try transaction.run(
      """
      insert into registered_document (document_id, issuer, issuer_key, number, number_key,
                                       issued_on, sequence)
      select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
                           $7::bigint[])
      on conflict (document_id) do update
        set issuer = excluded.issuer, issuer_key = excluded.issuer_key,
            number = excluded.number, number_key = excluded.number_key,
            issued_on = excluded.issued_on, sequence = excluded.sequence
      """,
      [
        .texts(facts.map(\.documentID.text)), .texts(facts.map(\.issuer)),
        .texts(facts.map { DocumentIssuer($0.issuer).key }), .texts(facts.map(\.number)),
        .texts(facts.map(\.key)), .texts(facts.map(\.issuedOn.description)),
        .integers(documents.map(\.sequence)),
      ])
  }
}
