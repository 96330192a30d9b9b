import EventStream

/// The texts that stay with case-tracking: kept by content, so the same text is kept once.
enum Documents {
  /// Keeps `texts`.
  /// - Returns: the SHA-256 of each, in lower-case hexadecimal, in the same order.
  static func keep(
    _ texts: [String], in transaction: borrowing AnyTransaction
  ) throws -> [String] {
    let rows = try transaction.rows(
      """
      with given as (
        select ordinality, content, encode(sha256(convert_to(content, 'UTF8')), 'hex') as sha256
        from unnest($1::text[]) with ordinality as text (content, ordinality)
      ), kept as (
        insert into document (sha256, content) select distinct sha256, content from given
        on conflict (sha256) do nothing
      )
      select sha256 from given order by ordinality
      """, [.texts(texts)])
    return try rows.map { try $0.text(0) }
  }

  /// The texts with these hashes, as far as they are kept here.
  static func texts(
    _ hashes: [String], in transaction: borrowing AnyTransaction
  ) throws -> [String: String] {
    let rows = try transaction.rows(
      "select sha256, content from document where sha256 = any($1::text[])", [.texts(hashes)])
    return Dictionary(uniqueKeysWithValues: try rows.map { (try $0.text(0), try $0.text(1)) })
  }
}
