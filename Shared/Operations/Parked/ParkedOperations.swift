internal import EventStream
internal import ReviewEvents

/// The operations on parked events.
public enum ParkedOperations {
  /// All of them.
  public static func all(_ desk: ParkedDesk) -> [Operation] {
    [list(desk), show(desk), retry(desk), release(desk), discard(desk)]
  }

  /// The most groups that are listed.
  private static let groupsMax = 1_000
  /// The most events of a stream that are shown.
  private static let eventsMax: Int64 = 1_000

  private static func list(_ desk: ParkedDesk) -> Operation {
    .reads(
      "parked list", "Lists what is parked, by consumer, cause and type of fact",
      ParkedChoice.parameters
    ) { call in
      let choice = ParkedChoice(call.input)
      return ParkedList(
        groups: try await desk.store.commit {
          try ParkedTable.groups(choice, limit: groupsMax, in: $0)
        })
    }
  }

  private static func show(_ desk: ParkedDesk) -> Operation {
    .reads(
      "parked show", "Shows the parked events of a stream; names and free text are hidden",
      ParkedDesk.place + [
        .optional("limit", .number(1...eventsMax), "how many events; 20")
      ] + OperationParameter.revealing
    ) { call in
      let (release, stream) = try desk.place(call.input)
      let consumer = release.subscription.consumer
      let limit = Int(call.input.number("limit") ?? 20)
      let (events, times) = try await desk.store.commit { transaction in
        (
          try transaction.parked(consumer, of: stream, limit: limit),
          try ParkedTable.times(consumer, stream, limit: limit, in: transaction)
        )
      }
      guard !events.isEmpty else {
        throw OperationRefusal("nothing-parked", "nothing of \(stream) is parked by \(consumer)")
      }
      return ParkedStream(
        events: events.map {
          .init($0, since: times[$0.event.sequence], reveals: call.input.has("reveal"))
        })
    }
  }

  private static func retry(_ desk: ParkedDesk) -> Operation {
    .changes(
      "parked retry", "Tries the oldest stream of one group again; with --all, the others after it",
      ParkedChoice.parameters + [
        .optional("all", .flag, "go on with the rest of the group once the oldest stream is free"),
        OperationSafety.confirm,
      ]
    ) { call in try await RetryOperation(desk, call).run() }
  }

  private static func release(_ desk: ParkedDesk) -> Operation {
    .changes(
      "parked release", "Applies the parked events of one stream, in order", ParkedDesk.place
    ) { call in
      let (release, stream) = try desk.place(call.input)
      let consumer = release.subscription.consumer
      return try await desk.refusingWhileHeld(consumer) {
        let outcome = try await release.release(stream)
        call.counts.set("events", outcome.applied)
        return ReleaseAnswer(consumer, [.init(stream, outcome)])
      }
    }
  }

  private static func discard(_ desk: ParkedDesk) -> Operation {
    .changes(
      "parked discard",
      "Takes the first parked event of a stream out for good; rebuilds pass over it as well",
      ParkedDesk.place + [
        .required("sequence", .number(1...Int64.max), "the event's place in its stream"),
        OperationSafety.confirm, OperationSafety.approval,
      ]
    ) { call in try await DiscardOperation(desk, call).run() }
  }
}

/// What is parked, by cause.
struct ParkedList: OperationAnswer {
  let groups: [ParkedGroup]

  var text: String {
    groups.isEmpty ? "nothing is parked" : groups.map(\.line).joined(separator: "\n")
  }
}

/// Parked events of one stream.
struct ParkedStream: OperationAnswer {
  struct Event: Encodable, Sendable {
    let cause: String
    let problem: String?
    let attempts: Int
    let parkedAt: Instant?
    let partition: String
    let offset: Int64
    let event: ShownEvent

    init(_ parked: ParkedEvent, since: Instant?, reveals: Bool) {
      (cause, problem) = parked.cause.words
      attempts = parked.attempts
      parkedAt = since
      partition = parked.partition.description
      offset = parked.offset
      event = ShownEvent(parked.event, reveals: reveals)
    }
  }

  let events: [Event]

  var text: String {
    events.map { parked in
      let since = parked.parkedAt.map { ", since \($0.localWithZone)" } ?? ""
      return """
        \(parked.event.line)
          \(parked.cause)\(parked.problem.map { " \($0)" } ?? ""), \(parked.attempts) attempts\
        \(since), \(parked.partition) at \(parked.offset), version \(parked.event.dataVersion), \
        caused by \(parked.event.causationId)
        """
    }.joined(separator: "\n")
  }
}

extension ParkedEvent.Cause {
  /// The words of the table.
  var words: (cause: String, problem: String?) {
    switch self {
    case .undecodable(let problem): ("undecodable", problem.rawValue)
    case .failed(let reason): ("failed", reason)
    case .behind: ("behind", nil)
    }
  }
}
