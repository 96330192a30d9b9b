import ArgumentParser
import Foundation
import RehearsalModel

/// Plays years one after the other, with what becomes of the organisation between them.
struct ChronicleRehearsal: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "years",
    abstract: "Play review years of an installation whose organisation changes, and check them.")

  @Option(help: "A chronicle in the folder below.")
  var chronicle = "five-years"

  @Option(help: "Where the chronicles are.")
  var scenarios = "deploy/rehearsal"

  @Option(help: "Another seed than the chronicle's own moves the figures.")
  var seed: UInt64?

  @Option(help: "Requests in flight at once.")
  var connections = 16

  func run() async throws {
    let file = URL(filePath: "\(scenarios)/\(chronicle).json")
    var input = try JSONDecoder().decode(Chronicle.self, from: Data(contentsOf: file))
    if let seed { input = input.played(with: seed) }
    let plan = try ChronicleGenerator.plan(input)
    let connections = connections
    try await API.using { api in
      let watch = PhaseWatch()
      let differences = try await ChroniclePlayer(
        plan: plan, api: api, connections: connections, watch: watch
      ).play()
      try await Report.printState(api)
      watch.print()
      guard differences.isEmpty else {
        print("\nKHÔNG KHỚP:")
        for line in differences { print("  \(line)") }
        throw ExitCode(1)
      }
      print(
        "\nMọi số liệu của \(plan.years.count) năm khớp với phép đếm độc lập. Seed \(input.seed).")
    }
  }
}
