import EventStream
import KafkaStream
import Testing

@Suite(.timeLimit(.minutes(2))) struct `Leaving a group` {
  /// A thread stayed in librdkafka for ever when the group had ended before it was answered: one in
  /// twenty instances that were stopped while they joined.
  @Test func `ends in time at whatever moment it happens`() async throws {
    let broker = try await BrokerProcess.start()
    let begin = ContinuousClock.now
    try await withThrowingTaskGroup(of: Void.self) { group in
      for member in 0..<60 {
        group.addTask {
          let source = try KafkaSource(
            settings: broker.settings(), group: "case-tracking.leaving", topics: [Sample.topic])
          // From before the broker was heard of until the group has met.
          _ = try await source.poll(upTo: 1, within: .milliseconds(member * 70))
          await source.close()
        }
      }
      try await group.waitForAll()
    }
    #expect(ContinuousClock.now - begin < .milliseconds(60 * 70) + KafkaSource.closeDurationMax * 2)
  }
}
