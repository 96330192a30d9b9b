import Foundation
import NIOHTTP1

/// What an instance says of itself.
struct InstanceState: Decodable, Sendable {
  struct Outbox: Decodable, Sendable { let rows: Int }
  struct Parked: Decodable, Sendable { let events: Int }

  let instance: String
  let state: String
  let reasons: [String]
  let outbox: Outbox?
  let lag: [String: Int64]
  let parked: Parked?
  let gaps: Int?

  /// Whether nothing is under way and nothing is wrong.
  var isAtRest: Bool {
    state == "ok" && outbox?.rows == 0 && lag.values.allSatisfy { $0 == 0 }
      && parked?.events == 0 && gaps == 0
  }
}

extension Province {
  /// What every instance says of itself; `nil` for one that does not answer.
  func states() async throws -> [InstanceState?] {
    var states: [InstanceState?] = []
    for (service, number) in allInstances {
      let answer = try await client.get(admin(service, number) + "/status")
      states.append(
        try answer.flatMap { answer in
          answer.status == 200
            ? try JSONDecoder().decode(InstanceState.self, from: answer.body) : nil
        })
    }
    return states
  }

  func admin(_ service: Service, _ number: Int = 1) -> String {
    "http://127.0.0.1:\(ports.admin(service, number))"
  }

  func url(_ service: Service, _ number: Int = 1) -> String {
    "http://127.0.0.1:\(ports.http(service, number))"
  }

  /// Waits until everything that was done is known everywhere, mails included.
  ///
  /// One look is not enough: an event can be on its way between two services.
  func rest(within limit: Duration = .seconds(90)) async throws {
    try await eventually("rest", within: limit) {
      for _ in 1...2 {
        guard try await states().allSatisfy({ $0?.isAtRest ?? false }),
          try await mailsUnderWay() == 0, try await everythingIsKnown()
        else { return false }
      }
      return true
    }
  }

  /// Who reads whom.
  static let readers: [(reader: Service, writer: Service, consumer: String)] = [
    (.intake, .caseTracking, "intake.case"), (.caseTracking, .intake, "case-tracking.intake"),
    (.rating, .intake, "rating.intake"), (.rating, .caseTracking, "rating.case"),
    (.notification, .intake, "notification.intake"),
    (.notification, .caseTracking, "notification.case"),
  ]

  /// Whether every reader has gone through every fact of its writers, by the databases: what an
  /// instance says of its lag leaves out partitions that nobody reads at this moment.
  private func everythingIsKnown() async throws -> Bool {
    let numbers = try await query(
      Self.readers.map { reader, writer, consumer in
        """
        \\connect \(writer.database)
        select coalesce(sum(last_sequence), 0) from stream_head where stream not like 'repair/%';
        \\connect \(reader.database)
        select coalesce(sum(last_sequence), 0) from fence
          where consumer = '\(consumer)' and stream not like 'repair/%';
        """
      }.joined(separator: "\n"))
    guard numbers.count == 2 * Self.readers.count else { throw Trouble("no sums: \(numbers)") }
    return stride(from: 0, to: numbers.count, by: 2).allSatisfy { numbers[$0] == numbers[$0 + 1] }
  }

  private func mailsUnderWay() async throws -> Int {
    let rows = try await query(
      "\\connect notification\nselect count(*) from delivery where state in ('pending', 'sending')")
    return rows.last.flatMap { Int($0) } ?? -1
  }

  // MARK: The calendar

  /// Sets every instance's calendar.
  func setCalendar(_ instant: Date) async throws {
    var newest: Int64 = 0
    for (service, number) in allInstances {
      let answer = try await client.get(admin(service, number) + "/admin/clock")
      newest = max(newest, answer?.integer("version") ?? 0)
    }
    let body = Data(#"{"version":\#(newest + 1),"instant":"\#(instant.rfc3339)"}"#.utf8)
    for (service, number) in allInstances {
      let answer = try await client.insist(
        .PUT, admin(service, number) + "/admin/clock",
        headers: ["Content-Type": "application/json"], body: body)
      guard answer.status == 200 else { throw Trouble("calendar of \(service): \(answer.text)") }
    }
  }

  // MARK: The logs

  /// The logs once nothing waits in them; what never settles stays among their faults.
  ///
  /// A restart can lead to a request for repair a moment after everything was at rest.
  func settledLogs() async throws -> [Service: LogState] {
    let deadline = ContinuousClock.now + .seconds(30)
    while true {
      let logs = try await logs()
      if logs.values.allSatisfy(\.faults.isEmpty) || .now > deadline { return logs }
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  /// How many facts the logs of all services hold, and whether the streams are without gaps.
  func logs() async throws -> [Service: LogState] {
    var logs: [Service: LogState] = [:]
    for service in Service.allCases {
      let rows = try await query(
        """
        \\connect \(service.database)
        select (select count(*) from event_log),
          (select count(*) from stream_head h where h.last_sequence
            <> (select count(*) from event_log e where e.stream = h.stream)),
          (select count(*) from (
            select from event_log group by stream, sequence having count(*) > 1) as twice),
          (select count(*) from event_log e where not exists (
            select from stream_head h
            where h.stream = e.stream and e.sequence between 1 and h.last_sequence)),
          (select count(*) from outbox), (select count(*) from parked),
          (select count(*) from republication)
        """)
      let numbers = (rows.last ?? "").split(separator: "\t").compactMap { Int($0) }
      guard numbers.count == 7 else { throw Trouble("the log of \(service) says \(rows)") }
      logs[service] = LogState(
        facts: numbers[0], unevenStreams: numbers[1], repeatedFacts: numbers[2],
        strayFacts: numbers[3], outboxRows: numbers[4], parkedFacts: numbers[5],
        republications: numbers[6])
    }
    return logs
  }

  /// How many facts each of these services has recorded, requests for repair left out.
  func factCounts(of services: [Service] = Service.allCases) async throws -> [Service: Int] {
    let sql = services.map {
      "\\connect \($0.database)\nselect count(*) from event_log where stream not like 'repair/%';"
    }.joined(separator: "\n")
    let counts = try await query(sql).compactMap { Int($0) }
    guard counts.count == services.count else { throw Trouble("no counts") }
    return Dictionary(uniqueKeysWithValues: zip(services, counts))
  }
}

/// What the log of a service looks like.
struct LogState: Sendable, Equatable {
  var facts: Int
  /// Streams whose head differs from the number of their facts.
  var unevenStreams: Int
  var repeatedFacts: Int
  /// Facts outside of what their stream's head allows.
  var strayFacts: Int
  var outboxRows: Int
  var parkedFacts: Int
  var republications: Int

  /// What is wrong with it; empty when nothing is.
  var faults: [String] {
    [
      ("streams whose numbers have gaps", unevenStreams), ("facts that stand twice", repeatedFacts),
      ("facts beyond their stream's head", strayFacts), ("rows in the outbox", outboxRows),
      ("parked facts", parkedFacts), ("unfinished republications", republications),
    ].filter { $0.1 != 0 }.map { "\($0.1) \($0.0)" }
  }
}

extension Date {
  private static let withMilliseconds = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

  /// As the services read and write moments, with milliseconds.
  var rfc3339: String { formatted(Self.withMilliseconds) }

  /// Reads what a service wrote.
  init(rfc3339 text: String) throws {
    if let date = try? Self.withMilliseconds.parse(text) {
      self = date
    } else {
      self = try Date.ISO8601FormatStyle().parse(text)
    }
  }
}
