import BrokerSockets
import CRdKafka
import Glibc

/// Why the broker cannot serve.
struct BrokerFailure: Error, CustomStringConvertible {
  let description: String
}

/// Owns librdkafka's mock cluster and the client instance it lives in.
///
/// Only one may exist in a process: the ports are handed out by process-wide functions.
@safe struct MockCluster: ~Copyable {
  static let brokersMax = UInt16(BROKER_SOCKETS_MAX)

  /// The address clients start from.
  let address: String
  private let replicas: Int32
  private let client: OpaquePointer
  private let cluster: OpaquePointer

  init(port: UInt16, advertised: UInt16?, brokers: UInt16) throws(BrokerFailure) {
    let refused = broker_sockets_hold(port, UInt32(brokers))
    guard refused == 0 else {
      throw Self.refusal(code: refused, port: port, brokers: brokers)
    }
    if let advertised { broker_sockets_advertise(advertised) }
    Self.shiftHeap()
    let client = unsafe try Self.makeClient()
    guard let cluster = unsafe rd_kafka_mock_cluster_new(client, Int32(brokers)) else {
      unsafe rd_kafka_destroy(client)
      throw BrokerFailure(description: "librdkafka could not make its mock cluster")
    }
    guard broker_sockets_held() == 0 else {
      unsafe rd_kafka_mock_cluster_destroy(cluster)
      unsafe rd_kafka_destroy(client)
      throw BrokerFailure(
        description: "this executable does not export its own bind(); link it with "
          + "--export-dynamic, or the port would be another one at each start")
    }
    unsafe self.client = client
    unsafe self.cluster = cluster
    address = "127.0.0.1:\(port)"
    replicas = Int32(min(brokers, 3))
  }

  func create(_ topic: TopicOption) throws(BrokerFailure) {
    let code = unsafe rd_kafka_mock_topic_create(
      cluster, topic.name, topic.partitions, replicas)
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
      throw BrokerFailure(
        description: unsafe "topic \(topic.name): \(String(cString: rd_kafka_err2str(code)))")
    }
  }

  /// Lets clients in; before, they would have topics made with another number of partitions.
  func open() {
    // Warnings and worse: this client talks to nobody, and would say so at every start.
    unsafe rd_kafka_set_log_level(client, 4)
    broker_sockets_open()
  }

  /// Has the next requests of each kind fail with what a cluster answers while its leaders and
  /// coordinators move; clients are expected to try again.
  func answerNextRequestsWithErrors() {
    for (request, errors) in Self.passingErrors {
      unsafe rd_kafka_mock_push_request_errors_array(
        cluster, request.rawValue, errors.count, errors)
    }
  }

  deinit {
    unsafe rd_kafka_mock_cluster_destroy(cluster)
    unsafe rd_kafka_destroy(client)
  }

  /// Kafka's numbers of the requests that are answered with errors.
  private enum Request: Int16 {
    case produce = 0
    case fetch = 1
    case listOffsets = 2
    case metadata = 3
    case offsetCommit = 8
    case findCoordinator = 10
    case joinGroup = 11
    case heartbeat = 12
  }

  /// Errors that pass by themselves, and so never mean that a client did something wrong.
  private static let passingErrors: [(Request, [rd_kafka_resp_err_t])] = [
    (
      .produce,
      [
        RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
        RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
      ]
    ),
    (.fetch, [RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR]),
    (.listOffsets, [RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE]),
    (.metadata, [RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE]),
    (.offsetCommit, [RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS]),
    (.findCoordinator, [RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE]),
    (.joinGroup, [RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS]),
    (
      .heartbeat,
      [RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, RD_KAFKA_RESP_ERR_NOT_COORDINATOR]
    ),
  ]

  private static func makeClient() throws(BrokerFailure) -> OpaquePointer {
    let configuration = unsafe rd_kafka_conf_new()
    // Whoever is turned away before `open` would be reported as an error.
    unsafe rd_kafka_conf_set(configuration, "log_level", "2", nil, 0)
    guard let client = unsafe rd_kafka_new(RD_KAFKA_PRODUCER, configuration, nil, 0) else {
      unsafe rd_kafka_conf_destroy(configuration)
      throw BrokerFailure(description: "librdkafka could not start")
    }
    return unsafe client
  }

  /// Moves the heap by a random amount that is never given back.
  ///
  /// The mock cluster's id is its address in memory, and clients tell a broker that has forgotten
  /// everything from the one before by that id. Where address randomisation is off, each start
  /// would report the same id.
  private static func shiftHeap() {
    for _ in 0..<Int.random(in: 0..<256) {
      unsafe _ = malloc(65_536)
    }
    unsafe _ = malloc(16 * Int.random(in: 1..<4_096))
  }

  private static func refusal(code: Int32, port: UInt16, brokers: UInt16) -> BrokerFailure {
    let ports =
      brokers == 1 ? "port \(port)" : "one of the ports \(port)...\(port + brokers - 1)"
    let reason =
      switch code {
      case EADDRINUSE: "is taken by another process"
      case EACCES: "is not allowed to this user"
      default: unsafe String(cString: strerror(code))
      }
    return BrokerFailure(description: "\(ports) of 127.0.0.1 \(reason)")
  }
}
