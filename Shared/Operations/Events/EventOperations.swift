public import EventStream
internal import ReviewEvents

/// Looking at the service's own log.
public enum EventOperations {
  /// All of them.
  public static func all(_ log: EventLog) -> [Operation] { [tail(log), show(log), grep(log)] }

  /// The most facts of one answer.
  static let factsMax: Int64 = 10_000
  /// The longest time that new facts are waited for, in seconds.
  private static let followMax: Int64 = 3_600

  private static func limit(_ fallback: Int64) -> OperationParameter {
    .optional("limit", .number(1...factsMax), "at most so many facts; \(fallback)")
  }

  private static func tail(_ log: EventLog) -> Operation {
    .reads(
      "events tail", "Shows the last facts of the log, one line each; names and text are hidden",
      EventScope.parameters + [
        limit(20),
        .optional("follow", .flag, "go on with new facts"),
        .optional("seconds", .number(1...followMax), "follow at most so long; 60"),
      ] + OperationParameter.revealing
    ) { call in try await EventSearch(log, call, limit: 20).tail() }
  }

  private static func show(_ log: EventLog) -> Operation {
    .reads(
      "events show", "Shows the facts of one stream from a place on; names and text are hidden",
      [
        .required("stream", .stream, "the stream"),
        .optional("sequence", .number(1...Int64.max), "the first fact's place in its stream; 1"),
        limit(1_000),
      ] + OperationParameter.revealing
    ) { call in
      guard let stream = call.input.stream("stream") else {
        throw OperationRefusal("stream-missing", "name a stream")
      }
      let from = call.input.number("sequence") ?? 1
      let limit = Int(call.input.number("limit") ?? 1_000)
      let facts = try await log.store.commit {
        try $0.log(of: stream, from: from, limit: limit)
      }
      return EventLines(
        facts.map { ShownEvent($0, reveals: call.input.has("reveal")) },
        isComplete: facts.count < limit)
    }
  }

  private static func grep(_ log: EventLog) -> Operation {
    .reads(
      "events grep", "Looks for a text in the lines of `events tail`, as far as they are shown",
      [.required("text", .text, "the text, exactly as it stands in a line")]
        + EventScope.parameters + [limit(100)] + OperationParameter.revealing
    ) { call in try await EventSearch(log, call, limit: 100).grep() }
  }
}

/// The log that is looked at.
public struct EventLog: Sendable {
  let store: any Store
  let area: ServiceArea
  let pace: any Pace

  /// The log of the service that writes `area`.
  public init(_ site: ReplaySite, pace: any Pace = RealPace()) {
    store = site.store
    area = site.area
    self.pace = pace
  }
}

/// Facts, one line each.
struct EventLines: OperationAnswer {
  private(set) var facts: [ShownEvent]
  /// Whether nothing was left out for the limit's sake.
  private(set) var isComplete: Bool

  init(_ facts: [ShownEvent], isComplete: Bool) {
    self.facts = facts
    self.isComplete = isComplete
  }

  var text: String { facts.map(\.line).joined(separator: "\n") }
}
