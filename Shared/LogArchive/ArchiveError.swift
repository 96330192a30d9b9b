/// Why a file of an archive cannot be written or read.
public struct ArchiveError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What went wrong, with the file's name.
  public let description: String

  init(_ description: String) { self.description = description }
}
