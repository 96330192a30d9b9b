import EventStream

/// The table `document`: texts by fingerprint.
enum DocumentTable {
  /// Keeps texts; a text that is there already is there once.
  /// - Returns: the fingerprint of each, SHA-256 of its UTF-8 in lower-case hexadecimal.
  static func save(
    _ texts: [String], _ transaction: borrowing AnyTransaction
  ) throws -> [String] {
    try transaction.rows(
      """
      with given as (
        select place, content, encode(sha256(convert_to(content, 'UTF8')), 'hex') as sha256
          from unnest($1::text[]) with ordinality as given(content, place)
      ), kept as (
        insert into document (sha256, content)
        select distinct sha256, content from given order by sha256
        on conflict (sha256) do nothing
      )
      select sha256 from given order by place
      """, [.texts(texts)]
    ).map { row in try row.text(0) }
  }

  /// The text with this fingerprint.
  /// - Throws: ``StoreError/malformedRow(_:)`` when it is gone, which no command can cause.
  static func content(_ hash: String, _ transaction: borrowing AnyTransaction) throws -> String {
    let rows = try transaction.rows(
      "select content from document where sha256 = $1", [.text(hash)])
    guard let row = rows.first else {
      throw StoreError.malformedRow("the text of a recorded fingerprint is missing")
    }
    return try row.text(0)
  }
}
