import Foundation
import NIOHTTP1
import Synchronization
import Testing

/// Many clients who hand in at once, each of which tries again as it is told.
final class Burst: Sendable {
  private static let clients = 120

  private struct Notes {
    var spans: [Int: ClosedRange<Date>] = [:]
    var refused = 0
  }

  private let province: Province
  /// What the calendar is ahead of the real clock, between two bounds.
  private let calendarAhead: ClosedRange<TimeInterval>
  private let notes = Mutex(Notes())

  init(on province: Province) async throws {
    self.province = province
    let asked = Date.now
    let answer = try await province.client.insist(.GET, province.admin(.intake) + "/admin/clock")
    let answered = Date.now
    let shown = try Date(rfc3339: try #require(answer["now"] as? String))
    // The services' moments are whole milliseconds.
    calendarAhead =
      shown.timeIntervalSince(answered) - 0.002...shown.timeIntervalSince(asked) + 0.002
  }

  /// How many answers said to come back.
  var refused: Int { notes.withLock { $0.refused } }
  /// Between which moments of the calendar the accepted request of each report was under way.
  var spans: [Int: ClosedRange<Date>] { notes.withLock { $0.spans } }

  /// Hands in these reports, all at once.
  /// - Returns: the receipt of each.
  func submit(_ reports: [Int]) async throws -> [Int: Answer] {
    try await withThrowingTaskGroup(of: (Int, Answer).self) { group in
      var rest = reports.makeIterator()
      for _ in 0..<Self.clients {
        if let number = rest.next() { group.addTask { try await self.submit(number) } }
      }
      var receipts: [Int: Answer] = [:]
      while let (number, answer) = try await group.next() {
        receipts[number] = answer
        if let number = rest.next() { group.addTask { try await self.submit(number) } }
      }
      return receipts
    }
  }

  private func submit(_ number: Int) async throws -> (Int, Answer) {
    let url = province.url(.intake) + "/v1/reports/\(TestYear.reportID(number))/submit"
    let headers = Client.command(
      by: TestYear.commune(number), key: "burst-\(number)-of-2021", ifMatch: 1)
    let body = TestYear.report("nộp dồn dập \(number)")
    let deadline = ContinuousClock.now + .seconds(90)
    while true {
      let sent = Date.now
      let answer = try #require(
        try await province.client.ask(.POST, url, headers: headers, body: body),
        "a request in a burst is answered")
      let received = Date.now
      if answer.status == 201 {
        notes.withLock { notes in
          notes.spans[number] =
            sent.addingTimeInterval(
              calendarAhead.lowerBound)...received.addingTimeInterval(calendarAhead.upperBound)
        }
        return (number, answer)
      }
      try #require(answer.status == 503 && answer.isProblem, "\(answer.text)")
      #expect(answer.retryAfter != nil, "\(answer.text)")
      notes.withLock { $0.refused += 1 }
      guard .now < deadline else { throw Trouble("report \(number) was never taken") }
      // Sooner than asked, to keep the pressure up.
      try await Task.sleep(for: .milliseconds(Int.random(in: 50...200)))
    }
  }
}
