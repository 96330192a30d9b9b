import Foundation
import SMTPMail

/// A real mail server in a process of its own, with a folder that keeps what it took.
final class MailServer {
  let port: UInt16
  private let folder: TemporaryFolder
  private let process: Process
  /// The server ends when this is closed, also when the tests are killed.
  private let input = Pipe()

  init(_ options: [String] = []) async throws {
    folder = try TemporaryFolder()
    let ready = folder.file("ready")
    process = Python.process(
      "smtp_server.py", ["--mail-dir", folder.path, "--ready-file", ready] + options)
    // aiosmtpd reports each broken connection there, and breaking them is what the tests do.
    process.standardError = FileHandle.nullDevice
    process.standardInput = input
    try process.run()
    var written: String?
    try await eventually {
      written = try? String(contentsOfFile: ready, encoding: .utf8)
    } until: {
      written != nil
    }
    guard let written, let port = UInt16(written) else { throw NeverHappened() }
    self.port = port
  }

  deinit {
    // If it fails the pipe is closed already, and so is the server.
    try? input.fileHandleForWriting.close()
  }

  /// A server that offers STARTTLS, or speaks TLS from the start.
  static func encrypted(_ certificate: Certificate, _ options: [String] = []) async throws
    -> MailServer
  {
    try await MailServer(
      ["--certificate", certificate.certificateFile, "--key", certificate.keyFile] + options)
  }

  /// The lines that the server noted, such as `connection`.
  func events() throws -> [String] {
    guard FileManager.default.fileExists(atPath: folder.file("events")) else { return [] }
    return try String(contentsOfFile: folder.file("events"), encoding: .utf8)
      .split(separator: "\n").map(String.init)
  }

  func count(_ event: String) throws -> Int { try events().count { $0 == event } }

  /// The bytes of a mail that the server took, counted from 1.
  func mail(_ number: Int) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: mailFile(number))))
  }

  func mailFile(_ number: Int) -> String { folder.file("\(number).eml") }

  /// A connection without encryption, as only a server on this machine may have it.
  func plainConnection(
    sendTimeLimit: Duration = .seconds(20), messagesPerConnectionMax: Int = 100
  ) throws -> SMTPConnection {
    SMTPConnection(
      settings: try SMTPSettings(
        host: "127.0.0.1", port: port, encryption: .plainForLocalSink,
        sendTimeLimit: sendTimeLimit, messagesPerConnectionMax: messagesPerConnectionMax))
  }
}

/// A certificate for `localhost` that vouches for itself, made by openssl.
final class Certificate {
  let certificateFile: String
  let keyFile: String
  private let folder: TemporaryFolder

  init() async throws {
    folder = try TemporaryFolder()
    certificateFile = folder.file("certificate.pem")
    keyFile = folder.file("key.pem")
    let openssl = Process()
    openssl.executableURL = URL(filePath: "/usr/bin/openssl")
    openssl.arguments = [
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
      "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
      "-keyout", keyFile, "-out", certificateFile,
    ]
    // It draws its progress there.
    openssl.standardError = FileHandle.nullDevice
    try await openssl.runToEnd()
  }
}

/// A mail as Python's e-mail library understands it.
struct ParsedMail: Decodable {
  let headers: [String: String]
  let contentType: String
  let partTypes: [String]
  let bodies: [String]
  let defects: [String]

  static func read(_ bytes: [UInt8]) async throws -> ParsedMail {
    let folder = try TemporaryFolder()
    try Data(bytes).write(to: URL(filePath: folder.file("mail.eml")))
    try await Python.process("parse_mail.py", [folder.file("mail.eml"), folder.file("json")])
      .runToEnd()
    let json = try Data(contentsOf: URL(filePath: folder.file("json")))
    return try JSONDecoder().decode(ParsedMail.self, from: json)
  }
}

/// A folder that goes away with its owner.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "mail-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  // A folder that cannot be removed is left to the system, which empties the place at its start.
  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }
}

private enum Python {
  static func process(_ script: String, _ arguments: [String]) -> Process {
    let resources = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Resources")
    let process = Process()
    // The system's Python, because that is where Debian puts aiosmtpd.
    process.executableURL = URL(filePath: "/usr/bin/python3")
    process.arguments = [resources.appending(path: script).path] + arguments
    return process
  }
}

extension Process {
  /// Runs to the end without holding a thread; throws unless the program succeeds.
  fileprivate func runToEnd() async throws {
    let status = try await withCheckedThrowingContinuation { continuation in
      terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do { try run() } catch { continuation.resume(throwing: error) }
    }
    guard status == 0 else { throw NeverHappened() }
  }
}

struct NeverHappened: Error {}

/// Repeats `attempt` until `condition` holds, at most twenty seconds.
func eventually(_ attempt: () throws -> Void = {}, until condition: () throws -> Bool) async throws
{
  let deadline = ContinuousClock.now + .seconds(20)
  while true {
    try attempt()
    if try condition() { return }
    guard ContinuousClock.now < deadline else { throw NeverHappened() }
    try await Task.sleep(for: .milliseconds(10))
  }
}
