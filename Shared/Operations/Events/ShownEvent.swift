internal import EventStream
internal import ReviewEvents

/// One fact as an operator sees it.
struct ShownEvent: Encodable, Sendable, Hashable {
  /// Where it stands in the service's own log.
  let position: Int64?
  let id: String
  let type: String
  let dataVersion: Int
  let time: Instant
  let actor: String
  let correlationId: String
  let causationId: String
  let payload: ShownPayload

  init(_ event: EventEnvelope, position: Int64? = nil, reveals: Bool) {
    self.position = position
    id = event.id
    type = event.type.name
    dataVersion = event.dataVersion
    time = event.time
    actor = event.actor.description
    correlationId = event.trace.correlationID
    causationId = event.trace.causationID
    payload = ShownPayload(event, reveals: reveals)
  }

  init(_ logged: LoggedEvent, reveals: Bool) {
    self.init(logged.event, position: logged.position, reveals: reveals)
  }

  /// `2026-12-10 17:00:00 (+07:00)  report/R1@3  review.intake.report-drafted  person/P1  {…}`.
  var line: String {
    [time.localWithZone, id, type, actor, payload.line].joined(separator: "  ")
  }
}
