import Foundation
import Testing

/// The checkout that the tests were built from.
enum Project {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../..").standardized

  /// Every Swift file below `folder`, with its path from the root.
  static func swiftFiles(in folder: String) throws -> [(path: String, text: String)] {
    let start = root.appending(path: folder)
    guard
      let files = FileManager.default.enumerator(at: start, includingPropertiesForKeys: nil)
    else { throw CocoaError(.fileNoSuchFile) }
    var found: [(path: String, text: String)] = []
    for case let file as URL in files where file.pathExtension == "swift" {
      let path = String(file.standardized.path().dropFirst(root.path().count))
      found.append((path, try String(contentsOf: file, encoding: .utf8)))
    }
    try #require(!found.isEmpty, "no Swift file below \(folder)")
    return found.sorted { $0.path < $1.path }
  }

  /// What `swift package dump-package` says, without compiling anything: read once.
  static let package = Result { try Dump.read() }
}

/// The targets of the package and their arrows.
struct Dump: Decodable {
  struct Target: Decodable {
    let name: String
    let type: String
    let path: String?
    let arrows: Set<String>

    private enum Key: String, CodingKey { case name, type, path, dependencies }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      name = try container.decode(String.self, forKey: .name)
      type = try container.decode(String.self, forKey: .type)
      path = try container.decodeIfPresent(String.self, forKey: .path)
      arrows = Set(
        try container.decode([Dependency].self, forKey: .dependencies).map(\.name))
    }
  }

  /// `{"byName": ["X", null]}` or `{"product": ["X", "package", …]}`.
  private struct Dependency: Decodable {
    let name: String

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      let kinds = try container.decode([String: [Part]].self)
      guard case .text(let name)? = kinds.values.first?.first else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "no name")
      }
      self.name = name
    }
  }

  private enum Part: Decodable {
    case text(String)
    case other

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      self = (try? container.decode(String.self)).map { .text($0) } ?? .other
    }
  }

  struct Requirement: Decodable {
    let exact: [String]?
  }

  let targets: [Target]

  static func read() throws -> Dump {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    // A scratch folder of its own: the build that runs these tests holds the other one's lock.
    let scratch = FileManager.default.temporaryDirectory.appending(path: "tidy-\(UUID())")
    defer { try? FileManager.default.removeItem(at: scratch) }
    process.arguments = [
      "swift", "package", "--package-path", Project.root.path(), "--scratch-path", scratch.path(),
      "dump-package",
    ]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.fileReadUnknown) }
    return try JSONDecoder().decode(Dump.self, from: bytes)
  }
}
