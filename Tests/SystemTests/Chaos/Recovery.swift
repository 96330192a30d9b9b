import Foundation

/// When a province is well again after a fault: everything runs, and every fact of before is known
/// to all who read it.
struct Recovery: Sendable {
  let province: Province

  /// How long it may take.
  static let limit = Duration.seconds(120)

  /// Waits until the province is well.
  func wait(after fault: Fault) async throws {
    let deadline = ContinuousClock.now + Self.limit
    while try await !noteHeads() { try await pause(until: deadline, fault) }
    while try await !isWell() { try await pause(until: deadline, fault) }
  }

  private func pause(until deadline: ContinuousClock.Instant, _ fault: Fault) async throws {
    guard .now < deadline else {
      let states = try await province.states().map { state in
        state.map { "\($0.instance) \($0.state) \($0.reasons)" } ?? "no answer"
      }
      throw Trouble("not well \(Self.limit) after \(fault): \(states)")
    }
    try await Task.sleep(for: .milliseconds(50))
  }

  /// Remembers up to where each service had recorded; `false` while its database is away.
  private func noteHeads() async throws -> Bool {
    let sql = Service.allCases.map { service in
      """
      \\connect \(service.database)
      \\copy (select stream, last_sequence from stream_head where stream not like 'repair/%') \
      to '\(file(of: service).path)'
      """
    }
    return try await ifDatabaseAnswers(sql.joined(separator: "\n")) != nil
  }

  private func isWell() async throws -> Bool {
    guard
      try await province.states().allSatisfy({ $0?.state == "ok" && $0?.reasons.isEmpty == true })
    else { return false }
    let sql = Province.readers.map { reader, writer, consumer in
      """
      \\connect \(reader.database)
      create temp table noted (stream text primary key, last_sequence bigint);
      \\copy noted from '\(file(of: writer).path)'
      select count(*) from noted left join fence
        on fence.consumer = '\(consumer)' and fence.stream = noted.stream
        where coalesce(fence.last_sequence, 0) < noted.last_sequence;
      """
    }
    let rows = try await ifDatabaseAnswers(sql.joined(separator: "\n"))
    return rows?.count == Province.readers.count && rows?.allSatisfy { $0 == "0" } == true
  }

  private func file(of service: Service) -> URL {
    province.state.appending(path: "heads-\(service.rawValue).tsv")
  }

  private func ifDatabaseAnswers(_ sql: String) async throws -> [String]? {
    do { return try await province.query(sql) } catch is Trouble { return nil }
  }
}
