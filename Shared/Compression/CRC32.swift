internal import CZlib

/// The checksum of ZIP (CRC-32 of ISO 3309), over bytes that come piece by piece.
public struct CRC32: Sendable, Hashable {
  /// The checksum of everything so far; 0 of nothing.
  public private(set) var value: UInt32 = 0

  /// The checksum of nothing yet.
  public init() {}

  /// Goes on with `bytes`.
  public mutating func update(_ bytes: ArraySlice<UInt8>) {
    // zlib takes no address for "begin anew".
    guard !bytes.isEmpty else { return }
    let before = uLong(value)
    let after = unsafe bytes.withUnsafeBufferPointer { part in
      unsafe crc32(before, part.baseAddress, uInt(part.count))
    }
    value = UInt32(truncatingIfNeeded: after)
  }
}
