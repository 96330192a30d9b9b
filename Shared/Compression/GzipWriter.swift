internal import CZlib

/// Writes a gzip file.
@safe public final class GzipWriter {
  private var stream: gzFile?

  private init(_ stream: gzFile) { unsafe self.stream = unsafe stream }

  /// Writes to an open file, which is closed with this.
  /// - Returns: `nil` when there is no such file; `errno` says why.
  public static func open(_ descriptor: Int32) -> GzipWriter? {
    guard let stream = unsafe gzdopen(descriptor, "wb6") else { return nil }
    return unsafe GzipWriter(stream)
  }

  /// Adds bytes.
  /// - Returns: whether all of them were taken; if not, `errno` says why.
  public func write(_ bytes: [UInt8]) -> Bool {
    let written = unsafe bytes.withUnsafeBytes { bytes in
      unsafe gzwrite(stream, bytes.baseAddress, UInt32(bytes.count))
    }
    return written == bytes.count
  }

  /// Ends the file.
  /// - Returns: whether it is whole; if not, `errno` says why.
  public func finish() -> Bool {
    let code = unsafe gzclose_w(stream)
    unsafe stream = nil
    return code == Z_OK
  }

  deinit {
    if let stream = unsafe stream { _ = unsafe gzclose_w(stream) }
  }
}
