internal import CZlib

/// Makes raw DEFLATE (RFC 1951) piece by piece; the same bytes always become the same stream.
@safe public final class Deflater {
  private static let blockBytes = 65_536
  /// The usual balance of time and size.
  private static let level: Int32 = 6
  /// zlib's usual memory, 2^(8+9) bytes.
  private static let memoryLevel: Int32 = 8

  /// zlib keeps the address, so the state never moves.
  private let stream: UnsafeMutablePointer<z_stream>
  private var block = [UInt8](repeating: 0, count: blockBytes)

  /// Begins a stream.
  public init() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let code = unsafe deflateInit2_(
      stream, Self.level, Z_DEFLATED, -MAX_WBITS, Self.memoryLevel, Z_DEFAULT_STRATEGY,
      ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(code == Z_OK, "zlib has memory and is the one we were built with")
  }

  deinit {
    unsafe deflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Takes `bytes` in and adds what is ready to `output`.
  public func write(_ bytes: [UInt8], to output: inout [UInt8]) {
    precondition(bytes.count <= Int(UInt32.max), "a piece fits zlib's counter")
    run(bytes, Z_NO_FLUSH, to: &output)
  }

  /// Ends the stream and adds its rest to `output`.
  public func finish(to output: inout [UInt8]) { run([], Z_FINISH, to: &output) }

  private func run(_ bytes: [UInt8], _ flush: Int32, to output: inout [UInt8]) {
    unsafe bytes.withUnsafeBufferPointer { input in
      unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
      unsafe stream.pointee.avail_in = uInt(input.count)
      var isFull = true
      while isFull {
        let count = unsafe block.withUnsafeMutableBufferPointer { room in
          unsafe stream.pointee.next_out = room.baseAddress
          unsafe stream.pointee.avail_out = uInt(room.count)
          let code = unsafe deflate(stream, flush)
          precondition(code != Z_STREAM_ERROR, "zlib keeps its own state")
          return room.count - Int(unsafe stream.pointee.avail_out)
        }
        output += block[..<count]
        isFull = count == block.count
      }
    }
  }
}
