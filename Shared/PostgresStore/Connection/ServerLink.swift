import CLibPQ
import EventStream
import Glibc

/// The conversation with one server process: always in pipeline mode, never blocking, every wait
/// with a deadline.
///
/// Not `Sendable`: it belongs to one ``PostgresConnection`` and lives on that actor's thread.
@safe final class ServerLink {
  /// The most statements before an answer is read; their answers pile up on both sides.
  static let statementsMax = 1_024
  /// The most plans the server keeps for one connection.
  static let keptStatementsMax = 200

  private let connection: OpaquePointer
  private let answerPatience: Duration
  private let clock = ContinuousClock()
  private var kept: [Statement.Key: KeptStatement] = [:]
  private var dropped: [String] = []
  private var uses = 0
  private var names = 0
  /// What was sent and has no answer yet.
  private var pending: [Pending] = []
  /// The names of plans that were sent and are not confirmed yet.
  private var unconfirmed: [Statement.Key: String] = [:]
  /// Whether the conversation is over; the link must be thrown away.
  private(set) var isBroken = false

  private struct KeptStatement {
    let name: String
    var lastUse: Int
  }

  /// Opens a connection; blocks its thread for at most the patience in `settings`.
  init(_ settings: PostgresSettings) throws(StoreError) {
    let keywords = settings.keywords
    let opened = unsafe withCStrings(keywords.map(\.keyword)) { names in
      unsafe withCStrings(keywords.map(\.value)) { values in
        unsafe PQconnectdbParams(names, values, 1)
      }
    }
    guard let opened = unsafe opened else { throw .unavailable("out of memory") }
    unsafe connection = unsafe opened
    answerPatience = settings.answerPatience
    unsafe review_pq_silence_notices(opened)
    // libpq's own words hold host and user names, which do not belong into a log.
    guard unsafe PQstatus(opened) == CONNECTION_OK else {
      throw .unavailable("the database does not accept a connection")
    }
    guard unsafe PQsetnonblocking(opened, 1) == 0, unsafe PQenterPipelineMode(opened) == 1 else {
      throw .unavailable("the connection does not enter pipeline mode")
    }
  }

  deinit { unsafe PQfinish(connection) }

  /// Whether the server has begun a transaction on this connection and not ended it.
  var isInTransaction: Bool { unsafe PQtransactionStatus(connection) == PQTRANS_INTRANS }
  /// Whether no transaction is open.
  var isIdle: Bool { unsafe PQtransactionStatus(connection) == PQTRANS_IDLE }

  /// The kernel's view of the connection while nothing is being asked: a server that went away
  /// leaves its last words or an end of file on the socket.
  func isAlive() -> Bool {
    guard !isBroken else { return false }
    for _ in 0..<10 {
      var socket = unsafe pollfd(fd: PQsocket(connection), events: Int16(POLLIN), revents: 0)
      guard unsafe poll(&socket, 1, 0) > 0 else { return true }
      guard unsafe PQconsumeInput(connection) == 1 else { break }
    }
    isBroken = true
    return false
  }

  // MARK: One round trip

  /// Sends every statement before reading the first answer, and waits for all answers, those of
  /// statements that were posted before first.
  ///
  /// The answers of the statements before the first failure come back with it: the server does
  /// nothing after a failure.
  func exchange(_ statements: [Statement]) -> (answers: [Answer], failure: StoreError?) {
    guard !isBroken else { return ([], .unavailable("the connection was lost")) }
    var answers: [Answer] = []
    defer { (pending, unconfirmed) = ([], [:]) }
    do {
      try send(statements)
      try check(unsafe PQpipelineSync(connection))
      let failure = try receive(into: &answers)
      return (answers, failure)
    } catch {
      isBroken = true
      return (answers, error)
    }
  }

  /// Sends statements and goes on while the server works on them; their answers come with the next
  /// exchange.
  ///
  /// What the socket does not take at once travels with what is sent next.
  func post(_ statements: [Statement]) throws(StoreError) {
    guard !isBroken else { throw .unavailable("the connection was lost") }
    do throws(StoreError) {
      try send(statements)
      try check(unsafe PQflush(connection) < 0 ? 0 : 1)
    } catch {
      isBroken = true
      throw error
    }
  }

  private enum Pending {
    case preparation(Statement.Key, name: String)
    case execution(Statement.Key)
  }

  private func send(_ statements: [Statement]) throws(StoreError) {
    precondition(pending.count + statements.count <= Self.statementsMax)
    for statement in statements {
      let key = statement.key
      if statement.isKept {
        uses += 1
        kept[key]?.lastUse = uses
        let name = kept[key]?.name ?? unconfirmed[key] ?? newName()
        if kept[key] == nil, unconfirmed.updateValue(name, forKey: key) == nil {
          try check(unsafe statement.sendPreparation(on: connection, name: name))
          pending.append(.preparation(key, name: name))
        }
        try check(unsafe statement.sendExecution(on: connection, name: name))
      } else {
        try check(unsafe statement.sendOnce(on: connection))
      }
      pending.append(.execution(key))
    }
  }

  private func newName() -> String {
    names += 1
    return "s\(names)"
  }

  private func check(_ sent: Int32) throws(StoreError) {
    if sent != 1 { throw .unavailable("the connection was lost") }
  }

  private func receive(into answers: inout [Answer]) throws(StoreError) -> StoreError? {
    let deadline = clock.now + answerPatience
    var failure: StoreError?
    var next = 0
    var wasSeparator = false
    while true {
      while unsafe PQisBusy(connection) == 1 { try transfer(until: deadline) }
      guard let result = unsafe PQgetResult(connection) else {
        // One `nil` ends the results of a statement; two mean that nothing more is at hand.
        if wasSeparator { try transfer(until: deadline) }
        wasSeparator = true
        continue
      }
      wasSeparator = false
      let answer = unsafe Answer(owning: result)
      switch unsafe PQresultStatus(result) {
      case PGRES_PIPELINE_SYNC: return failure
      case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
        switch pending[next] {
        case .preparation(let key, let name): keep(key, name)
        case .execution: answers.append(answer)
        }
      case PGRES_PIPELINE_ABORTED: break
      default:
        let said = unsafe StatementFailure(result)
        guard !said.endsConnection else { throw said.error }
        failure = failure ?? said.error
        if said.error.hasStalePlan, case .execution(let key) = pending[next] { drop(key) }
      }
      next += 1
    }
  }

  /// Writes what waits to be written, waits for the server, and reads what has arrived.
  private func transfer(until deadline: ContinuousClock.Instant) throws(StoreError) {
    let unsent = unsafe PQflush(connection)
    guard unsent >= 0 else { throw .unavailable("the connection was lost") }
    let events = Int16(unsent == 1 ? POLLIN | POLLOUT : POLLIN)
    var socket = unsafe pollfd(fd: PQsocket(connection), events: events, revents: 0)
    // Rounded up: cut to whole milliseconds it would give up a little too early.
    let left = max(0, (deadline - clock.now).wholeMilliseconds + 1)
    switch unsafe poll(&socket, 1, Int32(clamping: left)) {
    case 0: throw .unavailable("the database did not answer in time")
    case ..<0 where errno != EINTR: throw .unavailable("the connection was lost")
    default: break
    }
    guard unsafe PQconsumeInput(connection) == 1 else {
      throw .unavailable("the connection was lost")
    }
  }

  // MARK: Kept plans

  private func keep(_ key: Statement.Key, _ name: String) {
    kept[key] = KeptStatement(name: name, lastUse: uses)
    guard kept.count > Self.keptStatementsMax,
      let oldest = kept.min(by: { $0.value.lastUse < $1.value.lastUse })
    else { return }
    drop(oldest.key)
  }

  private func drop(_ key: Statement.Key) {
    if let old = kept.removeValue(forKey: key) { dropped.append(old.name) }
  }

  /// Statements that make the server forget the plans this side has forgotten; to be run inside a
  /// transaction that has not failed.
  func takeForgetting() throws(StoreError) -> [Statement] {
    guard !dropped.isEmpty else { return [] }
    let names = dropped
    dropped = []
    var statements: [Statement] = []
    for name in names { statements.append(try .once("deallocate \(name)")) }
    return statements
  }

  /// How many plans the server keeps, for tests.
  var keptCount: Int { kept.count }

  // MARK: Scripts

  /// Runs a text of several statements without parameters, as migrations are.
  func script(_ text: String) throws(StoreError) {
    guard !isBroken else { throw .unavailable("the connection was lost") }
    let failure: StoreError?
    do { failure = try runScript(text) } catch {
      isBroken = true
      throw error
    }
    if let failure { throw failure }
  }

  /// Pipeline mode knows no texts of several statements, so it is left for this long.
  private func runScript(_ text: String) throws(StoreError) -> StoreError? {
    try check(unsafe PQexitPipelineMode(connection))
    try check(unsafe PQsendQuery(connection, text))
    let failure = try receiveScript()
    try check(unsafe PQenterPipelineMode(connection))
    return failure
  }

  private func receiveScript() throws(StoreError) -> StoreError? {
    let deadline = clock.now + answerPatience
    var failure: StoreError?
    while true {
      while unsafe PQisBusy(connection) == 1 { try transfer(until: deadline) }
      guard let result = unsafe PQgetResult(connection) else { return failure }
      defer { unsafe PQclear(result) }
      switch unsafe PQresultStatus(result) {
      case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: break
      default:
        let said = unsafe StatementFailure(result)
        guard !said.endsConnection else { throw said.error }
        failure = failure ?? said.error
      }
    }
  }
}

extension Statement {
  @unsafe fileprivate func sendOnce(on connection: OpaquePointer) -> Int32 {
    unsafe parameters.withPointers { values in
      unsafe PQsendQueryParams(
        connection, text, Int32(values.count), parameters.types, values.baseAddress,
        parameters.lengths, parameters.formats, 0)
    }
  }

  @unsafe fileprivate func sendPreparation(on connection: OpaquePointer, name: String) -> Int32 {
    unsafe PQsendPrepare(
      connection, name, text, Int32(parameters.types.count), parameters.types)
  }

  @unsafe fileprivate func sendExecution(on connection: OpaquePointer, name: String) -> Int32 {
    unsafe parameters.withPointers { values in
      unsafe PQsendQueryPrepared(
        connection, name, Int32(values.count), values.baseAddress, parameters.lengths,
        parameters.formats, 0)
    }
  }
}

extension ParameterBlock {
  /// Lends the address of each parameter for the length of `body`; libpq copies what it is given.
  @unsafe fileprivate func withPointers<Value>(
    _ body: (UnsafeBufferPointer<UnsafePointer<CChar>?>) -> Value
  ) -> Value {
    unsafe bytes.withUnsafeBytes { bytes in
      let base = unsafe bytes.assumingMemoryBound(to: CChar.self).baseAddress
      let pointers: [UnsafePointer<CChar>?] = unsafe starts.map { start in
        guard let start else { return nil }
        return unsafe base?.advanced(by: start)
      }
      return unsafe pointers.withUnsafeBufferPointer { unsafe body($0) }
    }
  }
}

/// Lends the texts as a list of C strings that ends with a null pointer.
@unsafe private func withCStrings<Value>(
  _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Value
) -> Value {
  var storage: [CChar] = []
  let starts = texts.map { text in
    defer { storage.append(contentsOf: text.utf8.map { CChar(bitPattern: $0) } + [0]) }
    return storage.count
  }
  return unsafe storage.withUnsafeBufferPointer { bytes in
    let pointers: [UnsafePointer<CChar>?] =
      unsafe starts.map { unsafe bytes.baseAddress?.advanced(by: $0) } + [nil]
    return unsafe pointers.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
  }
}
