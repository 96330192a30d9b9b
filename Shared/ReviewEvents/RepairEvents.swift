/// A reader missed events and asks their writer to send a stream again (contract 11).
///
/// Every area writes its own, on its own topic; the payload is the same.
public protocol RepublishRequest: ReviewEvent {
  /// The area whose log holds the events.
  var writer: ServiceArea { get }
  /// The stream to send again; none asks for every stream.
  var missingStream: String? { get }
  /// The first missing sequence; 1 with no stream.
  var fromSequence: Int64 { get }
  /// Puts the parts together.
  init(writer: ServiceArea, missingStream: String?, fromSequence: Int64)
}

/// Intake asks a writer to send events again.
public struct IntakeRepublishRequested: RepublishRequest {
  /// The name of this fact.
  public static let type: EventType = "review.intake.republish-requested"
  /// The area whose log holds the events.
  public var writer: ServiceArea
  /// The stream to send again; none asks for every stream.
  public var missingStream: String?
  /// The first missing sequence.
  public var fromSequence: Int64

  /// Puts the parts together.
  public init(writer: ServiceArea, missingStream: String?, fromSequence: Int64) {
    self.writer = writer
    self.missingStream = missingStream
    self.fromSequence = fromSequence
  }
}

/// Case-tracking asks a writer to send events again.
public struct CaseRepublishRequested: RepublishRequest {
  /// The name of this fact.
  public static let type: EventType = "review.case.republish-requested"
  /// The area whose log holds the events.
  public var writer: ServiceArea
  /// The stream to send again; none asks for every stream.
  public var missingStream: String?
  /// The first missing sequence.
  public var fromSequence: Int64

  /// Puts the parts together.
  public init(writer: ServiceArea, missingStream: String?, fromSequence: Int64) {
    self.writer = writer
    self.missingStream = missingStream
    self.fromSequence = fromSequence
  }
}

/// Rating asks a writer to send events again.
public struct RatingRepublishRequested: RepublishRequest {
  /// The name of this fact.
  public static let type: EventType = "review.rating.republish-requested"
  /// The area whose log holds the events.
  public var writer: ServiceArea
  /// The stream to send again; none asks for every stream.
  public var missingStream: String?
  /// The first missing sequence.
  public var fromSequence: Int64

  /// Puts the parts together.
  public init(writer: ServiceArea, missingStream: String?, fromSequence: Int64) {
    self.writer = writer
    self.missingStream = missingStream
    self.fromSequence = fromSequence
  }
}

/// Notification asks a writer to send events again.
public struct NotificationRepublishRequested: RepublishRequest {
  /// The name of this fact.
  public static let type: EventType = "review.notification.republish-requested"
  /// The area whose log holds the events.
  public var writer: ServiceArea
  /// The stream to send again; none asks for every stream.
  public var missingStream: String?
  /// The first missing sequence.
  public var fromSequence: Int64

  /// Puts the parts together.
  public init(writer: ServiceArea, missingStream: String?, fromSequence: Int64) {
    self.writer = writer
    self.missingStream = missingStream
    self.fromSequence = fromSequence
  }
}
