internal import CZlib

/// Reads a gzip file.
@safe public final class GzipReader {
  private var stream: gzFile?

  private init(_ stream: gzFile) { unsafe self.stream = unsafe stream }

  /// Opens a file.
  /// - Returns: `nil` when it cannot be opened; `errno` says why.
  public static func open(_ path: String) -> GzipReader? {
    guard let stream = unsafe gzopen(path, "rb") else { return nil }
    return unsafe GzipReader(stream)
  }

  /// Whether the file is gzip at all; zlib hands other files through as they are.
  public var isCompressed: Bool { unsafe gzdirect(stream) == 0 }

  /// Fills `block` with what comes next.
  /// - Returns: how many bytes, 0 at the end, `nil` when the file is damaged.
  public func read(into block: inout [UInt8]) -> Int? {
    let count = unsafe block.withUnsafeMutableBytes { bytes in
      unsafe gzread(stream, bytes.baseAddress, UInt32(bytes.count))
    }
    return count < 0 ? nil : Int(count)
  }

  /// Closes the file.
  /// - Returns: whether it was whole: zlib says here that it ended in the middle of what was
  ///   compressed.
  public func close() -> Bool {
    let code = unsafe gzclose_r(stream)
    unsafe stream = nil
    return code == Z_OK
  }

  deinit {
    if let stream = unsafe stream { _ = unsafe gzclose_r(stream) }
  }
}
