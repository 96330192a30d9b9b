import Foundation
import NIOHTTP1
import Synchronization
import Testing

extension `The whole system` {
  @Suite(.serialized, .timeLimit(.minutes(5))) struct `A year in which PostgreSQL goes away` {
    @Test func `answers 503, recovers by itself and loses nothing acknowledged`() async throws {
      try await Province.with { province in
        async let rehearsal = province.rehearse()
        try await eventually("the cycle to be known", within: .seconds(120)) {
          let answer = try await province.client.get(
            province.url(.caseTracking) + "/v1/cycles/2021/case-statistics")
          return answer?.status == 200
        }
        let probe = Probe(of: province)
        async let probing: Void = probe.run()
        try await eventually("acknowledged outages") { probe.acknowledged.count >= 3 }
        try await province.stack("kill", "postgres")
        try await eventually("every service to answer 503") { probe.isRefusedByAll }
        try await province.stack("start", "postgres")
        let count = probe.acknowledged.count
        try await eventually("more to be acknowledged") { probe.acknowledged.count > count + 3 }
        let (code, text) = try await rehearsal
        probe.stop()
        try await probing
        #expect(code == 0, "\(text)")
        #expect(probe.oddities.isEmpty)
        try await province.rest()
        try await checkStored(probe, in: province)
        for (service, log) in try await province.settledLogs() {
          #expect(log.faults.isEmpty, "\(service): \(log.faults)")
        }
      }
    }

    private func checkStored(_ probe: Probe, in province: Province) async throws {
      let stored = Set(try await province.query("\\connect intake\nselect note from outage"))
      let missing = probe.acknowledged.subtracting(stored)
      #expect(missing.isEmpty, "\(missing.count) of \(probe.acknowledged.count) are lost")
      let mailbox = try await Mailbox(of: province)
      #expect(mailbox.twice.isEmpty)
      #expect(mailbox.uncertain.isEmpty, "no sender was killed")
    }
  }
}

/// Asks and commands all services without a pause and notes what it is answered.
private final class Probe: Sendable {
  private struct Notes {
    var acknowledged: Set<String> = []
    var refusedBy: Set<Service> = []
    var oddities: [String] = []
    var isStopped = false
  }

  private let province: Province
  private let notes = Mutex(Notes())

  init(of province: Province) { self.province = province }

  /// The commands that were answered with 2xx.
  var acknowledged: Set<String> { notes.withLock { $0.acknowledged } }
  /// Whether every service has answered 503.
  var isRefusedByAll: Bool { notes.withLock { $0.refusedBy.count == Service.allCases.count } }
  /// Answers that nobody should get.
  var oddities: [String] { notes.withLock { $0.oddities } }

  func stop() { notes.withLock { $0.isStopped = true } }

  func run() async throws {
    var number = 0
    while !notes.withLock({ $0.isStopped }) {
      number += 1
      try await command(number)
      for (service, path) in [
        (Service.caseTracking, "/v1/cycles/2021/case-statistics"),
        (.rating, "/v1/cycles/2021/rating-statistics"), (.notification, "/v1/mail/summary"),
      ] {
        note(try await province.client.get(province.url(service) + path), of: service)
      }
    }
  }

  /// Records an outage long past, which changes no report and is found again by its note.
  private func command(_ number: Int) async throws {
    let name = "probe-\(number)"
    let answer = try await province.client.ask(
      .POST, province.url(.intake) + "/v1/outages",
      headers: Client.command(by: TestYear.province, key: "\(name)-of-2021"),
      body: Data(
        #"{"from":"2019-01-01T00:00:00Z","to":"2019-01-01T01:00:00Z","note":"\#(name)"}"#.utf8))
    note(answer, of: .intake)
    if answer?.status == 201 { notes.withLock { _ = $0.acknowledged.insert(name) } }
  }

  private func note(_ answer: Answer?, of service: Service) {
    notes.withLock { notes in
      guard let answer else {
        notes.oddities.append("\(service) did not answer")
        return
      }
      switch answer.status {
      case 200...299: break
      case 503 where answer.isProblem && answer.retryAfter != nil:
        notes.refusedBy.insert(service)
      default: notes.oddities.append("\(service): \(answer.text)")
      }
    }
  }
}
