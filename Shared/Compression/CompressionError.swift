/// Why compressed bytes cannot be undone.
public enum CompressionError: Error, Sendable, Hashable {
  /// They are no DEFLATE stream.
  case damaged
  /// They end before the stream does.
  case cutShort
  /// More comes out than is allowed.
  case tooLong
}
