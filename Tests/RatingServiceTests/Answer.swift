import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

/// What a route answered.
struct Answer: Sendable {
  let status: Int
  let sequence: Int64?
  let retryAfter: String?
  let text: String

  init(_ response: TestResponse) {
    status = response.status.code
    sequence = response.headers[.eTag].flatMap { Int64($0.filter(\.isNumber)) }
    retryAfter = HTTPField.Name("Retry-After").flatMap { response.headers[$0] }
    text = String(decoding: response.body.readableBytesView, as: UTF8.self)
  }

  var slug: String? { self["slug"] }
  var field: String? { self["field"] }

  /// The member at a path like `quotas.0.allowed`, as text.
  subscript(_ path: String) -> String? {
    var value = try? JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
    for part in path.split(separator: ".") {
      if let index = Int(part) {
        let list = value as? [Any]
        value = list.flatMap { index < $0.count ? $0[index] : nil }
      } else {
        value = (value as? [String: Any])?[String(part)]
      }
    }
    return value.map { "\($0)" }
  }
}
