import EventStream
import ReviewEvents

/// How an envelope stands in the columns of a table.
enum Envelope {
  /// The columns in the order in which ``Answer/envelope(_:below:area:payload:)`` reads them.
  static let columns =
    "stream, sequence, event_type, data_version, recorded_at, actor, correlation_id,"
    + " causation_id, traceparent, payload"
  /// How many they are: the first column behind them.
  static let columnCount = 10
}

extension Answer {
  /// The envelopes in rows that begin with ``Envelope/columns``.
  func envelopes(area: ServiceArea) throws(StoreError) -> [EventEnvelope] {
    var envelopes: [EventEnvelope] = []
    envelopes.reserveCapacity(count)
    for row in 0..<count {
      envelopes.append(
        try envelope(row, below: envelopes.last, area: area, payload: try textBytes(row, 9)))
    }
    return envelopes
  }

  /// The envelope in a row that begins with ``Envelope/columns``, with a payload read elsewhere.
  ///
  /// - Parameter above: the envelope of the row before, if it was read. What an import did stands
  ///   in thousands of rows with one type, time, actor and cause, which are then read once.
  func envelope(
    _ row: Int, below above: EventEnvelope? = nil, area: ServiceArea, payload: [UInt8]
  ) throws(StoreError) -> EventEnvelope {
    let actor = if let above, repeats(row, 5) { above.actor } else { try actor(row, 5) }
    let stream = try stream(row, 0)
    let sequence = try integer(row, 1)
    let type =
      if let above, repeats(row, 2) { above.type } else { EventType(try text(row, 2)) }
    let dataVersion = Int(try integer(row, 3))
    let time = if let above, repeats(row, 4) { above.time } else { try instant(row, 4) }
    return EventEnvelope(
      stream: stream, sequence: sequence, type: type, dataVersion: dataVersion, area: area,
      time: time, actor: actor, trace: try trace(row, below: above?.trace), payload: payload)
  }

  private func trace(_ row: Int, below above: TraceContext?) throws(StoreError) -> TraceContext {
    guard let above else {
      return TraceContext(
        correlationID: try text(row, 6), causationID: try text(row, 7),
        traceparent: optionalText(row, 8))
    }
    return TraceContext(
      correlationID: repeats(row, 6) ? above.correlationID : try text(row, 6),
      causationID: repeats(row, 7) ? above.causationID : try text(row, 7),
      traceparent: repeats(row, 8) ? above.traceparent : optionalText(row, 8))
  }
}

extension Collection where Element == EventEnvelope {
  /// Everything but the payload, column by column.
  var headColumns: [Parameter] {
    [
      .value(.texts(map(\.stream.description))),
      .value(.integers(map(\.sequence))),
      .value(.texts(map(\.type.name))),
      .value(.integers(map { Int64($0.dataVersion) })),
      .value(.instants(map(\.time))),
      .value(.texts(map(\.actor.description))),
      .value(.texts(map(\.trace.correlationID))),
      .value(.texts(map(\.trace.causationID))),
      .value(.optionalTexts(map(\.trace.traceparent))),
    ]
  }

  /// The envelopes, column by column, with the payload as text.
  var columns: [Parameter] { headColumns + [.payloads(map(\.payload))] }
}
