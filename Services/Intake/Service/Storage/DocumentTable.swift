import EventStream

/// The table `document`: texts by fingerprint.
enum DocumentTable {
  /// Keeps texts by their fingerprints, SHA-256 of the UTF-8 in lower-case hexadecimal; a text that
  /// is there already is there once.
  static func save(_ texts: [String: String], _ transaction: borrowing AnyTransaction) throws {
    // In one order everywhere, so that two who keep the same texts wait and do not deadlock.
    let ordered = texts.sorted { $0.key < $1.key }
    try transaction.run(
      """
      insert into document (sha256, content)
      select * from unnest($1::text[], $2::text[])
      on conflict (sha256) do nothing
      """, [.texts(ordered.map(\.key)), .texts(ordered.map(\.value))])
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
