internal import Compression

/// Reads the lines of a compressed file.
public enum ArchiveReader {
  /// The longest line: a document is at most 1 MiB, and JSON writes some bytes as six.
  static let lineBytesMax = 16 * 1_048_576

  /// Hands out each line, without its end.
  /// - Throws: ``ArchiveError`` for a file that is damaged, cut short or none of these, or what
  ///   `take` threw.
  public static func lines(of path: String, _ take: (String) throws -> Void) throws {
    guard let file = GzipReader.open(path) else {
      throw ArchiveDisk.failure("cannot open", path)
    }
    guard file.isCompressed else { throw ArchiveError("\(path) is not compressed") }
    var rest: [UInt8] = []
    var block = [UInt8](repeating: 0, count: ArchiveDisk.blockBytes)
    while true {
      guard let count = file.read(into: &block) else {
        throw ArchiveError("\(path) is damaged")
      }
      guard count > 0 else { break }
      rest += block[..<count]
      rest = try handOut(rest, of: path, take)
    }
    guard file.close(), rest.isEmpty else { throw ArchiveError("\(path) is cut short") }
  }

  /// - Returns: the beginning of a line whose end was not read yet.
  private static func handOut(
    _ bytes: [UInt8], of path: String, _ take: (String) throws -> Void
  ) throws -> [UInt8] {
    var start = 0
    while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
      guard let line = String(validating: bytes[start..<end], as: UTF8.self) else {
        throw ArchiveError("\(path) holds a line that is no text")
      }
      try take(line)
      start = end + 1
    }
    guard bytes.count - start <= lineBytesMax else {
      throw ArchiveError("\(path) holds a line that is too long")
    }
    return Array(bytes[start...])
  }
}
