internal import FoundationEssentials

/// Turns payloads into JSON and back; the only place that knows how.
///
/// Writing is canonical (members in order of name, no white space, slashes not escaped), so that
/// the same value gives the same bytes in every build. Reading tolerates unknown members
/// (contract 7).
public enum EventCodec {
  /// The JSON of `event` in its newest shape.
  public static func encode(_ event: some ReviewEvent) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do { return Array(try encoder.encode(event)) } catch {
      preconditionFailure("payloads hold strings, numbers and lists only: \(error)")
    }
  }

  /// The event in `envelope`, lifted to its newest shape.
  /// - Throws: ``UndecodableEvent`` when type or version are not this event's, or the payload does
  ///   not fit.
  public static func decode<Event: ReviewEvent>(
    _ event: Event.Type, from envelope: EventEnvelope
  ) throws(UndecodableEvent) -> Event {
    guard envelope.type == Event.type else {
      throw UndecodableEvent(eventID: envelope.id, problem: .unknownType)
    }
    guard envelope.dataVersion <= Event.version else {
      throw UndecodableEvent(eventID: envelope.id, problem: .newerVersion)
    }
    let payload = try EventCatalogue.upcasters.lift(envelope, to: Event.version)
    do {
      return try JSONDecoder().decode(Event.self, from: Data(payload))
    } catch {
      throw UndecodableEvent(eventID: envelope.id, problem: .malformedPayload)
    }
  }
}

/// An event that this build cannot read; its stream is parked.
public struct UndecodableEvent: Error, Sendable, Equatable {
  /// What stands in the way.
  public enum Problem: String, Sendable {
    /// This build does not know the type.
    case unknownType = "unknown-type"
    /// The payload's shape is newer than this build.
    case newerVersion = "newer-version"
    /// The payload does not have the shape it claims.
    case malformedPayload = "malformed-payload"
  }

  /// Which event.
  public let eventID: String
  /// What stands in the way.
  public let problem: Problem

  /// Puts the parts together.
  public init(eventID: String, problem: Problem) {
    self.eventID = eventID
    self.problem = problem
  }
}
