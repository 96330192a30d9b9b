internal import EventStream
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import ReviewEvents

/// An answer before it is written to a connection.
package struct HTTPAnswer: Sendable {
  package var status: Int
  package var headers: [String: String]
  package var body: [UInt8]

  package init(status: Int, headers: [String: String], body: [UInt8]) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// JSON.
  package init(_ value: some Encodable, status: Int = 200) {
    self.init(
      status: status, headers: ["Content-Type": JSONText.contentType],
      body: JSONText.encode(value))
  }

  /// Plain text, such as the page of metrics.
  package init(text: String, contentType: String) {
    self.init(status: 200, headers: ["Content-Type": contentType], body: Array(text.utf8))
  }

  init(_ answer: CommandAnswer) {
    var headers = ["Content-Type": JSONText.contentType]
    if let version = answer.version {
      headers["ETag"] = "\"\(version.sequence)\""
      headers["Review-Stream"] = version.stream.description
    }
    headers["Location"] = answer.location
    self.init(status: answer.status.rawValue, headers: headers, body: answer.body)
  }

  init(_ answer: QueryAnswer) {
    var headers = ["Content-Type": answer.contentType]
    headers["ETag"] = answer.sequence.map { "\"\($0)\"" }
    headers["Content-Disposition"] = answer.fileName.map { "attachment; filename=\"\($0)\"" }
    self.init(status: 200, headers: headers, body: answer.body)
  }

  /// `problem+json`.
  package init(_ problem: Problem) {
    var headers = ["Content-Type": JSONText.problemContentType]
    headers["Retry-After"] = problem.retryAfterSeconds.map(String.init)
    if !problem.allow.isEmpty { headers["Allow"] = problem.allow.joined(separator: ", ") }
    self.init(status: problem.status, headers: headers, body: JSONText.encode(problem))
  }

  /// An answer that was given before.
  init(_ stored: StoredAnswer) {
    var headers = stored.headers
    headers["Idempotency-Replayed"] = "true"
    self.init(status: stored.status, headers: headers, body: stored.body)
  }

  func stored(requestHash: String) -> StoredAnswer {
    StoredAnswer(requestHash: requestHash, status: status, headers: headers, body: body)
  }

  /// The answer as Hummingbird writes it.
  var response: Response {
    var fields = HTTPFields()
    for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
      guard let name = HTTPField.Name(name) else { continue }
      fields[name] = value
    }
    fields[.cacheControl] = "no-store"
    fields[.xContentTypeOptions] = "nosniff"
    return Response(
      status: .init(code: status), headers: fields,
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }
}
