import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// One answer of a service.
struct Answer: Sendable {
  let status: Int
  let etag: Int64?
  let body: Data
  let retryAfter: Duration?

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try JSONDecoder().decode(Value.self, from: body)
  }
}

/// A refusal that trying again does not mend.
struct Refused: Error, CustomStringConvertible {
  let request: String
  let status: Int
  let body: String

  var description: String { "\(request) was answered \(status): \(body.prefix(2_000))" }
}

/// Speaks to the services as a patient client does: a lost connection, a 503 and a "not yet known"
/// are tried again with the same idempotency key, to the next instance, for a bounded time.
struct API: Sendable {
  let http: HTTPClient
  let addresses: Addresses

  /// How long one request is tried again.
  static let patience = Duration.seconds(180)
  private static let answerTimeout = TimeAmount.seconds(120)
  private static let answerBytesMax = 64 * 1_048_576

  /// Lets `body` speak to the services that the environment names.
  static func using(_ body: (API) async throws -> Void) async throws {
    let addresses = try Addresses.fromEnvironment()
    let http = HTTPClient(eventLoopGroupProvider: .singleton)
    do {
      try await body(API(http: http, addresses: addresses))
      try await http.shutdown()
    } catch {
      try await http.shutdown()
      throw error
    }
  }

  func get(_ service: Service, _ path: String) async throws -> Answer {
    try await send(service, .GET, path, headers: [:], body: nil)
  }

  /// Sends a command.
  ///
  /// The idempotency key names what is done, so that doing it again is harmless.
  func post(
    _ service: Service, _ path: String, as actor: String, key: String, ifMatch: Int64? = nil,
    json: some Encodable
  ) async throws -> Answer {
    try await command(
      service, path, as: actor, key: key, ifMatch: ifMatch, type: "application/json",
      body: try Self.sameBytes.encode(json))
  }

  /// What is done again under its key has to be the same bytes.
  private static var sameBytes: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return encoder
  }

  func post(
    _ service: Service, _ path: String, as actor: String, key: String, ifMatch: Int64? = nil
  ) async throws -> Answer {
    try await command(
      service, path, as: actor, key: key, ifMatch: ifMatch, type: nil, body: Data())
  }

  func postCSV(
    _ service: Service, _ path: String, as actor: String, key: String, lines: [String]
  ) async throws -> Answer {
    try await command(
      service, path, as: actor, key: key, ifMatch: nil, type: "text/csv",
      body: Data(lines.joined(separator: "\r\n").utf8))
  }

  private func command(
    _ service: Service, _ path: String, as actor: String, key: String, ifMatch: Int64?,
    type: String?, body: Data
  ) async throws -> Answer {
    var headers = ["Review-Actor": actor, "Idempotency-Key": key]
    if let ifMatch { headers["If-Match"] = "\"\(ifMatch)\"" }
    if let type { headers["Content-Type"] = type }
    return try await send(service, .POST, path, headers: headers, body: body)
  }

  private func send(
    _ service: Service, _ method: HTTPMethod, _ path: String, headers: [String: String],
    body: Data?
  ) async throws -> Answer {
    let start = ContinuousClock.now
    let instances = addresses.urls[service] ?? []
    var attempt = 0
    while true {
      let url = instances[attempt % instances.count] + path
      let answer = try await once(method, url, headers: headers, body: body)
      if let answer, (200..<300).contains(answer.status) { return answer }
      let isTransient =
        answer.map { $0.status == 503 || ($0.status == 409 && $0.retryAfter != nil) } ?? true
      guard isTransient, ContinuousClock.now - start < Self.patience else {
        throw Refused(
          request: "\(method.rawValue) \(path)", status: answer?.status ?? 0,
          body: answer.map { String(decoding: $0.body, as: UTF8.self) } ?? "no connection")
      }
      attempt += 1
      // What the service asks for, at most a second: a rehearsal is in a hurry.
      try await Task.sleep(for: min(answer?.retryAfter ?? .milliseconds(200), .seconds(1)))
    }
  }

  /// `nil` when the connection failed, which says nothing about whether the command was done.
  private func once(
    _ method: HTTPMethod, _ url: String, headers: [String: String], body: Data?
  ) async throws -> Answer? {
    var request = HTTPClientRequest(url: url)
    request.method = method
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    if let body { request.body = .bytes(body) }
    do {
      let response = try await http.execute(request, timeout: Self.answerTimeout)
      let bytes = try await response.body.collect(upTo: Self.answerBytesMax)
      let etag = response.headers.first(name: "ETag")?.trimmingCharacters(in: ["\""])
      return Answer(
        status: Int(response.status.code), etag: etag.flatMap { Int64($0) },
        body: Data(bytes.readableBytesView),
        retryAfter: response.headers.first(name: "Retry-After").flatMap { Int($0) }
          .map { .seconds($0) })
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      return nil
    }
  }

  // MARK: Admin ports

  /// Asks every instance of every service.
  func admin(_ path: String) async throws -> [(service: Service, url: String, answer: Answer)] {
    var answers: [(service: Service, url: String, answer: Answer)] = []
    for service in Service.allCases {
      for url in addresses.adminURLs[service] ?? [] {
        if let answer = try await once(.GET, url + path, headers: [:], body: nil) {
          answers.append((service, url, answer))
        } else {
          answers.append(
            (service, url, Answer(status: 0, etag: nil, body: Data(), retryAfter: nil)))
        }
      }
    }
    return answers
  }

  /// Asks one admin address; `nil` when it cannot be reached.
  func adminGet(_ url: String) async throws -> Answer? {
    try await once(.GET, url, headers: [:], body: nil)
  }

  /// Sends to one admin address; `nil` when it cannot be reached.
  func adminPut(_ url: String, json: some Encodable) async throws -> Answer? {
    try await once(
      .PUT, url, headers: ["Content-Type": "application/json"],
      body: try JSONEncoder().encode(json))
  }
}
