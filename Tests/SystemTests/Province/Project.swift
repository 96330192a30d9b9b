import Foundation

/// Where the project's files are.
enum Project {
  /// The folder of the package's manifest.
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The scripts of the local stack.
  static let scripts = root.appending(path: "deploy/local")
}
