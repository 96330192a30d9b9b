internal import KafkaStream
internal import Operations
internal import ReviewEvents
internal import ServiceRuntime

/// Asks the configured broker how long it keeps records.
struct BrokerRetention: TopicRetention {
  let settings: RuntimeSettings

  /// Without an answer nothing is known, whatever the topics were made with.
  func retention(of topics: [Topic]) async -> [Topic: RetentionTime] {
    guard let kafka = try? Broker.kafka(settings), let admin = try? KafkaAdmin(settings: kafka)
    else { return [:] }
    let found = try? await admin.retention(of: topics)
    await admin.close()
    return (found ?? [:]).mapValues { retention in
      switch retention {
      case .unlimited: .unlimited
      case .limited(let time): .limited(time)
      case .limitedBySize: .limitedBySize
      }
    }
  }
}
