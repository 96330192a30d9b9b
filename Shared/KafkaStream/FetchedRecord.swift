internal import CRdKafka
internal import EventStream
private import Glibc
internal import ReviewEvents

/// A record that was fetched and is not read yet; owns librdkafka's event and its memory.
@safe final class FetchedRecord {
  private let event: OpaquePointer
  private let message: UnsafePointer<rd_kafka_message_t>

  /// Takes `event`, which must be of the kind `RD_KAFKA_EVENT_FETCH`.
  /// - Returns: `nil` when it holds no record; then it is destroyed already.
  @unsafe init?(owning event: OpaquePointer) {
    guard let message = unsafe rd_kafka_event_message_next(event),
      unsafe message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR
    else {
      unsafe rd_kafka_event_destroy(event)
      return nil
    }
    unsafe self.event = event
    unsafe self.message = message
  }

  deinit { unsafe rd_kafka_event_destroy(event) }

  var offset: Int64 { unsafe message.pointee.offset }

  /// Where it stood, if that is one of `topics`.
  func partition(in topics: [(name: [CChar], topic: Topic)]) -> TopicPartition? {
    guard let found = unsafe rd_kafka_topic_name(message.pointee.rkt) else { return nil }
    let named = topics.first { name, _ in unsafe strcmp(found, name) == 0 }
    guard let topic = named?.topic else { return nil }
    return TopicPartition(topic: topic, partition: unsafe message.pointee.partition)
  }

  /// Whether its key begins with `prefix`; nothing else of it is looked at.
  func hasKey(beginningWith prefix: [UInt8]) -> Bool {
    guard let key = unsafe message.pointee.key else { return false }
    return unsafe UnsafeRawBufferPointer(start: key, count: message.pointee.key_len)
      .starts(with: prefix)
  }

  /// Reads headers and body.
  func record(in partition: TopicPartition) -> ConsumedRecord {
    ConsumedRecord(
      partition: partition, offset: offset, content: unsafe message.event(topic: partition.topic))
  }
}
