import Foundation

/// The calendar clock and the waiting for rest, for all services at once.
struct Stage: Sendable {
  let api: API

  /// How long rest is waited for before the rehearsal gives up.
  static let patience = Duration.seconds(600)
  private static let pause = Duration.milliseconds(50)

  private struct Clock: Codable {
    let version: Int64
    let instant: String
  }

  private struct ConfirmedClock: Decodable {
    let version: Int64?
    let now: String
  }

  /// Sets the calendar of every instance and goes on when each has confirmed (contract 19).
  ///
  /// Whoever else sets it meanwhile has taken the version: then all are told again, with the next.
  func setClock(_ instant: String) async throws {
    var version: Int64 = 0
    try await wait("a free version of the calendar") {
      version = try await nextVersion()
      return try await offerClock(instant, version: version)
    }
    try await wait("every instance to confirm the clock") {
      try await api.admin("/admin/clock").allSatisfy { _, _, answer in
        guard answer.status == 200 else { return false }
        return try answer.decode(ConfirmedClock.self).version ?? 0 >= version
      }
    }
  }

  /// - Returns: whether the version was still free everywhere.
  private func offerClock(_ instant: String, version: Int64) async throws -> Bool {
    for url in api.addresses.adminURLs.values.joined() {
      var status = 0
      try await wait("the clock of \(url)") {
        let answer = try await api.adminPut(
          "\(url)/admin/clock", json: Clock(version: version, instant: instant))
        status = answer?.status ?? 0
        return (200..<300).contains(status) || status == 409
      }
      if status == 409 { return false }
    }
    return true
  }

  private func nextVersion() async throws -> Int64 {
    var newest: Int64 = 0
    for (_, _, answer) in try await api.admin("/admin/clock") where answer.status == 200 {
      newest = max(newest, try answer.decode(ConfirmedClock.self).version ?? 0)
    }
    return newest + 1
  }

  /// Waits until everything that was done is known everywhere.
  ///
  /// One look is not enough: an event can be on its way between two services, and a partition whose
  /// reader was killed is in nobody's lag. So what every consumer heard must equal what its area
  /// told, and it must still do so in a second look.
  func rest() async throws {
    var unrest: [String] = []
    try await wait("rest; last seen: \(unrest.joined(separator: ", "))") {
      for _ in 1...2 {
        unrest = try await whatIsUnderWay()
        guard unrest.isEmpty else { return false }
      }
      return true
    }
  }

  private func whatIsUnderWay() async throws -> [String] {
    for (_, url, answer) in try await api.admin("/status") {
      guard answer.status == 200 else { return ["\(url) does not answer"] }
      let reasons = try answer.decode(ServiceState.self).unrest
      guard reasons.isEmpty else { return reasons.map { "\(url): \($0)" } }
    }
    return try await everythingIsHeard() ? [] : ["facts that were told and not heard"]
  }

  private struct Progress: Decodable {
    let told: Int
    let heard: [String: Int]
  }

  /// The areas by the last part of consumers' names.
  private static let areas: [String: Service] = [
    "intake": .intake, "case": .caseTracking, "rating": .rating, "notification": .notification,
  ]

  private func everythingIsHeard() async throws -> Bool {
    var told: [Service: Int] = [:]
    var heard: [(area: Service, count: Int)] = []
    for service in Service.allCases {
      guard let url = api.addresses.adminURLs[service]?.first else { return false }
      let answer = try await api.adminGet("\(url)/admin/progress")
      guard let answer, answer.status == 200 else { return false }
      let progress = try answer.decode(Progress.self)
      told[service] = progress.told
      for (consumer, count) in progress.heard {
        let area = consumer.split(separator: ".").last.flatMap { Self.areas[String($0)] }
        if let area { heard.append((area, count)) }
      }
    }
    return heard.allSatisfy { told[$0.area] == $0.count }
  }

  /// Waits until every reminder due at `instant` was planned and every mail has left.
  func mailSent(through instant: String) async throws {
    let formatter = ISO8601DateFormatter()
    guard let goal = formatter.date(from: instant) else {
      preconditionFailure("the calendar writes RFC 3339")
    }
    let fractional = ISO8601DateFormatter()
    fractional.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
    try await wait("mail through \(instant)") {
      let state = try await api.get(.notification, "/v1/mail/summary").decode(MailState.self)
      guard let text = state.evaluatedThrough,
        let reached = fractional.date(from: text) ?? formatter.date(from: text)
      else { return false }
      return reached >= goal && state.states.pending == 0 && state.states.sending == 0
    }
  }

  private func wait(
    _ what: @autoclosure () -> String, until condition: () async throws -> Bool
  ) async throws {
    let start = ContinuousClock.now
    while try await !condition() {
      guard ContinuousClock.now - start < Self.patience else { throw NeverCame(what: what()) }
      try await Task.sleep(for: Self.pause)
    }
  }
}

/// Something that was waited for did not come in time.
struct NeverCame: Error, CustomStringConvertible {
  let what: String
  var description: String { "gave up waiting for \(what) after \(Stage.patience)" }
}
