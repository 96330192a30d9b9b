internal import CRdKafka
internal import EventStream
private import Glibc
internal import ReviewEvents

extension UnsafePointer<rd_kafka_message_t> {
  /// The event in this message, or why it is none.
  func event(topic: Topic) -> Result<EventEnvelope, MalformedRecord> {
    let key = unsafe Self.bytes(pointee.key, pointee.key_len)
    let value = unsafe Self.bytes(pointee.payload, pointee.len)
    return unsafe EnvelopeHeaders.event(
      topic: topic, key: pointee.key == nil ? nil : Span(_unsafeBytes: key), headers: headers(),
      value: pointee.payload == nil ? nil : Array(value))
  }

  /// The headers, cut where reading them is refused anyway.
  private func headers() -> IncomingHeaders {
    var headers = IncomingHeaders()
    var list: OpaquePointer?
    guard unsafe rd_kafka_message_headers(self, &list) == RD_KAFKA_RESP_ERR_NO_ERROR else {
      return headers
    }
    var name: UnsafePointer<CChar>?
    var value: UnsafeRawPointer?
    var size = 0
    while headers.count <= EnvelopeHeaders.headersMax,
      unsafe rd_kafka_header_get_all(list, headers.count, &name, &value, &size)
        == RD_KAFKA_RESP_ERR_NO_ERROR
    {
      let spelling = unsafe Self.bytes(name, name.map { unsafe strlen($0) } ?? 0)
      let bytes = unsafe Self.bytes(value, size)
      unsafe headers.add(
        Span(_unsafeBytes: spelling), value == nil ? nil : Span(_unsafeBytes: bytes))
    }
    return headers
  }

  /// librdkafka's memory, which lives as long as its message.
  private static func bytes(_ start: UnsafeRawPointer?, _ count: Int) -> UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count)
  }
}
