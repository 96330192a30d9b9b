internal import EventStream
internal import ReviewEvents

/// The answers to one batch: every record gets exactly one.
struct PublishLedger {
  private enum Answer: Hashable {
    case open, acknowledged, refused
  }

  private let number: UInt32
  private var answers: [Answer]
  /// How many records the broker has.
  private(set) var acknowledged = 0
  /// How many records were handed to the client and have no answer yet.
  private(set) var awaited = 0
  /// The first refusal, by time.
  private(set) var refusal: KafkaError?
  /// Whether the broker refused a record, so that later ones may be on their way already.
  private(set) var isBroken = false

  /// The ledger of a batch; `number` tells its reports from those of other batches.
  init(number: UInt32, count: Int) {
    self.number = number
    answers = Array(repeating: .open, count: count)
  }

  /// What a record carries through the client, to be found again by its report; never 0.
  func mark(of index: Int) -> UInt { UInt(number) << 32 | UInt(index + 1) }

  /// The record is with the client.
  mutating func handedOver() { awaited += 1 }

  /// The client did not take the record.
  mutating func refuse(_ index: Int, _ error: KafkaError) {
    precondition(answers[index] == .open, "two answers for one record")
    answers[index] = .refused
    if refusal == nil { refusal = error }
  }

  /// A report arrived; answers whether it belongs to this batch.
  mutating func report(_ mark: UInt, _ error: KafkaError?) -> Bool {
    let index = Int(mark & 0xFFFF_FFFF) - 1
    guard mark >> 32 == UInt(number), answers.indices.contains(index) else { return false }
    precondition(answers[index] == .open, "two answers for one record")
    awaited -= 1
    answers[index] = error == nil ? .acknowledged : .refused
    if error == nil { acknowledged += 1 }
    if let error {
      isBroken = true
      if refusal == nil { refusal = error }
    }
    return true
  }

  /// What to tell the relay: in each stream only what stands before its first refusal counts as
  /// acknowledged, so that sending the rest again keeps the stream's order (contract 9).
  func outcome(of streams: [StreamID]) -> PublishOutcome {
    precondition(awaited == 0 && streams.count == answers.count)
    var broken: Set<StreamID> = []
    let acknowledged = zip(streams, answers).map { stream, answer in
      if answer != .acknowledged { broken.insert(stream) }
      return !broken.contains(stream)
    }
    return PublishOutcome(acknowledged: acknowledged, refusal: refusal?.message)
  }
}
