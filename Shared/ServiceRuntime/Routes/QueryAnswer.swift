/// The answer to a query.
public struct QueryAnswer: Sendable, Hashable {
  /// The version of what is shown, sent as `ETag`.
  public let sequence: Int64?
  /// The media type.
  public let contentType: String
  /// Under which name a browser keeps it, for files.
  let fileName: String?
  /// The bytes.
  let body: [UInt8]

  /// JSON, with the version of what it shows where there is one.
  public init(_ body: some Encodable, sequence: Int64? = nil) {
    self.sequence = sequence
    contentType = JSONText.contentType
    fileName = nil
    self.body = JSONText.encode(body)
  }

  /// Bytes of another media type, for example `text/csv; charset=utf-8`.
  public init(contentType: String, bytes: [UInt8], sequence: Int64? = nil) {
    self.sequence = sequence
    self.contentType = contentType
    fileName = nil
    body = bytes
  }

  /// A file.
  init(_ bytes: [UInt8], contentType: String, fileName: String) {
    sequence = nil
    self.contentType = contentType
    self.fileName = fileName
    body = bytes
  }
}
