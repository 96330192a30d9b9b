/// The four parts of the system; each writes one topic.
public enum ServiceArea: String, Sendable, CaseIterable, Hashable, Codable {
  /// Cycles, organisations, members and self-review reports.
  case intake
  /// Suggested reviews and remediation.
  case `case`
  /// Ratings and quotas.
  case rating
  /// Duties, reminders and mail.
  case notification

  /// The topic that this area alone writes.
  public var topic: Topic { Topic(area: self) }

  /// The CloudEvents source of this area's events.
  public var source: String {
    switch self {
    case .intake: "/review/intake"
    case .case: "/review/case"
    case .rating: "/review/rating"
    case .notification: "/review/notification"
    }
  }
}

/// A Kafka topic of this system: `review.<area>.v1`.
public struct Topic: Hashable, Sendable, CustomStringConvertible {
  /// The area that writes it.
  public let area: ServiceArea

  /// The topic written by `area`.
  public init(area: ServiceArea) { self.area = area }

  /// The topic named `name`, if it is one of this system's.
  public init?(name: String) {
    guard let area = ServiceArea.allCases.first(where: { $0.topic.name == name }) else {
      return nil
    }
    self.area = area
  }

  /// The name the broker knows.
  public var name: String {
    // Written out, because every record asks for it: put together it would be made each time.
    switch area {
    case .intake: "review.intake.v1"
    case .case: "review.case.v1"
    case .rating: "review.rating.v1"
    case .notification: "review.notification.v1"
    }
  }
  /// The name the broker knows.
  public var description: String { name }
}
