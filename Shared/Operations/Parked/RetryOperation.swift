internal import EventStream
internal import ReviewEvents

/// `parked retry`.
struct RetryOperation: Sendable {
  /// How many streams are looked up at once.
  static let streamsPerStepMax = 500
  /// The most streams that the answer names; all are counted.
  static let namedMax = 100

  private let desk: ParkedDesk
  private let call: OperationCall

  init(_ desk: ParkedDesk, _ call: OperationCall) {
    self.desk = desk
    self.call = call
  }

  func run() async throws -> ReleaseAnswer {
    let group = try await group()
    let choice = ParkedChoice(group)
    let release = try desk.release(ConsumerName(stringLiteral: group.consumer))
    let consumer = release.subscription.consumer
    let size = try await desk.store.commit { try ParkedTable.size(choice, in: $0) }
    let goesOn = call.input.has("all")
    if goesOn { try desk.safety.requireConfirmation(of: size.events, call.input) }
    var answer = ReleaseAnswer(consumer)
    try await desk.refusingWhileHeld(consumer) {
      var place: ParkedTable.Place?
      repeat {
        let start = place
        let streams = try await desk.store.commit { transaction in
          try ParkedTable.streams(
            choice, after: start, until: size.now,
            limit: goesOn ? Self.streamsPerStepMax : 1, in: transaction)
        }
        for (stream, reached) in streams {
          try Task.checkCancellation()
          answer.add(.init(stream, try await release.release(stream)))
          call.counts.set("streams", answer.streamsTried)
          call.counts.set("events", answer.applied)
          report(answer, of: group)
          place = reached
          // The oldest one is the proof that the cause is gone.
          if answer.streamsTried == 1, answer.streamsHeldUp == 1 { return }
        }
        if streams.isEmpty { return }
      } while goesOn
    }
    return answer
  }

  /// The one group that is meant.
  private func group() async throws -> ParkedGroup {
    let choice = ParkedChoice(call.input)
    let groups = try await desk.store.commit {
      try ParkedTable.groups(choice, limit: Self.namedMax, in: $0)
    }
    guard let group = groups.first else {
      throw OperationRefusal("nothing-parked", "nothing that is parked fits")
    }
    guard groups.count == 1 else {
      throw OperationRefusal(
        "several-groups",
        "several groups fit; name one by --consumer, --cause, --problem and --type:\n"
          + groups.map(\.line).joined(separator: "\n"))
    }
    return group
  }

  private func report(_ answer: ReleaseAnswer, of group: ParkedGroup) {
    let ratio = min(1, Double(answer.streamsTried) / Double(max(1, group.streams)))
    call.report(
      answer, "\(answer.streamsTried) of \(group.streams) streams, \(answer.applied) events",
      ratio)
  }
}

/// What became of parked streams that were sent on.
struct ReleaseAnswer: OperationAnswer {
  struct Stream: Encodable, Sendable {
    let stream: String
    let applied: Int
    /// The event that keeps the stream parked.
    let heldUpBy: String?
    let cause: String?
    let problem: String?
    let attempts: Int?

    init(_ stream: StreamID, _ outcome: ParkedOutcome) {
      self.stream = stream.description
      applied = outcome.applied
      let obstacle = outcome.obstacle
      heldUpBy = obstacle?.event.id
      cause = obstacle?.cause.words.cause
      problem = obstacle?.cause.words.problem
      attempts = obstacle?.attempts
    }

    var line: String {
      guard let heldUpBy, let cause else { return "\(stream): \(applied) events, free" }
      return "\(stream): \(applied) events, held up by \(heldUpBy): \(cause)"
        + (problem.map { " \($0)" } ?? "") + (attempts.map { ", \($0) attempts" } ?? "")
    }
  }

  let consumer: String
  private(set) var streamsTried = 0
  private(set) var streamsHeldUp = 0
  private(set) var applied = 0
  /// Streams that stay parked first; of the others only as many as fit.
  private(set) var streams: [Stream] = []

  init(_ consumer: ConsumerName, _ streams: [Stream] = []) {
    self.consumer = consumer.description
    for stream in streams { add(stream) }
  }

  mutating func add(_ stream: Stream) {
    streamsTried += 1
    streamsHeldUp += stream.heldUpBy == nil ? 0 : 1
    applied += stream.applied
    if streams.count < RetryOperation.namedMax {
      streams.append(stream)
    } else if stream.heldUpBy != nil, let free = streams.lastIndex(where: { $0.heldUpBy == nil }) {
      streams[free] = stream
    }
  }

  /// 1 when something stays parked.
  var exitCode: Int32 { streamsHeldUp == 0 ? 0 : 1 }

  var text: String {
    let sum =
      "\(consumer): \(streamsTried) streams tried, \(applied) events applied, "
      + "\(streamsHeldUp) streams stay parked"
    return ([sum] + streams.map { "  \($0.line)" }).joined(separator: "\n")
  }
}
