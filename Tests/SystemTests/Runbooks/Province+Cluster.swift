import Foundation
import NIOHTTP1

extension Province {
  /// Lets every consumer read something, so that all of them have a position to lose: a case is
  /// proposed about commune `number`.
  func letAllConsumersRead(about number: Int) async throws {
    let body =
      #"{"caseId":"c\#(number)","cycleId":"2021","subjectId":"\#(TestYear.commune(number))","#
      + #""authorityId":"D1","grounds":["DISUNITY"],"matters":[{"area":"LAND","text":"Đất"}]}"#
    let answer = try await client.insist(
      .POST, url(.caseTracking) + "/v1/cases", headers: Client.command(by: TestYear.district),
      body: Data(body.utf8))
    guard answer.status == 201 else { throw Trouble("no case: \(answer.text)") }
    try await rest()
  }

  /// Starts the broker, which has forgotten everything.
  /// - Returns: the id of its cluster, once every service has refused to go on with it unasked.
  func startOtherCluster() async throws -> String {
    try await brokerOfOurs("start", "broker")
    for service in Service.allCases {
      try await eventually("\(service) to find another cluster") {
        try await strangerCluster(of: service) != nil
      }
    }
    for consumer in Self.consumers {
      try await eventually("\(consumer.name) to stop reading") {
        try await reasons(of: consumer.service).contains {
          $0.hasPrefix("\(consumer.name) stopped reading")
        }
      }
    }
    guard let found = try await strangerCluster(of: .intake) else { throw Trouble("no cluster") }
    return found
  }

  /// Every consumer of every service.
  static let consumers: [(service: Service, name: String)] = [
    (.intake, "intake.case"), (.intake, "intake.repair"),
    (.caseTracking, "case-tracking.intake"), (.caseTracking, "case-tracking.repair"),
    (.rating, "rating.intake"), (.rating, "rating.case"), (.rating, "rating.repair"),
    (.notification, "notification.intake"), (.notification, "notification.case"),
    (.notification, "notification.repair"),
  ]

  /// What an operator does in every service but `service`: accept the cluster, start over.
  func acceptCluster(_ cluster: String, exceptIn service: Service) async throws {
    for other in Service.allCases where other != service {
      try await acceptCluster(cluster, in: other)
    }
    try await startOver(exceptIn: service)
  }

  /// Accepts the cluster in one service.
  func acceptCluster(_ cluster: String, in service: Service) async throws {
    let answer = try await operate(
      service, "republish", ["accept-cluster": cluster, "confirm": try await facts(of: service)])
    guard answer.status == 200 else { throw Trouble("\(service): \(answer.text)") }
  }

  /// Lets all consumers start over but those of `service`.
  func startOver(exceptIn service: Service? = nil) async throws {
    for consumer in Self.consumers where consumer.service != service {
      let answer = try await operate(
        consumer.service, "consumer-start-over", ["consumer": consumer.name])
      guard answer.status == 200 else { throw Trouble("\(consumer): \(answer.text)") }
    }
  }

  /// How many facts the log of a service holds, as its refusals name it.
  func facts(of service: Service) async throws -> String {
    let rows = try await query("\\connect \(service.database)\nselect count(*) from event_log")
    return rows.last ?? ""
  }

  /// What a service says is wrong; empty while it does not answer.
  func reasons(of service: Service) async throws -> [String] {
    let answer = try await client.get(admin(service) + "/status")
    return answer?["reasons"] as? [String] ?? []
  }

  /// The cluster that a service's relay does not publish to, if there is one.
  private func strangerCluster(of service: Service) async throws -> String? {
    for reason in try await reasons(of: service) where reason.contains("does not publish") {
      return reason.firstMatch(of: /found (\S+)\.\s/).map { String($0.1) }
    }
    return nil
  }
}
