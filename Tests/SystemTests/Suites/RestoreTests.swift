import Foundation
import NIOHTTP1
import Testing

extension `The whole system` {
  @Suite(.serialized, .timeLimit(.minutes(10))) struct `A province that is restored` {
    // MARK: Everything at once

    @Test func `from a whole backup sends each mail that waited exactly once`() async throws {
      try await Province.with { province in
        let year = TestYear(province)
        try await year.begin()
        try await province.stack("stop", "sink")
        for number in 1...5 { #expect(try await year.submit(number).status == 201) }
        try await province.setCalendar(TestYear.due.addingTimeInterval(-3 * 86_400 + 36_000))
        // Five receipts, and a reminder to each of the others who has an address.
        try await eventually("the mails to wait") {
          try await Self.waiting(province).count == TestYear.reachable
        }
        let backup = province.state.appending(path: "backup").path
        try await Self.run(province, "backup", backup)
        let facts = try await province.factCounts(of: [.intake, .caseTracking, .rating])
        let waiting = try await Self.waiting(province)
        // What comes after the backup is lost.
        #expect(try await year.submit(20).status == 201)
        try await province.stack("down")
        try await Self.run(province, "restore", backup)
        try await province.stack("up")
        try await Self.releaseDoubtful(province, atMost: 1)
        try await province.rest()
        let mailbox = try await Mailbox(of: province)
        #expect(mailbox.received.sorted() == waiting.sorted())
        #expect(mailbox.twice.isEmpty)
        #expect(mailbox.uncertain.isEmpty)
        #expect(try await province.factCounts(of: [.intake, .caseTracking, .rating]) == facts)
        for (service, log) in try await province.settledLogs() {
          #expect(log.faults.isEmpty, "\(service): \(log.faults)")
        }
        #expect(try await year.submit(20).status == 201, "and life goes on")
        try await province.rest()
      }
    }

    /// The mails that are still to be sent.
    private static func waiting(_ province: Province) async throws -> [String] {
      try await province.query(
        "\\connect notification\nselect message_id from delivery"
          + " where state in ('pending', 'sending')")
    }

    /// The backup can show a mail in the hands of a sender, which is then held.
    private static func releaseDoubtful(_ province: Province, atMost limit: Int) async throws {
      try await eventually("the mails to be sent or held") {
        try await waiting(province).isEmpty
      }
      let held = try await province.query(
        "\\connect notification\nselect delivery_id, sequence from delivery"
          + " where state = 'uncertain'")
      #expect(held.count <= limit)
      for row in held {
        let columns = row.split(separator: "\t").map(String.init)
        let answer = try await province.client.insist(
          .POST, province.url(.notification) + "/v1/deliveries/\(columns[0])/release",
          headers: Client.command(by: TestYear.province, ifMatch: Int64(columns[1])),
          body: Data(#"{"decision":"resend","reason":"not in the sink"}"#.utf8))
        #expect(answer.status == 200, "\(answer.text)")
      }
    }

    // MARK: One service

    @Test func `service by service, each from the middle of a year, is what it was`() async throws {
      try await Province.with { province in
        let backup = province.state.appending(path: "backup").path
        let then = try await Self.play(province, backingUpTo: backup)
        try await province.rest()
        let picture = try await Picture(of: province)
        for service in Service.allCases {
          #expect(
            ![.intake, .notification].contains(service) || then[service] ?? 0 > 0,
            "\(service) had facts before")
          #expect(picture.facts[service] ?? 0 > then[service] ?? 0, "\(service) has some since")
          try await Self.restore(service, from: backup, in: province)
          let now = try await Picture(of: province)
          #expect(now.figures == picture.figures, "after \(service)")
          #expect(now.facts == picture.facts, "after \(service)")
          #expect(now.mails == picture.mails, "after \(service)")
          #expect(now.states == picture.states, "after \(service)")
        }
        try await Self.seeNewCommand(province)
      }
    }

    /// Plays the year with a backup in its middle.
    /// - Returns: how many facts there were at that time.
    private static func play(
      _ province: Province, backingUpTo backup: String
    ) async throws -> [Service: Int] {
      // Mails wait at the time of the backup, and are sent after it; the year waits for them. A
      // quick machine would have sent them all before anybody could stop the mail server.
      try await province.stack("stop", "sink")
      return try await withThrowingTaskGroup(of: [Service: Int]?.self) { group in
        group.addTask {
          let (code, text) = try await province.rehearse()
          guard code == 0 else { throw Trouble(text) }
          return nil
        }
        group.addTask {
          try await eventually("the middle of the year", within: .seconds(300)) {
            try await isMiddle(province)
          }
          try await eventually("a mail to wait") { try await !waiting(province).isEmpty }
          let counts = try await province.factCounts()
          try await run(province, "backup", backup)
          try await province.stack("start", "sink")
          return counts
        }
        var counts: [Service: Int] = [:]
        for try await found in group { counts.merge(found ?? [:]) { $1 } }
        return counts
      }
    }

    /// Reports are asked for; most of what leads to mails is still to come.
    private static func isMiddle(_ province: Province) async throws -> Bool {
      let counts = try await province.query(
        """
        \\connect intake
        select count(*) from event_log where event_type = 'review.intake.report-requested';
        """)
      return counts.count == 1 && counts.allSatisfy { (Int($0) ?? 0) > 0 }
    }

    /// Everything that must be the same afterwards.
    private struct Picture {
      let figures: [String]
      let facts: [Service: Int]
      let mails: [String]
      let states: [String]

      init(of province: Province) async throws {
        figures = try await province.figures()
        facts = try await province.factCounts()
        mails = try await Mailbox(of: province).received.sorted()
        states = try await province.query(
          """
          \\connect notification
          select delivery_id, state, coalesce(drop_reason, ''), sequence from delivery order by 1
          """)
      }
    }

    private static func run(_ province: Province, _ script: String, _ words: String...) async throws
    {
      let arguments = words.joined(separator: " ")
      let (code, text) =
        words.count == 1
        ? try await province.runScript(script, words[0])
        : try await province.runScript(script, words[0], words[1])
      guard code == 0 else { throw Trouble("\(script) \(arguments): \(text)") }
    }

    /// The runbook, step by step (docs/operating/service-restored.md).
    private static func restore(
      _ service: Service, from backup: String, in province: Province
    ) async throws {
      let clock = try await province.client.get(
        province.admin(service == .rating ? .intake : .rating) + "/admin/clock")
      try await province.stack("stop", "\(service.rawValue)-1")
      try await run(province, "restore", backup, service.rawValue)
      if service == .notification {
        #expect(try await !waiting(province).isEmpty, "what was sent since waits in the backup")
      }
      try await seeClosed(service, in: province)
      let missing = try await missing(service, in: province)
      #expect(missing.code == 1 && missing.facts > 0)
      let (code, text) = try await province.runScript(
        "stack", "run", service.rawValue, "log", "recover", "--stopped-in-order", "--confirm",
        "\(missing.facts)", "--operator", "an.tran", "--reason", "restored from the backup")
      try #require(code == 0, "\(text)")
      try await province.stack("stop", "\(service.rawValue)-1")
      try await province.stack("start", "\(service.rawValue)-1")
      // The backup also held the calendar of its day, which only the local profile can move.
      let instant = try #require(clock?["now"] as? String)
      try await province.setCalendar(try Date(rfc3339: instant))
      try await province.rest()
      try await verify(service, in: province)
    }

    /// The service answers operators only; its readers notice.
    private static func seeClosed(_ service: Service, in province: Province) async throws {
      try await province.stack("start", "\(service.rawValue)-1")
      #expect(try await province.client.get(province.url(service) + "/v1/openapi.json") == nil)
      let status = try await province.client.get(province.admin(service) + "/status")
      let reasons = status?["reasons"] as? [String] ?? []
      #expect(reasons.contains { $0.contains("log recover") }, "\(reasons)")
      let readers: [Service] =
        switch service {
        case .intake: [.caseTracking, .rating, .notification]
        case .caseTracking: [.intake, .rating, .notification]
        case .rating, .notification: []
        }
      for reader in readers {
        let (code, text) = try await province.runScript(
          "stack", "run", reader.rawValue, "verify", "log")
        #expect(code == 1)
        #expect(text.contains("see docs/operating/service-restored.md"), "\(reader): \(text)")
      }
    }

    private static func missing(
      _ service: Service, in province: Province
    ) async throws -> (code: Int32, facts: Int) {
      let (code, text) = try await province.runScript(
        "stack", "run", service.rawValue, "log", "missing", "--json")
      let line = text.split(separator: "\n").last { $0.contains("\"gapCount\"") } ?? ""
      let answer = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return (code, try #require(answer?["facts"] as? Int, "\(text)"))
    }

    /// Nothing is left to be found anywhere.
    private static func verify(_ service: Service, in province: Province) async throws {
      for one in Service.allCases {
        let (code, text) = try await province.runScript(
          "stack", "run", one.rawValue, "verify", "log")
        #expect(code == 0, "\(one) after \(service): \(text)")
      }
      #expect(try await missing(service, in: province).code == 0)
      let (code, text) = try await province.runScript(
        "stack", "run", service.rawValue, "verify", "read-models", "--operator", "an.tran",
        "--reason", "after the recovery")
      #expect(code == 0, "\(service): \(text)")
    }

    /// What is recorded after the repair is accepted, and the others hear of it.
    private static func seeNewCommand(_ province: Province) async throws {
      let table =
        TestYear.units(1)[0] + "\nNEW,Xã mới,GRASSROOTS,PROVINCE,PROVINCE,GRASSROOTS-BODY,true"
      let answer = try await province.client.insist(
        .POST, province.url(.intake) + "/v1/units/import",
        headers: Client.command(by: TestYear.province, type: "text/csv"), body: Data(table.utf8))
      #expect((200..<300).contains(answer.status), "\(answer.text)")
      let known = try await province.client.insist(
        .GET, province.url(.rating) + "/v1/cycles/2021/rating-statistics?atLeast=unit/NEW:1")
      #expect(known.status == 200, "\(known.text)")
      try await province.rest()
    }
  }
}
