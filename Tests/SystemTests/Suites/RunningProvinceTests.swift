import Foundation
import NIOHTTP1
import Testing

extension `The whole system` {
  /// Few requests at once and a short outbox, so that their limits are reached quickly.
  @Suite(
    .serialized, .timeLimit(.minutes(5)),
    .sharedProvince(["REVIEW_REQUESTS_MAX": "6", "REVIEW_OUTBOX_LIMIT": "50"]))
  struct `A running province` {
    // MARK: OpenAPI

    @Test(arguments: Service.allCases)
    func `describes every route it answers`(of service: Service) async throws {
      let province = try SharedProvince.require()
      let answer = try await province.client.insist(
        .GET, province.url(service) + "/openapi.json")
      #expect(answer.status == 200)
      #expect(answer.contentType.hasPrefix("application/json"))
      #expect((answer["openapi"] as? String)?.hasPrefix("3.1.") == true)
      let declared = Set(MalformedRequest.all.filter { $0.service == service }.compactMap(\.route))
      #expect(try Self.routes(answer) == declared, "the table of malformed requests covers all")
    }

    /// `POST /v1/cycles` and so on, but the document's own route.
    private static func routes(_ document: Answer) throws -> Set<String> {
      let paths = try #require(
        try JSONSerialization.jsonObject(with: document.body) as? [String: Any])["paths"]
      var routes: Set<String> = []
      for (path, operations) in try #require(paths as? [String: [String: Any]]) {
        for method in operations.keys where path != "/openapi.json" {
          routes.insert("\(method.uppercased()) \(path)")
        }
      }
      return routes
    }

    // MARK: Malformed input (acceptance 7)

    @Test func `refuses malformed input by slug and field, and records nothing`() async throws {
      let province = try SharedProvince.require()
      try await province.rest()
      let all = MalformedRequest.all
      #expect(Set(all.map(\.reach)).count >= 30)
      let before = try await province.factCounts()
      for request in all {
        let answer = try await province.client.ask(
          request.method, province.url(request.service) + request.path, headers: request.headers,
          body: request.body)
        let name = Comment(
          rawValue: "\(request.service) \(request.method) \(request.path), \(request.reach): "
            + (answer?.text ?? "no answer"))
        #expect(answer?.status == request.status, name)
        #expect((400...499).contains(answer?.status ?? 0), name)
        #expect(answer?.isProblem == true, name)
        #expect(answer?.slug == request.slug, name)
        #expect(answer?.field == request.field, name)
        let after = try await province.factCounts(of: [request.service])
        #expect(after[request.service] == before[request.service], name)
      }
      #expect(try await province.factCounts() == before)
    }

    @Test func `names each of three bad lines among two thousand`() async throws {
      let province = try SharedProvince.require()
      let before = try await province.factCounts()
      let table = MalformedRequest.longTable
      #expect(table.count == 2_000)
      let answer = try await province.client.insist(
        .POST, province.url(.intake) + "/v1/units/import",
        headers: Client.command(by: TestYear.province, type: "text/csv"),
        body: Data(table.joined(separator: "\n").utf8))
      #expect(answer.status == 422)
      #expect(answer.integer("errorsTotal") == 3)
      let lines = (0..<4).map { answer.integer("errors.\($0).line") }
      #expect(lines == [501, 1_001, 1_501, nil])
      #expect(answer["errors.1.field"] as? String == "reviewed")
      #expect(answer["errors.2.slug"] as? String == "malformed-csv")
      #expect(try await province.factCounts() == before)
    }

    // MARK: A burst before the deadline (acceptance 6)

    @Test func `takes a burst before the deadline and loses nothing`() async throws {
      let province = try SharedProvince.require()
      let reports = Array(1...150)
      try await province.setCalendar(TestYear.due.addingTimeInterval(-300))
      let burst = try await Burst(on: province)
      let receipts = try await burst.submit(reports)
      #expect(burst.refused > 0, "the burst must reach the limit, or it shows nothing")
      try await check(receipts, of: reports, in: burst, province)
      for receipt in receipts.values { #expect(receipt["lateness"] as? String == "onTime") }
    }

    @Test func `draws the line between in time and late exactly at the deadline`() async throws {
      let province = try SharedProvince.require()
      let reports = Array(151...200)
      // The burst begins before and ends behind the deadline.
      try await province.setCalendar(TestYear.due.addingTimeInterval(-0.15))
      let burst = try await Burst(on: province)
      let receipts = try await burst.submit(reports)
      try await check(receipts, of: reports, in: burst, province)
      try await province.setCalendar(TestYear.due)
      let late = try await TestYear(province).submit(201)
      #expect(late["lateness"] as? String == "late", "the deadline itself is too late")
    }

    private func check(
      _ receipts: [Int: Answer], of reports: [Int], in burst: Burst, _ province: Province
    ) async throws {
      #expect(Set(receipts.keys) == Set(reports))
      for (number, receipt) in receipts {
        let text = try #require(receipt["receivedAt"] as? String, "\(receipt.text)")
        let receivedAt = try Date(rfc3339: text)
        let span = try #require(burst.spans[number])
        #expect(span.contains(receivedAt), "report \(number)")
        let lateness = receivedAt < TestYear.due ? "onTime" : "late"
        #expect(receipt["lateness"] as? String == lateness, "report \(number), \(text)")
        let stored = try await province.client.insist(
          .GET, province.url(.intake) + "/v1/reports/\(TestYear.reportID(number))/receipts/1")
        #expect(stored.status == 200)
        #expect(stored["sha256"] as? String == receipt["sha256"] as? String)
        #expect(stored["receivedAt"] as? String == text)
      }
    }
  }
}
