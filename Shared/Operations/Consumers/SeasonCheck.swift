internal import EventStream
internal import Glibc
public import ReviewEvents

/// Asks the broker how long it keeps the records of topics.
public protocol TopicRetention: Sendable {
  /// How long records of each topic are kept; a topic is missing when nobody could say.
  func retention(of topics: [Topic]) async -> [Topic: RetentionTime]
}

/// How long records are kept.
public enum RetentionTime: Sendable, Hashable {
  /// For ever.
  case unlimited
  /// So long.
  case limited(Duration)
  /// Until they take too much room, whenever that is.
  case limitedBySize
}

/// Nobody can be asked.
public struct UnknownRetention: TopicRetention {
  /// Knows nothing.
  public init() {}
  /// Nothing.
  public func retention(of topics: [Topic]) async -> [Topic: RetentionTime] { [:] }
}

/// `consumer check`: whether what the consumers rest on lasts until the next season.
struct SeasonCheck: Sendable {
  /// How much more room than the last season's growth there should be.
  static let roomFactor: Int64 = 2

  private let desk: ConsumerDesk
  private let call: OperationCall

  init(_ desk: ConsumerDesk, _ call: OperationCall) {
    self.desk = desk
    self.call = call
  }

  func run() async throws -> SeasonAnswer {
    let topics = Set(desk.subscriptions.map(\.area.topic)).sorted { $0.name < $1.name }
    let known = await desk.retention.retention(of: topics)
    var findings = topics.map { retention(of: $0, known[$0]) }
    for subscription in desk.subscriptions {
      findings.append(
        try await positions(of: subscription, known[subscription.area.topic]))
    }
    findings.append(try await room())
    return SeasonAnswer(seasonDays: desk.seasonDays, findings: findings)
  }

  private var season: Duration { .seconds(Int64(desk.seasonDays) * 86_400) }

  private func retention(of topic: Topic, _ time: RetentionTime?) -> SeasonFinding {
    let name = "retention of \(topic)"
    return switch time {
    case .unlimited?: SeasonFinding(name, .ok, "unlimited")
    case .limited(let time)? where time > season:
      SeasonFinding(name, .ok, "\(time.components.seconds / 86_400) days")
    case .limited(let time)?:
      SeasonFinding(
        name, .warning,
        "\(time.components.seconds / 86_400) days: set retention.ms of the topic to -1")
    case .limitedBySize?:
      SeasonFinding(
        name, .warning, "until they take too much room: set retention.bytes of the topic to -1")
    case nil:
      SeasonFinding(
        name, .unknown,
        "the broker did not say; this system makes its topics with unlimited retention, look with "
          + "kafka-configs --describe --entity-type topics --entity-name \(topic)")
    }
  }

  /// The broker's own memory of offsets does not matter (contract 10): what matters is that the
  /// positions are stored here and that the record before each one is still kept.
  private func positions(
    of subscription: Subscription, _ time: RetentionTime?
  ) async throws -> SeasonFinding {
    let consumer = subscription.consumer
    let name = "position of \(consumer)"
    let state = try await desk.state(consumer)
    guard let oldest = state.positions.map(\.movedAt).min() else {
      return SeasonFinding(name, .unknown, "it has read nothing yet")
    }
    let since = "the one that moved first did so at \(oldest.localWithZone)"
    switch time {
    case .unlimited?:
      return SeasonFinding(name, .ok, "stored here, on records that are kept for ever")
    case .limited(let time)? where time > season:
      return SeasonFinding(name, .ok, "stored here, on records that outlast the season")
    case .limited?, .limitedBySize?:
      return SeasonFinding(
        name, .warning, "stored here, but the record before it may be gone; \(since)")
    case nil:
      return SeasonFinding(
        name, .unknown, "stored here; whether the record before it lasts is not known; \(since)")
    }
  }

  private func room() async throws -> SeasonFinding {
    let name = "room for PostgreSQL"
    let (bytes, days) = try await desk.store.commit { try ConsumerTable.size(in: $0) }
    // What was there at the start counts as grown: too much rather than too little.
    let growth = bytes / max(1, days) * Int64(desk.seasonDays)
    let figures = "the database has \(Self.megabytes(bytes)) after \(days) days"
    guard let directory = call.input.text("data-directory") else {
      return SeasonFinding(
        name, .unknown,
        "\(figures); SQL does not tell what is free: look with df, or name --data-directory")
    }
    guard let free = Self.free(at: directory) else {
      return SeasonFinding(name, .unknown, "\(figures); nothing is known of that directory")
    }
    guard days > 0 else {
      return SeasonFinding(name, .unknown, "\(Self.megabytes(free)) free; the log is empty yet")
    }
    let isEnough = free / Self.roomFactor >= growth
    return SeasonFinding(
      name, isEnough ? .ok : .warning,
      "\(Self.megabytes(free)) free, a season of this pace takes \(Self.megabytes(growth)); \(figures)"
    )
  }

  private static func megabytes(_ bytes: Int64) -> String { "\(bytes / 1_048_576) MiB" }

  /// What an ordinary user may still write there.
  private static func free(at directory: String) -> Int64? {
    var figures = statvfs()
    guard unsafe statvfs(directory, &figures) == 0 else { return nil }
    return Int64(clamping: figures.f_bavail &* figures.f_frsize)
  }
}

/// One thing that has to last.
struct SeasonFinding: Encodable, Sendable, Hashable {
  enum Verdict: String, Encodable, Sendable {
    case ok
    case warning
    /// Nobody could say; never taken for ok.
    case unknown
  }

  let name: String
  let verdict: Verdict
  let words: String

  init(_ name: String, _ verdict: Verdict, _ words: String) {
    self.name = name
    self.verdict = verdict
    self.words = words
  }
}

/// Whether everything lasts.
struct SeasonAnswer: OperationAnswer {
  let seasonDays: Int
  let findings: [SeasonFinding]

  /// 1 unless everything is known to last.
  var exitCode: Int32 { findings.allSatisfy { $0.verdict == .ok } ? 0 : 1 }

  var text: String {
    (["until the next season: \(seasonDays) days"]
      + findings.map { "\($0.verdict.rawValue.uppercased())  \($0.name): \($0.words)" })
      .joined(separator: "\n")
  }
}
