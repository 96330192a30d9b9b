internal import CRdKafka
internal import EventStream
internal import ReviewEvents

extension UnsafePointer<rd_kafka_message_t> {
  /// The event in this message, or why it is none.
  func event(topic: Topic) -> Result<EventEnvelope, MalformedRecord> {
    unsafe EnvelopeHeaders.event(
      topic: topic,
      key: unsafe Self.bytes(pointee.key, pointee.key_len),
      headers: headers(),
      value: unsafe Self.bytes(pointee.payload, pointee.len))
  }

  /// The headers, cut where reading them is refused anyway.
  private func headers() -> [HeaderField] {
    var list: OpaquePointer?
    guard unsafe rd_kafka_message_headers(self, &list) == RD_KAFKA_RESP_ERR_NO_ERROR else {
      return []
    }
    var fields: [HeaderField] = []
    fields.reserveCapacity(HeaderName.allCases.count)
    var name: UnsafePointer<CChar>?
    var value: UnsafeRawPointer?
    var size = 0
    while fields.count <= EnvelopeHeaders.headersMax,
      unsafe rd_kafka_header_get_all(list, fields.count, &name, &value, &size)
        == RD_KAFKA_RESP_ERR_NO_ERROR
    {
      let text = unsafe name.map { unsafe String(cString: $0) } ?? ""
      fields.append(
        HeaderField(text, unsafe Self.bytes(value, min(size, EnvelopeHeaders.valueBytesMax + 1))))
    }
    return fields
  }

  private static func bytes(_ start: UnsafeRawPointer?, _ count: Int) -> [UInt8]? {
    guard let start = unsafe start else { return nil }
    return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
  }
}
