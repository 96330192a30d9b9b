import ArgumentParser
import Foundation
import RehearsalModel

/// Plays years of a province from outside, through HTTP, and compares what the services say in the
/// end with a count over the input.
@main
struct Rehearsal: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rehearsal",
    abstract: "Play review years of a synthetic province and check their figures.",
    subcommands: [YearRehearsal.self, ChronicleRehearsal.self],
    defaultSubcommand: YearRehearsal.self)
}

/// Plays one year.
struct YearRehearsal: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "year", abstract: "Play one review year and check its figures.")

  @Option(help: "demo, small or province: a scenario in the folder below.")
  var scale = "demo"

  @Option(help: "Where the scenarios are.")
  var scenarios = "deploy/rehearsal"

  @Option(help: "Another seed than the scenario's own moves every figure.")
  var seed: UInt64?

  @Option(help: "Of 100 ordinary members, how many hand in electronically.")
  var electronicPercent: Int?

  @Option(help: "Change one input: collectives:DISTRICT=180, members:GRASSROOTS=90.")
  var change: [String] = []

  @Option(help: "Requests in flight at once.")
  var connections = 16

  @Option(help: "How many mails may be of uncertain outcome: one for each kill of a sender.")
  var allowUncertain = 0

  @Flag(help: "Count and print what is expected, and send nothing.")
  var dryRun = false

  func run() async throws {
    let year = try plannedYear()
    let expected = IndependentCount.figures(of: year)
    if dryRun {
      Report.print(expected, title: "Số liệu đếm độc lập trên dữ liệu đầu vào")
      return
    }
    try await API.using { api in try await play(year, expecting: expected, api) }
  }

  private func play(
    _ year: PlannedYear, expecting expected: Figures, _ api: API
  ) async throws {
    let watch = PhaseWatch()
    try await YearPlayer(
      year: year, next: CycleOpening(after: year, api: api), api: api, connections: connections,
      watch: watch
    ).play(importing: true)
    // Figures are the last ones only if nothing is on its way any more.
    try await Stage(api: api).rest()
    let observed = try await Observation(api: api, year: year).figures()
    Report.print(observed, title: "Số liệu đọc từ các dịch vụ, năm \(year.scenario.year)")
    try await Report.printState(api)
    watch.print()
    var differences = expected.differences(from: observed)
    if let published = year.scenario.published {
      differences += try Published.read("\(scenarios)/\(published)").differences(from: observed)
    }
    let mail = try await api.get(.notification, "/v1/mail/summary").decode(MailState.self)
    if mail.states.uncertain > allowUncertain {
      differences.append("\(mail.states.uncertain) mails uncertain, allowed \(allowUncertain)")
    }
    if mail.states.refused > 0 { differences.append("\(mail.states.refused) mails refused") }
    guard differences.isEmpty else {
      print("\nKHÔNG KHỚP:")
      for line in differences { print("  \(line)") }
      throw ExitCode(1)
    }
    print("\nMọi số liệu khớp với phép đếm độc lập. Seed \(year.scenario.seed).")
  }

  private func plannedYear() throws -> PlannedYear {
    let file = URL(filePath: "\(scenarios)/\(scale).json")
    var scenario = try JSONDecoder().decode(Scenario.self, from: Data(contentsOf: file))
    if let seed { scenario = scenario.played(with: seed) }
    if let electronicPercent { scenario.electronicPercent = electronicPercent }
    for text in change { try scenario.apply(change: text) }
    return try YearGenerator.year(of: scenario)
  }
}

extension Scenario {
  /// Applies `collectives:LEVEL=N` or `members:LEVEL=N`.
  mutating func apply(change text: String) throws {
    let parts = text.split { $0 == ":" || $0 == "=" }.map(String.init)
    guard parts.count == 3, let count = Int(parts[2]) else {
      throw ValidationError("a change looks like collectives:DISTRICT=180, not \(text)")
    }
    switch parts[0] {
    case "collectives": suggestedCollectives[parts[1]] = count
    case "members": suggestedMembers[parts[1]] = count
    default: throw ValidationError("collectives or members, not \(parts[0])")
    }
    published = nil
  }
}
