internal import EventStream
public import ReviewEvents

/// Which facts of a log an operator means; every condition that is given must hold.
public struct EventScope: Sendable, Hashable, Codable {
  /// One stream.
  public var stream: String?
  /// One reviewed unit or person, as it stands in the payload.
  public var subject: String?
  /// One cycle.
  public var cycle: String?
  /// One type.
  public var type: String?
  /// The first moment, by `ce_time`.
  public var since: Instant?
  /// The first moment that is too late.
  public var until: Instant?

  /// Everything.
  public init() {}

  /// What a call says.
  /// - Throws: ``OperationRefusal`` for a window that ends before it begins.
  init(_ input: OperationInput) throws(OperationRefusal) {
    stream = input.stream("stream")?.description
    subject = input.text("subject")
    cycle = input.text("cycle")
    type = input.text("type")
    since = input.instant("since")
    until = input.instant("until")
    if let since, let until, since >= until {
      throw OperationRefusal("window-empty", "--until must be later than --since")
    }
  }

  /// What calls can say of a scope.
  static let parameters: [OperationParameter] = [
    .optional("stream", .stream, "only this stream"),
    .optional("subject", .text, "only facts about this subject, such as unit/U1"),
    .optional("cycle", .text, "only facts of this cycle"),
    .optional("type", .text, "only facts of this type"),
    .optional("since", .instant, "only facts from this moment on"),
    .optional("until", .instant, "only facts before this moment"),
  ]

  /// The conditions as query parameters of an admin port.
  public var queryItems: [(name: String, value: String)] {
    [
      ("stream", stream), ("subject", subject), ("cycle", cycle), ("type", type),
      ("since", since?.description), ("until", until?.description),
    ].compactMap { name, value in value.map { (name, $0) } }
  }

  /// Whether nothing is left out.
  public var isEverything: Bool { self == EventScope() }

  /// The window as people here read it, both ends with their zone.
  var window: String? {
    guard since != nil || until != nil else { return nil }
    func words(_ instant: Instant?) -> String { instant.map(\.localWithZone) ?? "…" }
    return "\(words(since)) ≤ time < \(words(until))"
  }
}

/// How many facts are meant.
public struct EventCensus: Sendable, Hashable, Codable {
  /// Facts.
  public var events: Int64
  /// Streams they belong to.
  public var streams: Int64
  /// The time of the first one.
  public var first: Instant?
  /// The time of the last one.
  public var last: Instant?
  /// Facts by type.
  public var types: [String: Int64]
  /// Years of which streams lie in an archive and are not counted; `nil` from a build that knows none.
  public var archivedYears: [Int64]?

  /// Nothing.
  public init() { (events, streams, types) = (0, 0, [:]) }
}

extension Instant {
  /// `2026-12-10 17:00:00 (+07:00)`: the province's clock, seconds and zone shown.
  var localWithZone: String {
    let shifted = milliseconds + 7 * 3_600_000
    let day = LocalDate(self)
    let second = Int((shifted % 86_400_000 + 86_400_000) % 86_400_000) / 1_000
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(day) \(two(second / 3_600)):\(two(second / 60 % 60)):\(two(second % 60)) (+07:00)"
  }
}
