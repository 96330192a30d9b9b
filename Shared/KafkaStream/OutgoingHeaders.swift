internal import EventStream
internal import ReviewEvents

/// The headers of a record to publish, their values one behind the other in one block of bytes,
/// which the next record uses again.
struct OutgoingHeaders {
  private(set) var bytes: [UInt8] = []
  private(set) var fields: [(name: HeaderName, value: Range<Int>)] = []
  /// Who did the event before, as written: mostly the same as now.
  private var actor: (value: ActorContext, text: String)?

  /// Writes the headers of `record`; those of the record before are gone.
  mutating func write(_ record: OutgoingRecord) {
    let event = record.event
    bytes.removeAll(keepingCapacity: true)
    fields.removeAll(keepingCapacity: true)
    add(.specVersion, EnvelopeHeaders.specVersion)
    add(.id) { event.appendID(to: &$0) }
    add(.type, event.type.name)
    add(.source, event.area.source)
    add(.subject, event.stream.description)
    add(.time) { event.time.appendDescription(to: &$0) }
    add(.sequence, String(event.sequence))
    add(.dataVersion, String(event.dataVersion))
    add(.actor, text(of: event.actor))
    add(.contentType, EnvelopeHeaders.contentType)
    add(.correlationID, event.trace.correlationID)
    add(.causationID, event.trace.causationID)
    if let traceparent = event.trace.traceparent { add(.traceparent, traceparent) }
    if record.isRepublished { add(.republished, "true") }
  }

  private mutating func text(of actor: ActorContext) -> String {
    if let last = self.actor, last.value == actor { return last.text }
    let text = actor.description
    self.actor = (actor, text)
    return text
  }

  private mutating func add(_ name: HeaderName, _ value: String) {
    add(name) { $0.append(contentsOf: value.utf8) }
  }

  private mutating func add(_ name: HeaderName, _ append: (inout [UInt8]) -> Void) {
    let start = bytes.count
    append(&bytes)
    fields.append((name, start..<bytes.count))
  }
}
