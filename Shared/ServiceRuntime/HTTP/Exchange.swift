internal import EventStream
internal import FoundationEssentials
internal import HTTPTypes
internal import Hummingbird
internal import ReviewEvents
internal import Telemetry

/// What is known of a request apart from its body, and what the access log will say of it.
struct Exchange: Sendable {
  /// The route's path as declared; never the path that was asked for, which names subjects.
  var template = "unknown"
  var bodyBytes = 0
  let method: String
  let requestID: String
  let correlationID: String
  let traceparent: Traceparent?
  /// What is wrong with the headers that every request may carry.
  let problem: Problem?

  init(_ request: Request) {
    method = request.method.rawValue
    requestID = UUID().uuidString.lowercased()
    traceparent = request.headers[.traceparent].flatMap(Traceparent.init)
    let given = request.headers[.correlationID]
    if let given, !Self.isCorrelationID(given) {
      correlationID = requestID
      problem = Problem(
        .malformedHeader, detail: "1–128 ký tự A–Z a–z 0–9 . _ - : /", field: "Correlation-Id")
    } else {
      correlationID = given ?? requestID
      problem = nil
    }
  }

  var trace: TraceContext {
    TraceContext(
      correlationID: correlationID, causationID: "request/\(requestID)",
      traceparent: traceparent?.description)
  }

  private static func isCorrelationID(_ text: String) -> Bool {
    (1...128).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        Character(Unicode.Scalar(byte)).isLetter && byte < 0x80
          || (0x30...0x39).contains(byte) || Array("._-:/".utf8).contains(byte)
      }
  }
}

extension HTTPField.Name {
  /// A name written in the source.
  private static func written(_ text: String) -> HTTPField.Name {
    guard let name = HTTPField.Name(text) else { preconditionFailure("\(text) is no header") }
    return name
  }

  static let traceparent = written("traceparent")
  static let correlationID = written("Correlation-Id")
  static let requestID = written("Request-Id")
  static let reviewActor = written("Review-Actor")
  static let idempotencyKey = written("Idempotency-Key")
  static let serverTime = written("Server-Time")
}
