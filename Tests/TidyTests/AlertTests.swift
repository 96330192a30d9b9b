import Foundation
import Testing

@Suite struct `The alert rules` {
  private static let folder = Project.root.appending(path: "deploy/prometheus")

  @Test func `are valid, fire on the stories they are for and on no others`() throws {
    try Self.promtool("check", "rules", "alerts.yml")
    try Self.promtool("test", "rules", "alerts.test.yml")
  }

  @Test func `ask for metrics that the reference lists`() throws {
    let rules = try text("deploy/prometheus/alerts.yml")
    let reference = try text("docs/reference/metrics.md")
    let names = Set(rules.matches(of: /review_[a-z_]+/).map { String($0.output) })
    #expect(names.count >= 7)
    for name in names { #expect(reference.contains("`\(name)`"), "\(name)") }
  }

  @Test func `each have a story and a runbook that is there`() throws {
    let rules = try text("deploy/prometheus/alerts.yml")
    let stories = try text("deploy/prometheus/alerts.test.yml")
    let alerts = rules.matches(of: /- alert: (\w+)/).map { String($0.output.1) }
    #expect(!alerts.isEmpty)
    for alert in alerts { #expect(stories.contains("alertname: \(alert)"), "\(alert)") }
    let runbooks = rules.matches(of: /runbook: (\S+)/).map { String($0.output.1) }
    #expect(runbooks.count == alerts.count)
    for runbook in Set(runbooks) {
      #expect(
        FileManager.default.fileExists(atPath: Project.root.appending(path: runbook).path),
        "\(runbook)")
    }
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOf: Project.root.appending(path: path), encoding: .utf8)
  }

  private static func promtool(_ arguments: String...) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/promtool")
    process.arguments = arguments
    process.currentDirectoryURL = folder
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let said = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(String(decoding: said, as: UTF8.self))")
  }
}
