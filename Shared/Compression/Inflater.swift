internal import CZlib

/// Undoes raw DEFLATE (RFC 1951, without the heads of zlib or gzip) piece by piece, up to a limit.
@safe public final class Inflater {
  /// zlib keeps the address, so the state never moves.
  private let stream: UnsafeMutablePointer<z_stream>
  private var outputLeft: Int
  /// Whether the end of the compressed stream was reached.
  public private(set) var isFinished = false

  /// Begins a stream out of which at most `outputMax` bytes may come.
  public init(outputMax: Int) {
    outputLeft = outputMax
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let code = unsafe inflateInit2_(
      stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(code == Z_OK, "zlib has memory and is the one we were built with")
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Goes on with `bytes[position..<end]`, until `block` is full or the stream ends, and moves
  /// `position` behind what was used.
  /// - Returns: how many bytes of `block` were written; none only at the end of the stream.
  /// - Throws: ``CompressionError``; `cutShort` when the bytes are used up and nothing came out.
  public func inflate(
    _ bytes: [UInt8], from position: inout Int, to end: Int, into block: inout [UInt8]
  ) throws(CompressionError) -> Int {
    precondition(0 <= position && position <= end && end <= bytes.count && !block.isEmpty)
    guard !isFinished else { return 0 }
    let start = position
    let given = min(end - start, Int(UInt32.max))
    let room = min(block.count, Int(UInt32.max))
    let code: Int32 = unsafe bytes.withUnsafeBufferPointer { input in
      unsafe block.withUnsafeMutableBufferPointer { output in
        // zlib only reads there, whatever its header says.
        unsafe stream.pointee.next_in = UnsafeMutablePointer(
          mutating: input.baseAddress.map { unsafe $0 + start })
        unsafe stream.pointee.avail_in = uInt(given)
        unsafe stream.pointee.next_out = output.baseAddress
        unsafe stream.pointee.avail_out = uInt(room)
        return unsafe CZlib.inflate(stream, Z_NO_FLUSH)
      }
    }
    position = start + given - Int(unsafe stream.pointee.avail_in)
    let written = room - Int(unsafe stream.pointee.avail_out)
    switch code {
    case Z_STREAM_END: isFinished = true
    case Z_OK, Z_BUF_ERROR:
      if written == 0 && position == end { throw .cutShort }
    default: throw .damaged
    }
    guard written <= outputLeft else { throw .tooLong }
    outputLeft -= written
    return written
  }
}
