internal import EventStream
internal import Glibc
internal import Logging
internal import Operations
internal import ReplayComposition
internal import ReviewEvents
internal import ServiceRuntime

/// The subcommands of operators: read from the line as data, run in this process.
struct OperationsProgram {
  /// What the subcommands of operators begin with.
  static let firstWords: Set<String> = [
    "replay", "republish", "verify", "log", "events", "parked", "consumer", "audit",
  ]

  private let preparation: Preparation

  init(_ blueprint: Blueprint) throws { preparation = try Preparation(blueprint) }

  /// The words of this process's line, if they begin an operation.
  static func line() -> [String]? {
    let words = Array(CommandLine.arguments.dropFirst())
    guard let first = words.first, firstWords.contains(first) else { return nil }
    return words
  }

  /// - Returns: the exit code: 0 done, 1 done with bad news, 2 refused.
  func run(_ words: [String]) async throws -> Int32 {
    var log = Logger(label: "operations") { StreamLogHandler.standardError(label: $0) }
    log.logLevel = .error
    let composition = ReplayComposition(
      preparation.settings, service: preparation.blueprint.name,
      area: preparation.blueprint.area,
      models: preparation.blueprint.readModels(preparation.rules), log: log)
    do {
      let code = try await carryOut(words, composition)
      await composition.close()
      return code
    } catch {
      await composition.close()
      Self.say("\(Refusal.readable(error))")
      return 2
    }
  }

  private func carryOut(_ words: [String], _ composition: ReplayComposition) async throws -> Int32 {
    let json = words.contains("--json")
    let calendar = OffsetCalendar()
    // A database that cannot say is not for the calendar to complain about.
    if let offset = try? await StoredCalendar(store: composition.postgres).load() {
      calendar.adopt(offset)
    }
    let environment = EngineEnvironment(
      area: preparation.blueprint.area, store: composition.store, observer: SilentObserver(),
      calendar: calendar, brokerForgets: preparation.settings.kafka.isEmbedded)
    let definition = try preparation.define(
      store: composition.store, calendar: environment.calendar)
    let desk = OperationDesk(
      OperationList.all(
        composition, definition, in: environment, preparation.settings),
      store: composition.store)
    let line = try OperationLine(
      words.filter { $0 != "--json" }, among: desk.operations, presets: Self.presets)
    if line.asksForHelp {
      print(OperationLine.help(line.operation, program: preparation.blueprint.name))
      return 0
    }
    let bar = ProgressBar(isTerminal: isatty(STDERR_FILENO) == 1)
    let call = OperationCall(
      try OperationInput(line.values, for: line.operation),
      show: { Self.show($0, asJSON: json) }, report: { bar.show($0, text: $1, ratio: $2) })
    let answer = try await desk.run(line.operation, call)
    Self.show(answer, asJSON: json)
    return answer.exitCode
  }

  private static func show(_ answer: any OperationAnswer, asJSON: Bool) {
    let text = asJSON ? String(decoding: JSONText.encode(answer), as: UTF8.self) : answer.text
    guard !text.isEmpty else { return }
    print(text)
    // A reader behind a pipe waits for each part.
    fflush(nil)
  }

  private static var presets: [String: String] {
    guard let name = unsafe getenv("REVIEW_OPERATOR") else { return [:] }
    return ["operator": unsafe String(cString: name)]
  }

  /// Writes a line to the error output.
  static func say(_ text: String) {
    let line = Array("\(text)\n".utf8)
    _ = unsafe line.withUnsafeBytes { bytes in
      unsafe write(STDERR_FILENO, bytes.baseAddress, bytes.count)
    }
  }
}

/// Operators read the answer of their operation; what the engine sees goes to the audit row.
struct SilentObserver: EngineObserver {
  func observe(_ event: EngineEvent) {}
}
