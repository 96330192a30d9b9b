public import ReviewEvents

/// What can stand in the stream of a cycle.
public enum CycleEvent: Sendable, Hashable {
  /// The cycle was opened.
  case opened(CycleOpened)
  /// The reports were requested.
  case launched(CycleLaunched)
  /// The cycle was closed.
  case closed(CycleClosed)
  /// The closed cycle takes reports again.
  case reopened(CycleReopened)

  /// Reads one fact of a cycle's stream.
  /// - Throws: ``UndecodableEvent`` for a fact that is none of a cycle.
  public init(_ envelope: EventEnvelope) throws(UndecodableEvent) {
    switch envelope.type {
    case CycleOpened.type:
      self = .opened(try EventCodec.decode(CycleOpened.self, from: envelope))
    case CycleLaunched.type:
      self = .launched(try EventCodec.decode(CycleLaunched.self, from: envelope))
    case CycleClosed.type:
      self = .closed(try EventCodec.decode(CycleClosed.self, from: envelope))
    case CycleReopened.type:
      self = .reopened(try EventCodec.decode(CycleReopened.self, from: envelope))
    default: throw UndecodableEvent(eventID: envelope.id, problem: .unknownType)
    }
  }

  /// The fact as it is published.
  public var fact: any ReviewEvent {
    switch self {
    case .opened(let fact): fact
    case .launched(let fact): fact
    case .closed(let fact): fact
    case .reopened(let fact): fact
    }
  }
}
