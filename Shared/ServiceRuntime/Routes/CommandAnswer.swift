public import ReviewEvents

/// The answer to a command that was done (contract 15).
public struct CommandAnswer: Sendable, Hashable {
  /// The two ways to say yes.
  public enum Status: Int, Sendable, Hashable {
    /// Done.
    case ok = 200
    /// Something new exists, at `location`.
    case created = 201
  }

  /// Done, or something new.
  public let status: Status
  /// The stream that changed and its sequence, which is the `ETag`.
  public let version: StreamVersion?
  /// Where the thing can be read.
  public let location: String?
  /// The JSON of the answer.
  let body: [UInt8]

  /// Answers about a stream that changed: `stream` and `sequence` are also what `atLeast` takes.
  public init(
    _ status: Status, stream: StreamID, sequence: Int64, location: String? = nil,
    body: some Encodable
  ) {
    self.status = status
    version = StreamVersion(stream: stream, sequence: sequence)
    self.location = location
    self.body = JSONText.encode(body)
  }

  /// Answers about a stream that changed with nothing but `{"sequence":…,"stream":…}`.
  public init(_ status: Status, stream: StreamID, sequence: Int64, location: String? = nil) {
    self.init(
      status, stream: stream, sequence: sequence, location: location,
      body: StreamVersion(stream: stream, sequence: sequence))
  }

  /// Answers about many streams or none, for example an import or a dry run.
  public init(_ status: Status, location: String? = nil, body: some Encodable) {
    self.status = status
    version = nil
    self.location = location
    self.body = JSONText.encode(body)
  }
}

/// A stream and how far it is.
public struct StreamVersion: Sendable, Hashable, Encodable {
  /// The stream.
  public let stream: StreamID
  /// Its last sequence.
  public let sequence: Int64

  /// Puts the parts together.
  public init(stream: StreamID, sequence: Int64) {
    self.stream = stream
    self.sequence = sequence
  }

  private enum Key: String, CodingKey { case stream, sequence }

  /// Writes `{"sequence":…,"stream":"…"}`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(stream.description, forKey: .stream)
    try container.encode(sequence, forKey: .sequence)
  }
}
