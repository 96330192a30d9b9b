public import EventStream
internal import ReviewEvents

/// The operations on consumers: where they stand, and the way out of the off-season guard.
public enum ConsumerOperations {
  /// All of them.
  public static func all(_ desk: ConsumerDesk) -> [Operation] {
    [list(desk), startOver(desk), check(desk)]
  }

  private static func list(_ desk: ConsumerDesk) -> Operation {
    .reads("consumer list", "Shows where every consumer stands and whether it is held") { _ in
      var consumers: [ConsumerState] = []
      for consumer in try await desk.consumers() {
        consumers.append(try await desk.state(consumer))
      }
      return ConsumerList(consumers: consumers)
    }
  }

  /// Safe at any moment: a running consumer finds its position gone before it applies the next
  /// batch and begins at the oldest record; what it has is dropped by the fences, what is gone from
  /// the topic shows as a gap, or as a beginning that is missing, and is asked for.
  private static func startOver(_ desk: ConsumerDesk) -> Operation {
    .changes(
      "consumer start-over",
      "Forgets where a consumer stands: it reads from the oldest record and drops what it has",
      [
        .required("consumer", .text, "the consumer, such as rating.intake"),
        .optional("partition", .number(0...Int64(Int32.max)), "only this partition"),
      ]
    ) { call in
      let consumer = try await desk.consumer(call.input)
      let partition = call.input.number("partition").map { Int32($0) }
      do {
        let forgotten = try await desk.store.commit { transaction in
          let places = try transaction.positions(of: consumer).keys.sorted()
            .filter { partition == nil || $0.partition == partition }
          // Waits for a batch under way, which then finds its position gone.
          _ = try transaction.lockPositions(consumer, places)
          for place in places { try transaction.forgetPosition(consumer, place) }
          return places.map(\.description)
        }
        call.counts.set("positions", forgotten.count)
        return StartOverAnswer(consumer: consumer.description, forgotten: forgotten)
      } catch StoreError.busy {
        throw OperationRefusal(
          "consumer-held",
          "\(consumer) is held while its tables are exchanged, or the database is busy: try again")
      }
    }
  }

  private static func check(_ desk: ConsumerDesk) -> Operation {
    .reads(
      "consumer check",
      "Whether topics, positions and disk last until the next season; exit code 1 unless all do",
      [
        .optional(
          "data-directory", .text,
          "where PostgreSQL keeps its data, if that is on this machine: free room is looked up there"
        )
      ]
    ) { call in try await SeasonCheck(desk, call).run() }
  }
}

/// What operators need to look after consumers.
public struct ConsumerDesk: Sendable {
  let store: any Store
  let subscriptions: [Subscription]
  let seasonDays: Int
  let retention: any TopicRetention

  /// A desk for `subscriptions`.
  /// - Parameters:
  ///   - seasonDays: how many days may pass between two seasons.
  ///   - retention: asks the broker how long it keeps records.
  public init(
    _ store: any Store, _ subscriptions: [Subscription], seasonDays: Int,
    retention: any TopicRetention
  ) {
    self.store = store
    self.subscriptions = subscriptions
    self.seasonDays = seasonDays
    self.retention = retention
  }

  /// Every consumer that is declared or has read something: the listener for repair is one too.
  func consumers() async throws -> [ConsumerName] {
    let stored = try await store.commit { try ConsumerTable.consumers(in: $0) }
    return Set(stored + subscriptions.map(\.consumer)).sorted { $0.description < $1.description }
  }

  /// The consumer that a call names.
  func consumer(_ input: OperationInput) async throws -> ConsumerName {
    let known = try await consumers()
    guard let found = known.first(where: { $0.description == input.text("consumer") }) else {
      throw OperationRefusal(
        "unknown-consumer",
        "name one consumer of this service: \(known.map(\.description).joined(separator: ", "))")
    }
    return found
  }

  func state(_ consumer: ConsumerName) async throws -> ConsumerState {
    var state = try await store.commit { try ConsumerTable.state(consumer, in: $0) }
    state.isHeld = try await isHeld(consumer)
    return state
  }

  /// Tries what a reader does before each batch, in a partition that nobody reads.
  private func isHeld(_ consumer: ConsumerName) async throws -> Bool {
    let nobodys = TopicPartition(topic: ServiceArea.intake.topic, partition: .max)
    do {
      _ = try await store.commit { try $0.lockPosition(consumer, nobodys) }
      return false
    } catch StoreError.busy { return true }
  }
}

/// Where one consumer stands.
struct ConsumerState: Encodable, Sendable, Hashable {
  struct Position: Encodable, Sendable, Hashable {
    let partition: String
    let nextOffset: Int64
    let cluster: String
    let lastEvent: String
    let movedAt: Instant
  }

  let consumer: String
  let positions: [Position]
  let streams: Int64
  /// The sum of its fences: facts that it has behind it.
  let applied: Int64
  let parkedEvents: Int64
  let gaps: Int64
  /// Whether it is kept from reading while its tables are exchanged.
  var isHeld = false

  var text: String {
    let head =
      "\(consumer): \(applied) facts of \(streams) streams applied, \(parkedEvents) events parked, "
      + "\(gaps) gaps\(isHeld ? ", HELD" : "")"
    return
      ([head]
      + positions.map {
        "  \($0.partition) next \($0.nextOffset), cluster \($0.cluster), last \($0.lastEvent), moved "
          + $0.movedAt.localWithZone
      }).joined(separator: "\n")
  }
}

/// All consumers.
struct ConsumerList: OperationAnswer {
  let consumers: [ConsumerState]
  var text: String { consumers.map(\.text).joined(separator: "\n") }
}

/// Which positions were forgotten.
struct StartOverAnswer: OperationAnswer {
  let consumer: String
  let forgotten: [String]

  var text: String {
    guard !forgotten.isEmpty else { return "\(consumer) stands nowhere there: nothing to forget" }
    return
      "\(consumer) begins \(forgotten.joined(separator: ", ")) at the oldest record; a running "
      + "consumer does so within seconds, also one that the off-season guard has stopped"
  }
}
