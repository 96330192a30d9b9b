internal import AsyncHTTPClient
internal import EventStream
internal import FoundationEssentials
internal import NIOCore
internal import NIOHTTP1
internal import Operations
internal import ReviewEvents
internal import ServiceRuntime

/// Reads the logs of all services over their admin ports: the only HTTP between services, and only
/// reading (contract 11).
struct LogClient: WriterLogs {
  /// How long one question may take: a census reads a whole log.
  private static let patience = TimeAmount.seconds(120)
  /// The largest answer.
  private static let answerMax = 64 * 1_048_576
  /// How often a question is asked before its writer counts as away.
  private static let attemptsMax = 5
  /// The pause before the second attempt; each further one is twice as long.
  private static let pauseFirst: Duration = .milliseconds(200)

  /// The admin ports of the services, such as `http://127.0.0.1:18111`.
  let addresses: [ServiceArea: String]

  /// Facts behind a position, oldest first.
  func facts(of area: ServiceArea, after position: Int64, limit: Int) async throws
    -> [LoggedEvent]
  {
    let body = try await get(area, "/admin/event-log?after=\(position)&limit=\(limit)")
    return try EventLogLine.read(body)
  }

  /// Facts of one stream from a sequence on.
  func facts(of stream: StreamID, in area: ServiceArea, from sequence: Int64, limit: Int)
    async throws -> [EventEnvelope]
  {
    let body = try await get(
      area,
      "/admin/event-log?stream=\(Self.encoded(stream.description))&from=\(sequence)"
        + "&limit=\(limit)")
    return try EventLogLine.read(body).map(\.event)
  }

  func census(of area: ServiceArea, _ scope: EventScope) async throws -> EventCensus {
    let parts = scope.queryItems.map { "\($0.name)=\(Self.encoded($0.value))" }
    let query = parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
    return try JSONText.decode(
      EventCensus.self, from: try await get(area, "/admin/event-log/census" + query))
  }

  func heads(of area: ServiceArea, after: String, limit: Int) async throws
    -> [(stream: String, sequence: Int64)]
  {
    let body = try await get(
      area, "/admin/stream-heads?after=\(Self.encoded(after))&limit=\(limit)")
    return try JSONText.decode([StreamHead].self, from: body).map { ($0.stream, $0.sequence) }
  }

  private func get(_ area: ServiceArea, _ path: String) async throws -> [UInt8] {
    guard let address = addresses[area] else {
      throw LogUnreachable(
        area: area, reason: "REVIEW_LOG_\(area.rawValue.uppercased()) is not set")
    }
    var pause = Self.pauseFirst
    for attempt in 1... {
      do {
        let response = try await HTTPClient.shared.execute(
          HTTPClientRequest(url: address + path), timeout: Self.patience)
        let body = Array(buffer: try await response.body.collect(upTo: Self.answerMax))
        if response.status == .ok { return body }
        guard response.status == .serviceUnavailable, attempt < Self.attemptsMax else {
          throw LogUnreachable(area: area, reason: "it answered \(response.status.code)")
        }
      } catch let refusal as LogUnreachable {
        throw refusal
      } catch {
        try Task.checkCancellation()
        guard attempt < Self.attemptsMax else {
          throw LogUnreachable(area: area, reason: "nobody answers at its admin port")
        }
      }
      try await Task.sleep(for: pause)
      pause *= 2
    }
    throw CancellationError()
  }

  private static func encoded(_ text: String) -> String {
    text.utf8.map { byte in
      let isPlain =
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
        || (0x61...0x7A).contains(byte) || "-._~".utf8.contains(byte)
      guard !isPlain else { return String(UnicodeScalar(byte)) }
      let digits = String(byte, radix: 16, uppercase: true)
      return "%" + (digits.count == 1 ? "0" : "") + digits
    }.joined()
  }
}

/// A service whose log is needed does not answer.
struct LogUnreachable: Error, Sendable, Hashable, CustomStringConvertible {
  let area: ServiceArea
  let reason: String
  var description: String { "the log of \(area.rawValue) cannot be read: \(reason)" }
}
