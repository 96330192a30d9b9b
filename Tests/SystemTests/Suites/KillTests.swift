import Foundation
import Testing

extension `The whole system` {
  @Suite(.serialized, .timeLimit(.minutes(8))) struct `A year in which every process dies once` {
    private static let seed: UInt64 = 20_211_210
    private static let notificationKills = 2

    @Test func `ends with exact figures, without gaps and without a mail twice`() async throws {
      try await Province.with(instances: [.intake: 2, .notification: 2]) { province in
        let nemesis = Nemesis(on: province, seed: Self.seed)
        let (code, text) = try await play(under: nemesis, in: province)
        try #require(code == 0, "\(text)")
        #expect(nemesis.killed.count == 7)
        #expect(nemesis.killed == nemesis.victims)
        try await province.rest()
        for state in try await province.states() {
          #expect(state?.isAtRest == true, "\(state?.instance ?? "an instance does not answer")")
        }
        for (service, log) in try await province.settledLogs() {
          #expect(log.faults.isEmpty, "\(service): \(log.faults)")
          #expect(log.facts > 0)
        }
        try await checkMails(of: province)
      }
    }

    /// Plays the year; an instance that stays away ends it early, for the year would wait for it.
    private func play(
      under nemesis: Nemesis, in province: Province
    ) async throws -> (code: Int32, text: String) {
      try await withThrowingTaskGroup(of: (Int32, String)?.self) { group in
        group.addTask {
          try await province.rehearse(["--allow-uncertain", "\(Self.notificationKills)"])
        }
        group.addTask {
          try await nemesis.strike()
          return nil
        }
        group.addTask {
          try await province.watchOver()
          return nil
        }
        while let ended = try await group.next() {
          guard let ended else { continue }
          group.cancelAll()
          return ended
        }
        throw Trouble("the rehearsal did not end")
      }
    }

    private func checkMails(of province: Province) async throws {
      let mailbox = try await Mailbox(of: province)
      #expect(!mailbox.sent.isEmpty)
      #expect(mailbox.twice.isEmpty)
      #expect(mailbox.uncertain.count <= Self.notificationKills)
      let received = Set(mailbox.received)
      #expect(mailbox.sent.subtracting(received).isEmpty, "what counts as sent was received")
      #expect(
        received.subtracting(mailbox.sent).subtracting(mailbox.uncertain).isEmpty,
        "what was received counts as sent or as uncertain")
    }
  }
}
