import Foundation

/// The terminal of an operator of one province: the services' executables with their settings,
/// PostgreSQL's tools with the superuser's, and addresses of this province in place of those of the
/// local stack.
///
/// Each command is a shell of its own; what one exports the next ones have.
struct OperatorShell {
  private let province: Province
  private let folder: URL

  init(for province: Province, page: String) throws {
    self.province = province
    folder = province.state.appending(path: "operator/\(page)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    guard let bin = province.environment["REVIEW_BIN"] else { throw Trouble("no executables") }
    for service in Service.allCases {
      let settings = province.state.appending(path: "run/\(service.rawValue)-1.env")
      let script = """
        #!/usr/bin/env bash
        mapfile -t settings <'\(settings.path)'
        exec env "${settings[@]}" '\(bin)/\(service.rawValue)' "$@"
        """
      let file = folder.appending(path: service.rawValue)
      try Data(script.utf8).write(to: file)
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: file.path)
    }
  }

  /// Runs one command.
  func type(_ command: String) async throws -> (code: Int32, output: String) {
    let output = folder.appending(path: UUID().uuidString)
    let kept = folder.appending(path: "exported").path
    let script = """
      [[ ! -f '\(kept)' ]] || source '\(kept)'
      \(address(command))
      code=$?
      export -p >'\(kept)'
      exit "$code"
      """
    let code = try await Command(
      arguments: ["/bin/bash", "-c", script], environment: try environment(), output: output
    ).run()
    return (code, try String(contentsOf: output, encoding: .utf8))
  }

  private func environment() throws -> [String: String] {
    var environment = province.environment
    environment["PATH"] = "\(folder.path):\(environment["PATH"] ?? "/usr/bin:/bin")"
    environment["PGHOST"] = "127.0.0.1"
    environment["PGPORT"] = String(province.ports.postgres)
    environment["PGUSER"] = "postgres"
    environment["PGPASSWORD"] = try String(
      contentsOf: province.state.appending(path: "secrets/postgres"), encoding: .utf8
    ).filter { !$0.isWhitespace }
    return environment
  }

  /// The addresses that the pages print are those of the local stack's first instances.
  private func address(_ command: String) -> String {
    var command = command
    for service in Service.allCases {
      for (printed, own) in [
        (18_101, province.ports.http(service)), (18_111, province.ports.admin(service)),
      ] {
        command.replace(
          "127.0.0.1:\(printed + service.place)", with: "127.0.0.1:\(own)")
      }
    }
    return command
  }
}
