internal import Glibc

/// Files that are there whole or not at all, also after the power failed.
public enum ArchiveDisk {
  /// How many bytes are read at once.
  static let blockBytes = 262_144
  private static let mode: mode_t = 0o600

  /// Opens an empty file that only the process's user can read: names stand in facts.
  static func create(_ path: String) throws(ArchiveError) -> Int32 {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw failure("cannot create", path) }
    return descriptor
  }

  /// Writes a small file, and has it on the disk.
  public static func write(_ bytes: [UInt8], to path: String) throws(ArchiveError) {
    let descriptor = try create(path)
    defer { close(descriptor) }
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes[done...].withUnsafeBytes { block in
        unsafe Glibc.write(descriptor, block.baseAddress, block.count)
      }
      guard count > 0 else { throw failure("cannot write", path) }
      done += count
    }
    guard fsync(descriptor) == 0 else { throw failure("cannot write", path) }
  }

  /// Gives a finished file its name; what had the name before is replaced.
  public static func rename(_ path: String, to name: String) throws(ArchiveError) {
    guard unsafe Glibc.rename(path, name) == 0 else { throw failure("cannot rename", path) }
    let end = name.lastIndex(of: "/")
    let folder = end.map { String(name[..<$0]) } ?? "."
    let descriptor = unsafe open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("cannot open", folder) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure("cannot write", folder) }
  }

  /// Reads a file as it lies on the disk, block by block.
  public static func read(
    _ path: String, _ take: (ArraySlice<UInt8>) throws -> Void
  ) throws {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("cannot open", path) }
    defer { close(descriptor) }
    var block = [UInt8](repeating: 0, count: blockBytes)
    while true {
      let count = unsafe block.withUnsafeMutableBytes { bytes in
        unsafe Glibc.read(descriptor, bytes.baseAddress, bytes.count)
      }
      guard count >= 0 else { throw failure("cannot read", path) }
      guard count > 0 else { return }
      try take(block[..<count])
    }
  }

  static func failure(_ deed: String, _ path: String) -> ArchiveError {
    let code = errno
    return ArchiveError("\(deed) \(path): \(unsafe String(cString: strerror(code)))")
  }
}
