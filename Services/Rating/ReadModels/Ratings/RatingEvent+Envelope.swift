public import RatingDomain
public import ReviewEvents

extension RatingEvent {
  /// Reads a fact of a rating stream.
  /// - Throws: `UndecodableEvent`.
  public init(_ envelope: EventEnvelope) throws {
    switch envelope.type {
    case SelfRatingRecorded.type:
      self = .selfRated(try EventCodec.decode(SelfRatingRecorded.self, from: envelope))
    case RatingAppraised.type:
      self = .appraised(try EventCodec.decode(RatingAppraised.self, from: envelope))
    case RatingDecided.type:
      self = .decided(try EventCodec.decode(RatingDecided.self, from: envelope))
    default: throw UndecodableEvent(eventID: envelope.id, problem: .unknownType)
    }
  }

  /// Which rating of whom, in which cycle: the same in every fact of a stream.
  var identity: (rating: RatingID, cycle: CycleID, subject: SubjectID) {
    switch self {
    case .selfRated(let event): (event.ratingID, event.cycleID, event.subjectID)
    case .appraised(let event): (event.ratingID, event.cycleID, event.subjectID)
    case .decided(let event): (event.ratingID, event.cycleID, event.subjectID)
    }
  }
}
