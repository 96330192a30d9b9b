internal import Crypto
internal import LogArchive
internal import ServiceRuntime

/// What a file holds, kept beside it as JSON.
struct ArchiveManifest: Codable, Sendable, Hashable {
  /// The form of the lines.
  static let format = 1

  var format = Self.format
  let service: String
  let year: Int64
  let bytes: Int64
  let sha256: String
  let facts: Int64
  let streams: Int64
  let firstPosition: Int64
  let lastPosition: Int64
  let digest: Int64
}

/// Where the files of one year lie.
struct ArchivePlace: Sendable {
  let file: String
  let manifest: String

  init(_ folder: String, service: String, year: Int64) {
    let base = "\(folder)/\(service)-log-\(year)"
    file = base + ".jsonl.gz"
    manifest = base + ".json"
  }

  static func part(of path: String) -> String { path + ".part" }

  /// Reads the manifest, and looks whether file and lines are what it says.
  /// - Returns: the manifest.
  /// - Throws: ``OperationRefusal``, or what `take` threw.
  func verified(
    service: String, year: Int64, _ take: ([String]) throws -> Void = { _ in }
  ) throws -> ArchiveManifest {
    let manifest = try readManifest()
    guard manifest.format == ArchiveManifest.format else {
      throw refusal("is of form \(manifest.format), which this build does not know")
    }
    guard (manifest.service, manifest.year) == (service, year) else {
      throw refusal("is the archive of \(manifest.service), year \(manifest.year)")
    }
    let (bytes, sha256) = try reading { try ArchiveFile.hash(of: file) }
    guard (bytes, sha256) == (manifest.bytes, manifest.sha256) else {
      throw refusal("is not the file that was written: its hash or its size differs")
    }
    let sum = try reading { try ArchiveFile.sum(of: file, take) }
    guard (sum.facts, sum.digest) == (manifest.facts, manifest.digest) else {
      throw refusal("holds \(sum.facts) facts, its manifest says \(manifest.facts)")
    }
    return manifest
  }

  private func readManifest() throws -> ArchiveManifest {
    var bytes: [UInt8] = []
    try reading { try ArchiveDisk.read(manifest) { bytes += $0 } }
    do { return try JSONText.decode(ArchiveManifest.self, from: bytes) } catch {
      throw OperationRefusal("archive-damaged", "\(manifest) is no manifest of an archive")
    }
  }

  private func reading<Value>(_ read: () throws -> Value) throws -> Value {
    do { return try read() } catch let error as ArchiveError {
      throw OperationRefusal("archive-damaged", error.description)
    }
  }

  private func refusal(_ words: String) -> OperationRefusal {
    OperationRefusal("archive-damaged", "\(file) \(words)")
  }
}

/// What the bytes and the lines of a file come to.
enum ArchiveFile {
  /// How many lines are handed out at once.
  static let linesPerStep = 1_000
  private static let digestMask: UInt64 = (1 << 56) - 1

  struct Sum: Sendable {
    var facts: Int64 = 0
    var digest: Int64 = 0

    /// As `line_digest` of the database, added up.
    mutating func add(_ line: String) {
      var first: UInt64 = 0
      for byte in SHA256.hash(data: Array(line.utf8)).prefix(7) {
        first = first << 8 | UInt64(byte)
      }
      facts += 1
      digest = Int64((UInt64(digest) + first) & ArchiveFile.digestMask)
    }
  }

  static func hash(of path: String) throws -> (bytes: Int64, sha256: String) {
    var hash = SHA256()
    var count: Int64 = 0
    try ArchiveDisk.read(path) { block in
      hash.update(data: block)
      count += Int64(block.count)
    }
    return (count, Fingerprint.hexadecimal(hash.finalize()))
  }

  static func sum(of path: String, _ take: ([String]) throws -> Void) throws -> Sum {
    var sum = Sum()
    var lines: [String] = []
    try ArchiveReader.lines(of: path) { line in
      sum.add(line)
      lines.append(line)
      if lines.count == linesPerStep {
        try take(lines)
        lines.removeAll(keepingCapacity: true)
      }
    }
    if !lines.isEmpty { try take(lines) }
    return sum
  }
}
