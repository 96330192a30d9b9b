internal import CRdKafka
internal import EventStream
internal import ReviewEvents

extension ClientHandle {
  /// Hands one record to the client, which copies it; its report will carry `mark`.
  func produce(_ record: OutgoingRecord, _ headers: OutgoingHeaders, mark: UInt) -> KafkaError? {
    guard let headers = unsafe Self.list(headers) else {
      return KafkaError(RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE)
    }
    var key = record.event.stream.description
    let error = unsafe record.event.area.topic.name.withCString { topic in
      key.withUTF8 { key in
        unsafe record.event.payload.withUnsafeBytes { value in
          let fields = unsafe [
            field(RD_KAFKA_VTYPE_TOPIC) { unsafe $0.cstr = topic },
            field(RD_KAFKA_VTYPE_MSGFLAGS) { unsafe $0.i = RD_KAFKA_MSG_F_COPY },
            field(RD_KAFKA_VTYPE_OPAQUE) {
              unsafe $0.ptr = UnsafeMutableRawPointer(bitPattern: mark)
            },
            field(RD_KAFKA_VTYPE_HEADERS) { unsafe $0.headers = headers },
            field(RD_KAFKA_VTYPE_KEY) { unsafe $0.mem = .init(bytes: .init(key)) },
            field(RD_KAFKA_VTYPE_VALUE) { unsafe $0.mem = .init(bytes: value) },
          ]
          return unsafe rd_kafka_produceva(client, fields, fields.count)
        }
      }
    }
    guard let error = unsafe error else { return nil }  // the client owns the headers now
    defer { unsafe rd_kafka_error_destroy(error) }
    unsafe rd_kafka_headers_destroy(headers)
    return unsafe KafkaError(
      rd_kafka_error_code(error), isFatal: rd_kafka_error_is_fatal(error) != 0)
  }

  @unsafe private static func list(_ headers: OutgoingHeaders) -> OpaquePointer? {
    guard let list = unsafe rd_kafka_headers_new(headers.fields.count) else { return nil }
    let isComplete = unsafe headers.bytes.withUnsafeBytes { bytes in
      headers.fields.allSatisfy { name, place in
        let value = unsafe UnsafeRawBufferPointer(rebasing: bytes[place])
        return unsafe RD_KAFKA_RESP_ERR_NO_ERROR
          == rd_kafka_header_add(list, name.cString, -1, value.baseAddress, value.count)
      }
    }
    guard isComplete else {
      unsafe rd_kafka_headers_destroy(list)
      return nil
    }
    return unsafe list
  }
}

@unsafe private func field(
  _ type: rd_kafka_vtype_t, _ fill: (inout rd_kafka_vu_t.__Unnamed_union_u) -> Void
) -> rd_kafka_vu_t {
  var field = unsafe rd_kafka_vu_t()
  unsafe field.vtype = type
  unsafe fill(&field.u)
  return unsafe field
}

extension rd_kafka_vu_t.__Unnamed_union_u.__Unnamed_struct_mem {
  @unsafe fileprivate init(bytes: UnsafeRawBufferPointer) {
    unsafe self.init(ptr: UnsafeMutableRawPointer(mutating: bytes.baseAddress), size: bytes.count)
  }
}
