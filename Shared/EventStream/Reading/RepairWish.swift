internal import ReviewEvents

/// What a reader asks a writer to send again (contract 11).
struct RepairWish: Hashable, Sendable {
  var writer: ServiceArea
  /// `nil` for everything.
  var stream: StreamID?
  /// The first missing sequence.
  var from: Int64

  /// Records the wishes as facts of the reader's own log, from where they reach the writers.
  static func record(
    _ wishes: [RepairWish], by reader: ServiceArea, origin: EventOrigin,
    in transaction: borrowing AnyTransaction
  ) throws {
    guard !wishes.isEmpty else { return }
    let stream = StreamID.repair(reader)
    try transaction.append([
      StreamAppend(
        stream: stream, expected: try transaction.lastSequences(of: [stream])[stream] ?? 0,
        events: wishes.map { $0.event(of: reader) }, origin: origin)
    ])
  }

  private func event(of reader: ServiceArea) -> any ReviewEvent {
    reader.republishRequest.init(
      writer: writer, missingStream: stream?.description, fromSequence: from)
  }
}

extension ServiceArea {
  /// The type with which this area asks for repair.
  var republishRequest: any RepublishRequest.Type {
    switch self {
    case .intake: IntakeRepublishRequested.self
    case .case: CaseRepublishRequested.self
    case .rating: RatingRepublishRequested.self
    case .notification: NotificationRepublishRequested.self
    }
  }
}
