import Foundation
import NIOHTTP1

/// A request that must be refused, and how.
struct MalformedRequest: Sendable {
  let service: Service
  /// Method and path as declared, `POST /v1/cycles`; none for what no route answers.
  let route: String?
  let method: HTTPMethod
  let path: String
  var headers: [String: String]
  var body: Data?
  let status: Int
  let slug: String
  let field: String?

  /// A command: `send` is the body as text, `ifMatch` the version.
  static func post(
    _ service: Service, _ route: String, _ path: String? = nil, by actor: String? = nil,
    key: String? = UUID().uuidString, ifMatch: String? = nil, type: String = "application/json",
    send body: String? = nil, is status: Int, _ slug: String, _ field: String? = nil,
    method: HTTPMethod = .POST
  ) -> MalformedRequest {
    var headers: [String: String] = [:]
    headers["Review-Actor"] = actor ?? TestYear.province
    headers["Idempotency-Key"] = key
    headers["If-Match"] = ifMatch
    if body != nil { headers["Content-Type"] = type }
    return MalformedRequest(
      service: service, route: "\(method.rawValue) \(route)", method: method, path: path ?? route,
      headers: headers, body: body.map { Data($0.utf8) }, status: status, slug: slug, field: field)
  }

  /// A query.
  static func get(
    _ service: Service, _ route: String, _ path: String, is status: Int, _ slug: String,
    _ field: String? = nil
  ) -> MalformedRequest {
    MalformedRequest(
      service: service, route: "GET \(route)", method: .GET, path: path, headers: [:], body: nil,
      status: status, slug: slug, field: field)
  }

  func without(_ header: String) -> MalformedRequest {
    var copy = self
    copy.headers[header] = nil
    return copy
  }

  func with(_ header: String, _ value: String) -> MalformedRequest {
    var copy = self
    copy.headers[header] = value
    return copy
  }

  func with(body: Data) -> MalformedRequest {
    var copy = self
    copy.body = body
    return copy
  }

  /// What makes this case different from others.
  var reach: String { "\(slug) at \(field ?? "nothing")" }
}

extension MalformedRequest {
  /// What no route answers.
  static func nowhere(
    _ method: HTTPMethod, _ path: String, is status: Int, _ slug: String
  ) -> MalformedRequest {
    MalformedRequest(
      service: .intake, route: nil, method: method, path: path,
      headers: Client.command(by: TestYear.province, type: nil), body: nil, status: status,
      slug: slug, field: nil)
  }

  /// Every case.
  static let all = cycles + organisation + plans + reports + tables + cases + ratings + mails
}
