import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Asks services as a client from outside does.
struct Client: Sendable {
  let http: HTTPClient

  private static let answerTimeout = TimeAmount.seconds(60)
  private static let answerBytesMax = 16 * 1_048_576
  private static let connectionsMax = 400

  static var configuration: HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration()
    configuration.connectionPool = .init(
      idleTimeout: .seconds(1), concurrentHTTP1ConnectionsPerHostSoftLimit: connectionsMax)
    configuration.timeout = .init(connect: .seconds(5))
    return configuration
  }

  /// One request; `nil` when the connection failed, which says nothing of what was done.
  func ask(
    _ method: HTTPMethod, _ url: String, headers: [String: String] = [:],
    body: Data? = nil
  ) async throws -> Answer? {
    var request = HTTPClientRequest(url: url)
    request.method = method
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    if let body { request.body = .bytes(body) }
    do {
      let response = try await http.execute(request, timeout: Self.answerTimeout)
      let bytes = try await response.body.collect(upTo: Self.answerBytesMax)
      return Answer(
        status: Int(response.status.code), headers: response.headers,
        body: Data(bytes.readableBytesView))
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      return nil
    }
  }

  /// Asks once.
  func get(_ url: String) async throws -> Answer? { try await ask(.GET, url) }

  /// Asks again while the service says that it may do better later, always under the same key.
  func insist(
    _ method: HTTPMethod, _ url: String, headers: [String: String] = [:],
    body: Data? = nil, within limit: Duration = .seconds(60)
  ) async throws -> Answer {
    let deadline = ContinuousClock.now + limit
    while true {
      let answer = try await ask(method, url, headers: headers, body: body)
      if let answer, !answer.asksToComeBack { return answer }
      guard .now < deadline else {
        throw Trouble("\(method) \(url) was answered \(answer?.text ?? "by nobody") to the end")
      }
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  /// The headers of a command.
  static func command(
    by actor: String, key: String = UUID().uuidString, ifMatch: Int64? = nil,
    type: String? = "application/json"
  ) -> [String: String] {
    var headers = ["Review-Actor": actor, "Idempotency-Key": key]
    if let ifMatch { headers["If-Match"] = "\"\(ifMatch)\"" }
    if let type { headers["Content-Type"] = type }
    return headers
  }
}
