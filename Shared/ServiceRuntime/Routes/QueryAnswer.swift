/// The answer to a query.
public struct QueryAnswer: Sendable, Hashable {
  /// The version of what is shown, sent as `ETag`.
  public let sequence: Int64?
  /// The media type.
  public let contentType: String
  /// The bytes.
  let body: [UInt8]

  /// JSON, with the version of what it shows where there is one.
  public init(_ body: some Encodable, sequence: Int64? = nil) {
    self.sequence = sequence
    contentType = JSONText.contentType
    self.body = JSONText.encode(body)
  }

  /// Bytes of another media type, for example `text/csv; charset=utf-8`.
  public init(contentType: String, bytes: [UInt8], sequence: Int64? = nil) {
    self.sequence = sequence
    self.contentType = contentType
    body = bytes
  }
}
