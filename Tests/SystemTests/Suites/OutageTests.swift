import Foundation
import NIOHTTP1
import Testing

extension `The whole system` {
  @Suite(
    .serialized, .timeLimit(.minutes(5)),
    .sharedProvince(["REVIEW_OUTBOX_LIMIT": "50"]))
  struct `A province that loses a part` {
    // MARK: The broker (acceptance 4)

    @Test func `works on without its broker up to a limit, and catches up`() async throws {
      let province = try SharedProvince.require()
      try await province.rest()
      try await province.stack("stop", "broker")
      try await seeDegraded(province)
      let submitted = try await submitUntilRefused(province)
      #expect(submitted.count > 1)
      let read = try await province.client.get(province.url(.intake) + "/v1/cycles/2021/counters")
      #expect(read?.status == 200, "reading goes on")
      try await province.stack("start", "broker")
      try await province.rest()
      for service in [Service.rating, .notification, .caseTracking] {
        for (number, version) in submitted {
          let known = try await province.client.insist(
            .GET,
            province.url(service) + Self.query(service)
              + "atLeast=report/\(TestYear.reportID(number)):\(version)")
          #expect(known.status == 200, "\(service): \(known.text)")
        }
      }
    }

    private static func query(_ service: Service) -> String {
      switch service {
      case .intake: "/v1/cycles/2021?"
      case .caseTracking: "/v1/cycles/2021/cases?"
      case .rating: "/v1/cycles/2021/rating-statistics?"
      case .notification: "/v1/mail/summary?"
      }
    }

    private func seeDegraded(_ province: Province) async throws {
      for service in Service.allCases {
        try await eventually("\(service) to say that the broker is away") {
          let ready = try await province.client.get(province.admin(service) + "/health/ready")
          #expect(ready?.status == 200, "\(service) stays ready: \(ready?.text ?? "")")
          let reasons = ready?["reasons"] as? [String] ?? []
          return ready?["state"] as? String == "degraded"
            && reasons.contains { $0.contains("broker") }
        }
        let status = try await province.client.get(province.admin(service) + "/status")
        #expect(status?["state"] as? String == "degraded")
        #expect((status?["reasons"] as? [String])?.isEmpty == false)
      }
    }

    /// Hands reports in until the service says that too much waits to be published.
    /// - Returns: the version of each report that was taken.
    private func submitUntilRefused(_ province: Province) async throws -> [Int: Int64] {
      var submitted: [Int: Int64] = [:]
      for number in 1...TestYear.communes {
        let answer = try #require(
          try await province.client.ask(
            .POST, province.url(.intake) + "/v1/reports/\(TestYear.reportID(number))/submit",
            headers: Client.command(by: TestYear.commune(number), ifMatch: 1),
            body: TestYear.report("không có máy chủ sự kiện")))
        if answer.status == 503 {
          #expect(answer.slug == "publishing-behind")
          #expect(answer.retryAfter != nil)
          #expect(answer.isProblem)
          let status = try await province.client.get(province.admin(.intake) + "/status")
          #expect((status?.integer("outbox.rows") ?? 0) > 50)
          return submitted
        }
        try #require(answer.status == 201, "\(answer.text)")
        submitted[number] = answer.version
      }
      throw Trouble("the outbox never became too long")
    }

    // MARK: Everything at once

    @Test func `comes back alone when all of it was stopped and started`() async throws {
      let province = try SharedProvince.require()
      try await province.rest()
      let year = TestYear(province)
      for number in 200...210 { #expect(try await year.submit(number).status == 201) }
      // Reminders to those who have an address.
      try await province.setCalendar(TestYear.due.addingTimeInterval(-3 * 86_400 + 36_000))
      try await eventually("a mail") { try await !Mailbox(of: province).received.isEmpty }
      try await province.rest()
      let before = try await Figures(of: province)
      try await province.stack("down")
      try await province.stack("up")
      try await province.rest()
      let after = try await Figures(of: province)
      #expect(after == before)
      #expect(after.mails.count == Set(after.mails).count, "no mail was sent twice")
      for (service, log) in try await province.settledLogs() {
        #expect(log.faults.isEmpty, "\(service): \(log.faults)")
      }
    }

    /// What must be the same after a restart.
    private struct Figures: Equatable {
      let counters: String
      let statistics: String
      let facts: [Service: Int]
      let mails: [String]

      init(of province: Province) async throws {
        let answer = try await province.client.insist(
          .GET, province.url(.intake) + "/v1/cycles/2021/counters")
        // The answer also says what time it is.
        counters = String(
          decoding: try JSONSerialization.data(
            withJSONObject: try #require(answer["counters"]), options: .sortedKeys), as: UTF8.self)
        statistics = try await province.client.insist(
          .GET, province.url(.rating) + "/v1/cycles/2021/rating-statistics"
        ).text
        facts = try await province.factCounts()
        mails = try await Mailbox(of: province).received.sorted()
      }
    }
  }
}
