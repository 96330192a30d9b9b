internal import CRdKafka

/// What an error that a client reported means for whoever uses the client.
enum ClientTrouble: Hashable {
  /// Nothing to do: the client goes on by itself.
  case none
  /// The offset asked for is not there, or could not be looked up.
  case offsetMissing
  /// One connection is lost; others may do.
  case connectionLost
  /// No broker can be reached.
  case away
  /// The broker is there and refuses this client, its topic or its group.
  case refused

  init(_ error: KafkaError) {
    switch rd_kafka_resp_err_t(error.code) {
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
      self = .offsetMissing
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN: self = .away
    case RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__RESOLVE, RD_KAFKA_RESP_ERR__TIMED_OUT:
      self = .connectionLost
    case RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR__SSL,
      RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
      RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION,
      RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
      RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL,
      RD_KAFKA_RESP_ERR_INVALID_SESSION_TIMEOUT:
      self = .refused
    default: self = .none
    }
  }
}
