import Testing

/// What must hold at the end of a year, whatever happened in it.
struct YearCheck {
  let province: Province

  /// Checks logs, fences, read models and mailbox.
  /// - Returns: how many streams were asked for again.
  func check(after faults: [Fault]) async throws -> Int {
    try await province.rest(within: .seconds(180))
    for state in try await province.states() {
      #expect(state?.isAtRest == true, "\(state?.instance ?? "an instance does not answer")")
    }
    for (service, log) in try await province.settledLogs() {
      #expect(log.faults.isEmpty, "\(service): \(log.faults)")
      #expect(log.facts > 0)
    }
    try await verify()
    try await checkMails(after: faults)
    return try await repairs()
  }

  /// The fold of each log equals what is stored, and no fence is beyond its writer.
  private func verify() async throws {
    for service in Service.allCases {
      for operation in ["verify-log", "verify-read-models"] {
        let answer = try await province.operate(service, operation, [:])
        let verdicts = (answer["checks"] as? [[String: Any]])?.map { $0["verdict"] as? String }
        #expect(
          verdicts?.isEmpty == false && verdicts?.allSatisfy { $0 == "ok" } == true,
          "\(service) \(operation): \(answer.text)")
      }
    }
  }

  private func checkMails(after faults: [Fault]) async throws {
    let mailbox = try await Mailbox(of: province)
    #expect(!mailbox.sent.isEmpty)
    #expect(mailbox.twice.isEmpty)
    let senders = province.instances[.notification] ?? 1
    let atRisk = faults.map { $0.mailsAtRisk(senders: senders) }.reduce(0, +)
    #expect(mailbox.uncertain.count <= atRisk, "after \(faults)")
    let received = Set(mailbox.received)
    #expect(mailbox.sent.subtracting(received).isEmpty, "what counts as sent was received")
    #expect(
      received.subtracting(mailbox.sent).subtracting(mailbox.uncertain).isEmpty,
      "what was received counts as sent or as uncertain")
  }

  private func repairs() async throws -> Int {
    let sql = Service.allCases.map { service in
      "\\connect \(service.database)\nselect count(*) from event_log where stream like 'repair/%';"
    }
    return try await province.query(sql.joined(separator: "\n")).compactMap { Int($0) }
      .reduce(0, +)
  }
}
