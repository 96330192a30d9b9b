import EventStream
import ReviewEvents

/// How an envelope stands in the columns of a table.
enum Envelope {
  /// The columns in the order in which ``Answer/envelope(_:area:)`` reads them.
  static let columns =
    "stream, sequence, event_type, data_version, recorded_at, actor, correlation_id,"
    + " causation_id, traceparent, payload"
  /// How many they are: the first column behind them.
  static let columnCount = 10
}

extension Answer {
  /// The envelope in a row that begins with ``Envelope/columns``.
  func envelope(_ row: Int, area: ServiceArea) throws(StoreError) -> EventEnvelope {
    try envelope(row, area: area, payload: try textBytes(row, 9))
  }

  /// The envelope in a row that begins with ``Envelope/columns``, with a payload read elsewhere.
  func envelope(_ row: Int, area: ServiceArea, payload: [UInt8]) throws(StoreError)
    -> EventEnvelope
  {
    let actor: ActorContext
    do { actor = try ActorContext(try text(row, 5)) } catch let error as StoreError {
      throw error
    } catch { throw .malformedRow("column 5 does not hold an actor") }
    return EventEnvelope(
      stream: try stream(row, 0), sequence: try integer(row, 1),
      type: EventType(try text(row, 2)), dataVersion: Int(try integer(row, 3)), area: area,
      time: try instant(row, 4), actor: actor,
      trace: TraceContext(
        correlationID: try text(row, 6), causationID: try text(row, 7),
        traceparent: optionalText(row, 8)),
      payload: payload)
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
