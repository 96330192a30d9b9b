import Foundation
import NIOHTTP1

extension Province {
  /// What a stack must be brought up with so that every fault is possible.
  static let faultSettings = [
    "REVIEW_FAULT_PROXY": "true", "REVIEW_POSTGRES_VOLUME_MIB": "4096",
  ]

  /// Whether PostgreSQL's disk can be filled: without the right to mount it cannot.
  func canFillDisk() async throws -> Bool {
    try await Command(
      arguments: ["/usr/bin/mountpoint", "-q", state.appending(path: "postgres").path],
      environment: [:], output: URL(filePath: "/dev/null")
    ).run() == 0
  }

  /// Lets it go wrong for as long as it lasts, and ends it.
  /// - Returns: when it ended, so that recovery can be measured from there.
  func suffer(_ fault: Fault) async throws -> ContinuousClock.Instant {
    switch fault.kind {
    case .serviceKill, .databaseKill, .brokerKill, .sinkKill:
      try await stack("kill", fault.target)
      try await Task.sleep(for: fault.lasting)
      return try await ending { try await stack("start", fault.target) }
    case .servicePause, .brokerPause:
      try await self.fault("pause", fault.target)
      try await Task.sleep(for: fault.lasting)
      return try await ending { try await self.fault("resume", fault.target) }
    case .brokerErrors:
      return try await ending { try await self.fault("disturb") }
    case .cut:
      return try await ending { try await self.fault("cut", fault.target) }
    case .hold, .slow:
      let milliseconds = fault.kind == .slow ? [String(fault.amount)] : []
      try await self.fault([fault.kind == .slow ? "slow" : "hold", fault.target] + milliseconds)
      try await Task.sleep(for: fault.lasting)
      return try await ending { try await self.fault("heal", fault.target) }
    case .diskFull:
      try await self.fault("fill")
      try await Task.sleep(for: fault.lasting)
      return try await ending {
        try await self.fault("drain")
        // Without room for its log it may have given up.
        try await stack("start", "postgres")
      }
    case .calendarJump:
      let jump = try await jumpCalendar(minutes: fault.amount)
      try await Task.sleep(for: fault.lasting)
      return try await ending { try await jump.back(in: self) }
    }
  }

  private func ending(_ end: () async throws -> Void) async throws -> ContinuousClock.Instant {
    let now = ContinuousClock.now
    try await end()
    return now
  }

  private func fault(_ words: String...) async throws { try await fault(words) }

  private func fault(_ words: [String]) async throws { try await script("fault", words) }
}

/// A calendar that was set to another hour, and how to set it back.
struct CalendarJump: Sendable {
  let version: Int64
  let seconds: TimeInterval

  /// Sets it back unless somebody has set it since: then that is what holds.
  func back(in province: Province) async throws {
    guard let clock = try await province.newestClock(), clock.version == version else { return }
    try await province.offerCalendar(
      clock.now.addingTimeInterval(-seconds), version: clock.version + 1)
  }
}

extension Province {
  /// Sets the calendar of all services back and forth by turns.
  fileprivate func jumpCalendar(minutes: Int) async throws -> CalendarJump {
    guard let clock = try await newestClock() else { throw Trouble("no instance has a calendar") }
    let seconds = TimeInterval(minutes * 60) * (clock.version.isMultiple(of: 2) ? 1 : -1)
    let jump = CalendarJump(version: clock.version + 1, seconds: seconds)
    try await offerCalendar(clock.now.addingTimeInterval(seconds), version: jump.version)
    return jump
  }

  /// The calendar with the highest version of any instance that answers.
  fileprivate func newestClock() async throws -> (version: Int64, now: Date)? {
    var newest: (version: Int64, now: Date)?
    for (service, number) in allInstances {
      let answer = try await client.get(admin(service, number) + "/admin/clock")
      guard let answer, let version = answer.integer("version"),
        version > newest?.version ?? -1, let text = answer["now"] as? String
      else { continue }
      newest = (version, try Date(rfc3339: text))
    }
    return newest
  }

  /// Tells every instance, but gives way to whoever takes the version first.
  fileprivate func offerCalendar(_ instant: Date, version: Int64) async throws {
    let body = Data(#"{"version":\#(version),"instant":"\#(instant.rfc3339)"}"#.utf8)
    for (service, number) in allInstances {
      let answer = try await client.ask(
        .PUT, admin(service, number) + "/admin/clock",
        headers: ["Content-Type": "application/json"], body: body)
      if answer?.status == 409 { return }
    }
  }
}
