public import EventStream

/// Tables of a service itself, for a ``MemoryStore`` whose test needs some.
///
/// A value: what a transaction did to it is kept or dropped with everything else.
public protocol OwnTables: Sendable {
  /// Answers one statement.
  /// - Throws: ``StoreError/noTables`` for a statement it does not know.
  mutating func rows(_ sql: SQL, _ parameters: [SQLValue]) throws -> [SQLRow]
}
