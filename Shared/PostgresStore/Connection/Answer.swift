import CLibPQ
import EventStream
import ReviewEvents

/// The answer to one statement; owns libpq's result and clears it exactly once.
@safe final class Answer {
  private let result: OpaquePointer

  init(owning result: OpaquePointer) { unsafe self.result = unsafe result }

  deinit { unsafe PQclear(result) }

  /// How many rows came.
  var count: Int { Int(unsafe PQntuples(result)) }

  /// What the server says it did, such as `COMMIT` or `ROLLBACK`.
  var tag: String { unsafe String(cString: PQcmdStatus(result)) }

  /// Every row, for services.
  var rows: [SQLRow] {
    let columns = unsafe PQnfields(result)
    return (0..<count).map { row in
      SQLRow((0..<columns).map { optionalText(row, Int($0)) })
    }
  }

  func optionalText(_ row: Int, _ column: Int) -> String? {
    unsafe bytes(row, column).map { unsafe String(decoding: $0, as: UTF8.self) }
  }

  func text(_ row: Int, _ column: Int) throws(StoreError) -> String {
    guard let text = optionalText(row, column) else {
      throw .malformedRow("column \(column) is null")
    }
    return text
  }

  /// The bytes of a `text` column.
  func textBytes(_ row: Int, _ column: Int) throws(StoreError) -> [UInt8] {
    unsafe Array(try present(row, column))
  }

  /// The bytes of a `bytea` column, which comes as `\x` and hexadecimal digits.
  func blob(_ row: Int, _ column: Int) throws(StoreError) -> [UInt8] {
    let digits = try textBytes(row, column).dropFirst(2).map { byte in
      byte > UInt8(ascii: "9") ? byte &- UInt8(ascii: "a") &+ 10 : byte &- UInt8(ascii: "0")
    }
    guard digits.count.isMultiple(of: 2), digits.allSatisfy({ $0 < 16 }) else {
      throw .malformedRow("column \(column) does not hold bytes")
    }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  func integer(_ row: Int, _ column: Int) throws(StoreError) -> Int64 {
    guard let number = Int64(try text(row, column)) else {
      throw .malformedRow("column \(column) is no whole number")
    }
    return number
  }

  func boolean(_ row: Int, _ column: Int) throws(StoreError) -> Bool {
    try text(row, column) == "t"
  }

  func instant(_ row: Int, _ column: Int) throws(StoreError) -> Instant {
    let bytes = unsafe Span<UInt8>(_unsafeBytes: try present(row, column))
    do { return try Instant(timestampInUTC: bytes) } catch {
      throw .malformedRow("column \(column) is no moment in UTC")
    }
  }

  func stream(_ row: Int, _ column: Int) throws(StoreError) -> StreamID {
    let bytes = unsafe Span<UInt8>(_unsafeBytes: try present(row, column))
    do { return try StreamID(utf8: bytes) } catch {
      throw .malformedRow("column \(column) does not hold a stream")
    }
  }

  func actor(_ row: Int, _ column: Int) throws(StoreError) -> ActorContext {
    let bytes = unsafe Span<UInt8>(_unsafeBytes: try present(row, column))
    do { return try ActorContext(utf8: bytes) } catch {
      throw .malformedRow("column \(column) does not hold an actor")
    }
  }

  /// Whether a column holds the same as in the row before.
  func repeats(_ row: Int, _ column: Int) -> Bool {
    guard row > 0 else { return false }
    let (one, other) = unsafe (bytes(row - 1, column), bytes(row, column))
    guard let one = unsafe one, let other = unsafe other else {
      return unsafe one == nil && other == nil
    }
    return unsafe one.elementsEqual(other)
  }

  /// What a column holds, which is libpq's memory as long as this answer lives; `nil` for `null`.
  @unsafe private func bytes(_ row: Int, _ column: Int) -> UnsafeRawBufferPointer? {
    let (row, column) = (Int32(row), Int32(column))
    guard unsafe PQgetisnull(result, row, column) == 0,
      let start = unsafe PQgetvalue(result, row, column)
    else { return nil }
    return unsafe UnsafeRawBufferPointer(
      start: start, count: Int(PQgetlength(result, row, column)))
  }

  @unsafe private func present(_ row: Int, _ column: Int) throws(StoreError)
    -> UnsafeRawBufferPointer
  {
    guard let bytes = unsafe bytes(row, column) else {
      throw .malformedRow("column \(column) is null")
    }
    return unsafe bytes
  }
}
