internal import ArgumentParser
public import EventStream
public import ReviewEvents
public import ReviewRules
public import ServiceRuntime

/// The program of one service: settings, subcommands and exit codes.
public enum ServiceProgram {
  /// Runs the subcommand that the command line names and ends the process.
  ///
  /// - Parameters:
  ///   - define: the service as data.
  ///   - readModels: what of it can be rebuilt from facts alone.
  ///   - area: the area it writes.
  ///   - name: the executable's name.
  public static func main(
    define: @escaping @Sendable (ServiceContext) throws -> ServiceDefinition,
    readModels: @escaping @Sendable (RuleBook) -> [ReadModel], area: ServiceArea, name: String
  ) async {
    do {
      let blueprint = Blueprint(define: define, readModels: readModels, area: area, name: name)
      if let line = OperationsProgram.line() {
        ServiceCommand.exit(
          withError: ExitCode(try await OperationsProgram(blueprint).run(line)))
      }
      let command = try ServiceCommand.parseAsRoot()
      switch command {
      case is ServiceCommand.Serve: try await Serving(blueprint).run()
      case is ServiceCommand.Migrate: try await Migrating(blueprint).run()
      case let status as ServiceCommand.Status:
        ServiceCommand.exit(withError: ExitCode(try StatusQuestion(json: status.json).run()))
      default: throw CleanExit.helpRequest(command)
      }
    } catch {
      ServiceCommand.exit(withError: Refusal.readable(error))
    }
  }
}

/// A service before it has met its settings.
struct Blueprint: Sendable {
  let define: @Sendable (ServiceContext) throws -> ServiceDefinition
  let readModels: @Sendable (RuleBook) -> [ReadModel]
  let area: ServiceArea
  let name: String
}

/// What the command line can say.
struct ServiceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: CommandLine.arguments.first?.split(separator: "/").last.map(String.init),
    abstract: "One service of the review.",
    discussion: """
      Settings come from the environment; see docs/reference/configuration.md. Operators also have: \
      \(OperationsProgram.firstWords.sorted().joined(separator: ", ")); see \
      docs/reference/operations.md, or add --help.
      """,
    subcommands: [Serve.self, Migrate.self, Status.self])

  struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Answers, listens and publishes until it is told to stop.")
  }

  struct Migrate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Brings the tables up to date, as their owner.")
  }

  struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Asks the running instance: exit code 0 ok, 1 degraded, 2 unreachable.")
    @Flag(help: "Prints the answer as JSON.") var json = false
  }
}

/// Why a program ended, in words for whoever started it.
struct Refusal: Error, CustomStringConvertible {
  let description: String

  /// Settings problems and refusals say what to do; anything else at least its kind.
  static func readable(_ error: any Error) -> any Error {
    switch error {
    case is ExitCode, is CleanExit, is ValidationError, is Refusal: error
    case let problems as SettingsProblems: Refusal(description: "settings:\n\(problems)")
    case let error as StoreError: Refusal(description: "PostgreSQL: \(Self.safe(error))")
    case let error as any Error & CustomStringConvertible: Refusal(description: error.description)
    default: error
    }
  }

  /// Never the server's message, which may quote values.
  private static func safe(_ error: StoreError) -> String {
    switch error {
    case .unavailable(let reason): "unavailable: \(reason)"
    case .refused(let sqlState, _): "refused with SQLSTATE \(sqlState)"
    default: "\(error)"
    }
  }
}
