internal import Compression
internal import Glibc

/// Writes lines to a compressed file; without ``finish()`` the file is incomplete, and says so when
/// it is read.
public final class ArchiveWriter {
  private let path: String
  private let descriptor: Int32
  private let file: GzipWriter?

  /// Begins an empty file.
  public init(_ path: String) throws(ArchiveError) {
    self.path = path
    descriptor = try ArchiveDisk.create(path)
    // The writer closes its own copy; ours is for having it on the disk.
    file = GzipWriter.open(dup(descriptor))
    guard file != nil else { throw ArchiveDisk.failure("cannot write", path) }
  }

  /// Adds one line; its end is added here.
  public func write(_ line: String) throws(ArchiveError) {
    var bytes = Array(line.utf8)
    bytes.append(UInt8(ascii: "\n"))
    guard file?.write(bytes) == true else { throw ArchiveDisk.failure("cannot write", path) }
  }

  /// Ends the file and has it on the disk.
  public func finish() throws(ArchiveError) {
    guard file?.finish() == true, fsync(descriptor) == 0 else {
      throw ArchiveDisk.failure("cannot write", path)
    }
  }

  deinit { close(descriptor) }
}
