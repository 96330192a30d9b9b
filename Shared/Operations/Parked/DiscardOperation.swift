internal import EventStream
internal import ReviewEvents

/// `parked discard`.
struct DiscardOperation: Sendable {
  private let desk: ParkedDesk
  private let call: OperationCall

  init(_ desk: ParkedDesk, _ call: OperationCall) {
    self.desk = desk
    self.call = call
  }

  func run() async throws -> DiscardAnswer {
    let (release, stream) = try desk.place(call.input)
    let consumer = release.subscription.consumer
    let sequence = call.input.number("sequence") ?? 0
    try await requireFirst(sequence, of: stream, consumer)
    // One fact is lost to this consumer, whatever stands behind it: nobody does that by a slip.
    try OperationSafety.requireExact(count: 1, call.input)
    return try await desk.site.approved(call, count: 1) {
      try await desk.refusingWhileHeld(consumer) {
        let (by, reason) = (call.input.operator, call.input.reason)
        let outcome = try await discard(release, stream, sequence) { transaction, event in
          try ParkedTable.discard(event, of: consumer, by: by, because: reason, in: transaction)
        }
        call.counts.set("discarded", 1)
        call.counts.set("events", outcome.applied)
        return DiscardAnswer(
          discarded: "\(stream)@\(sequence)", rest: .init(consumer, [.init(stream, outcome)]))
      }
    }
  }

  /// Said before anybody is asked to confirm or approve.
  private func requireFirst(
    _ sequence: Int64, of stream: StreamID, _ consumer: ConsumerName
  ) async throws {
    let first = try await desk.store.commit { try $0.parked(consumer, of: stream, limit: 1) }.first
    guard let first else { throw Self.refusal(.nothingParked, stream) }
    guard first.event.sequence == sequence else {
      throw Self.refusal(.notFirst(first.event.sequence), stream)
    }
  }

  private func discard(
    _ release: ParkedRelease, _ stream: StreamID, _ sequence: Int64,
    recording: @escaping @Sendable (borrowing AnyTransaction, ParkedEvent) throws -> Void
  ) async throws -> ParkedOutcome {
    do { return try await release.discard(stream, sequence, recording: recording) } catch let
      refusal
      as DiscardRefusal
    { throw Self.refusal(refusal, stream) }
  }

  private static func refusal(_ refusal: DiscardRefusal, _ stream: StreamID) -> OperationRefusal {
    switch refusal {
    case .nothingParked: OperationRefusal("nothing-parked", "nothing of \(stream) is parked")
    case .notFirst(let first):
      OperationRefusal(
        "not-first",
        "only the first parked event of a stream can be discarded, which is \(stream)@\(first)")
    case .fence(let fence):
      OperationRefusal(
        "fence-elsewhere",
        "\(stream) is applied up to \(fence), which is not the event before: run `parked release`")
    }
  }
}

/// What was discarded, and what became of the events behind it.
struct DiscardAnswer: OperationAnswer {
  let discarded: String
  let rest: ReleaseAnswer

  /// 0 even when events behind it stay parked: the event is discarded.
  var text: String { "\(discarded) is discarded\n\(rest.text)" }
}
