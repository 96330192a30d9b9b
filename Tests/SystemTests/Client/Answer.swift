import Foundation
import NIOHTTP1

/// What a service answered.
struct Answer: Sendable {
  let status: Int
  let headers: HTTPHeaders
  let body: Data

  var text: String { "\(status) \(String(decoding: body.prefix(2_000), as: UTF8.self))" }
  var slug: String? { self["slug"] as? String }
  var field: String? { self["field"] as? String }
  var retryAfter: Int? { headers.first(name: "Retry-After").flatMap { Int($0) } }
  var contentType: String { headers.first(name: "Content-Type") ?? "" }
  var isProblem: Bool { contentType.hasPrefix("application/problem+json") }
  /// The stream's sequence.
  var version: Int64? {
    headers.first(name: "ETag").flatMap { Int64($0.filter(\.isNumber)) }
  }

  /// Whether the same request may succeed later.
  var asksToComeBack: Bool { status == 503 || (status == 409 && retryAfter != nil) }

  func integer(_ path: String) -> Int64? { (self[path] as? NSNumber)?.int64Value }

  /// The member at a path like `errors.0.field`.
  subscript(_ path: String) -> Any? {
    var value = try? JSONSerialization.jsonObject(with: body, options: .fragmentsAllowed)
    for part in path.split(separator: ".") {
      if let index = Int(part) {
        let list = value as? [Any]
        value = list.flatMap { index < $0.count ? $0[index] : nil }
      } else {
        value = (value as? [String: Any])?[String(part)]
      }
    }
    return value
  }
}
