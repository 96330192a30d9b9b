internal import EventStream
internal import ReviewEvents

/// Whether a consumer applied no more of any stream than its writer's log holds.
///
/// More would mean that the writer was restored to an earlier moment: it will give sequences out
/// again that this service takes for repeats.
struct FenceCheck: Sendable {
  /// The runbook for what this check finds.
  static let runbook = "docs/operating/service-restored.md"
  /// How many fences are compared at once.
  static let fencesPerPage = 5_000
  /// How many heads are asked for at once.
  static let headsPerPage = 10_000

  private let site: ReplaySite
  private let subscription: Subscription
  private let call: OperationCall
  private let namedMax: Int

  init(_ site: ReplaySite, _ subscription: Subscription, _ call: OperationCall, namedMax: Int) {
    self.site = site
    self.subscription = subscription
    self.call = call
    self.namedMax = namedMax
  }

  func run() async throws -> VerifyCheck {
    let consumer = subscription.consumer
    var check = VerifyCheck(
      "fences of \(consumer) not beyond the log of \(subscription.area.rawValue)")
    var after = ""
    while true {
      try Task.checkCancellation()
      let start = after
      let fences = try await site.store.commit { transaction in
        try Self.fences(consumer, after: start, limit: Self.fencesPerPage, in: transaction)
      }
      guard let last = fences.last else { return check }
      do { try await compare(fences, from: start, upTo: last.stream, &check) } catch {
        try Task.checkCancellation()
        check.unknown = Self.words(for: error)
        return check
      }
      check.looked += Int64(fences.count)
      call.report(check, "\(consumer): \(check.looked) fences", nil)
      after = last.stream
    }
  }

  /// The heads are asked for after the fences were read, so what arrives meanwhile is no finding.
  private func compare(
    _ fences: [StreamHead], from start: String, upTo last: String, _ check: inout VerifyCheck
  ) async throws {
    var rest = fences[...]
    var after = start
    while !rest.isEmpty {
      let heads = try await site.writers.heads(
        of: subscription.area, after: after, limit: Self.headsPerPage)
      let known = Dictionary(heads.map { ($0.stream, $0.sequence) }) { first, _ in first }
      // Behind a short page there is nothing more.
      let end = heads.count < Self.headsPerPage ? last : heads[heads.count - 1].stream
      while let fence = rest.first, fence.stream <= end || end == last {
        rest = rest.dropFirst()
        let head = known[fence.stream] ?? 0
        guard fence.sequence > head else { continue }
        check.note(
          "\(fence.stream): applied up to \(fence.sequence), the writer's log ends at \(head); "
            + "see \(Self.runbook)", namedMax: namedMax)
      }
      after = end
    }
  }

  /// Streams of repair count nothing that a log could be compared with.
  private static func fences(
    _ consumer: ConsumerName, after: String, limit: Int, in transaction: borrowing AnyTransaction
  ) throws -> [StreamHead] {
    try transaction.rows(
      """
      select stream, last_sequence from fence
       where consumer = $1 and stream > $2 and stream not like 'repair/%'
       order by stream limit $3
      """, [.text(consumer.description), .text(after), .integer(Int64(limit))]
    ).map { StreamHead(stream: try $0.text(0), sequence: try $0.integer(1)) }
  }

  /// Whoever asks the writers describes what went wrong without data; a store does not.
  private static func words(for error: any Error) -> String {
    error is StoreError ? OperationDesk.words(for: error) : "\(error)"
  }
}
