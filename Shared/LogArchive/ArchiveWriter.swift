internal import CZlib
internal import Glibc

/// Writes lines to a compressed file; without ``finish()`` the file is incomplete, and says so when
/// it is read.
@safe public final class ArchiveWriter {
  private let path: String
  private let descriptor: Int32
  private var stream: gzFile?

  /// Begins an empty file.
  public init(_ path: String) throws(ArchiveError) {
    self.path = path
    descriptor = try ArchiveDisk.create(path)
    // zlib closes its own copy; ours is for having it on the disk.
    unsafe stream = gzdopen(dup(descriptor), "wb6")
    guard unsafe stream != nil else { throw ArchiveDisk.failure("cannot write", path) }
  }

  /// Adds one line; its end is added here.
  public func write(_ line: String) throws(ArchiveError) {
    var bytes = Array(line.utf8)
    bytes.append(UInt8(ascii: "\n"))
    let written = unsafe bytes.withUnsafeBytes { bytes in
      unsafe gzwrite(stream, bytes.baseAddress, UInt32(bytes.count))
    }
    guard written == bytes.count else { throw ArchiveDisk.failure("cannot write", path) }
  }

  /// Ends the file and has it on the disk.
  public func finish() throws(ArchiveError) {
    let ended = unsafe gzclose_w(stream)
    unsafe stream = nil
    guard ended == Z_OK, fsync(descriptor) == 0 else {
      throw ArchiveDisk.failure("cannot write", path)
    }
  }

  deinit {
    if let stream = unsafe stream { _ = unsafe gzclose_w(stream) }
    close(descriptor)
  }
}
