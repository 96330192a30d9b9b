import EventStream
import ReviewEvents
import TestSupport

/// The broker as one relay sees it.
///
/// A refused record holds up everything behind it in its partition, as an idempotent producer does.
/// Only a purged queue lets later records pass; that counts as a loss.
struct ProcessSink: RecordSink {
  let broker: MemoryBroker
  let dice: Dice
  let lifeline: Lifeline
  let witness: Witness

  func publish(_ records: [OutgoingRecord]) async -> PublishOutcome {
    await lifeline.wait()
    do { try lifeline.pass(.crashBeforePublish) } catch {
      return PublishOutcome(acknowledged: records.map { _ in false }, refusal: "dead")
    }
    let half = records.count / 2
    var heldUp: Set<TopicPartition> = []
    var acknowledged = records[..<half].map { take($0, &heldUp) }
    await lifeline.wait()
    acknowledged += records[half...].map { take($0, &heldUp) }
    // Dead from here on, a relay cannot delete what it published.
    try? lifeline.pass(.crashAfterPublish)
    let refusal = acknowledged.contains(false) ? "refused" : nil
    return PublishOutcome(acknowledged: acknowledged, refusal: refusal)
  }

  func clusterID(within: Duration) async -> String? {
    await MemorySink(broker).clusterID(within: within)
  }

  /// - Returns: whether the record is acknowledged.
  private func take(_ record: OutgoingRecord, _ heldUp: inout Set<TopicPartition>) -> Bool {
    let event = record.event
    let partition = broker.partition(of: event.stream, in: event.area.topic)
    guard !heldUp.contains(partition) else { return false }
    guard broker.isReachable, !dice.strikes(.recordRefused) else {
      heldUp.insert(partition)
      return false
    }
    if dice.strikes(.recordOvertaken) { return false }
    // Only facts that are sent for the first time: decision 0006 says what swallowed wishes and
    // repairs would cost.
    if event.stream.kind == .report, !record.isRepublished, dice.strikes(.recordSwallowed) {
      witness.lostUnseen()
      return true
    }
    let content = MemoryBroker.Content.event(event, isRepublished: record.isRepublished)
    broker.append(content, to: partition)
    if dice.strikes(.recordDuplicated) { broker.append(content, to: partition) }
    return !dice.strikes(.answerLost)
  }
}
