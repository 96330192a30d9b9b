internal import CRdKafka

/// What librdkafka or a broker refused.
///
/// The message is a fixed text of the library for the code: without addresses and without data.
public struct KafkaError: Error, Sendable, Hashable, CustomStringConvertible {
  /// librdkafka's code: negative for its own errors, positive for a broker's.
  public let code: Int32
  /// The code's stable name, for example `_TRANSPORT`.
  public let name: String
  /// The code's text.
  public let message: String
  /// Whether the client cannot be used any more and has to be made anew.
  public let isFatal: Bool
  /// Whether the same may succeed later without anybody changing anything.
  public let isRetriable: Bool

  /// `_TRANSPORT (-195): Local: Broker transport failure`.
  public var description: String { "\(name) (\(code)): \(message)" }

  init(code: Int32) { self.init(rd_kafka_resp_err_t(code)) }

  init(_ code: rd_kafka_resp_err_t, isFatal: Bool = false) {
    self.init(code, message: unsafe String(cString: rd_kafka_err2str(code)), isFatal: isFatal)
  }

  init(_ code: rd_kafka_resp_err_t, message: String, isFatal: Bool = false) {
    self.code = code.rawValue
    name = unsafe String(cString: rd_kafka_err2name(code))
    self.message = message
    self.isFatal = isFatal
    isRetriable = !isFatal && Self.passing.contains(code.rawValue)
  }

  /// A partition has to be read from another place, which takes a new client.
  static let moved = KafkaError(
    RD_KAFKA_RESP_ERR__STATE, message: "partitions are read from another place")

  /// Records were asked for before it was said which.
  static let nothingFixed = KafkaError(
    RD_KAFKA_RESP_ERR__STATE, message: "what to read was not fixed")

  /// Nothing came in time.
  static let timedOut = KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT)

  /// The client was closed by its owner.
  static let closed = KafkaError(RD_KAFKA_RESP_ERR__DESTROY, isFatal: true)

  /// Errors that pass by themselves, as far as this system meets them.
  private static let passing: Set<Int32> = Set(
    [
      RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN,
      RD_KAFKA_RESP_ERR__RESOLVE, RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__MSG_TIMED_OUT,
      RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE, RD_KAFKA_RESP_ERR__WAIT_COORD,
      RD_KAFKA_RESP_ERR__QUEUE_FULL, RD_KAFKA_RESP_ERR__PURGE_QUEUE,
      RD_KAFKA_RESP_ERR__PURGE_INFLIGHT, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
      RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
      RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
      RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
      RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
      RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND,
      RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS,
    ].map(\.rawValue))
}

/// The version of the library in use.
public enum KafkaLibrary {
  /// For example `2.0.2`.
  public static var version: String { unsafe String(cString: rd_kafka_version_str()) }
}
