import Testing

@testable import Compression

@Suite struct `Compressed bytes` {
  private func packed(_ pieces: [[UInt8]]) -> [UInt8] {
    let deflater = Deflater()
    var output: [UInt8] = []
    for piece in pieces { deflater.write(piece, to: &output) }
    deflater.finish(to: &output)
    return output
  }

  private func unpacked(
    _ bytes: [UInt8], max: Int = 10_000_000, block size: Int = 1_000
  ) throws(CompressionError) -> [UInt8] {
    let inflater = Inflater(outputMax: max)
    var position = 0
    var block = [UInt8](repeating: 0, count: size)
    var output: [UInt8] = []
    while !inflater.isFinished {
      let count = try inflater.inflate(bytes, from: &position, to: bytes.count, into: &block)
      output += block[..<count]
    }
    return output
  }

  private static let sample = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) }

  @Test(arguments: [1, 7, 4_096, 300_000]) func `come out as they went in`(block: Int) throws {
    let whole = packed([Self.sample])
    #expect(try unpacked(whole, block: block == 1 ? 64 : block) == Self.sample)
    let pieces = stride(from: 0, to: Self.sample.count, by: 4_099).map {
      Array(Self.sample[$0..<min($0 + 4_099, Self.sample.count)])
    }
    #expect(try unpacked(packed(pieces), block: max(block, 64)) == Self.sample)
  }

  @Test func `may be nothing`() throws {
    #expect(try unpacked(packed([])).isEmpty)
    #expect(try unpacked(packed([[], []])).isEmpty)
  }

  @Test func `stop at the limit, however small they were`() throws {
    let bomb = packed([[UInt8](repeating: 0, count: 1_000_000)])
    #expect(bomb.count < 2_000)
    #expect(throws: CompressionError.tooLong) { try unpacked(bomb, max: 999_999) }
    #expect(try unpacked(bomb, max: 1_000_000).count == 1_000_000)
  }

  @Test func `that end too early are seen at every place`() {
    let whole = packed([Array("Đảng bộ xã Một, Đảng bộ xã Hai".utf8)])
    for length in 0..<whole.count {
      #expect(throws: CompressionError.cutShort) { try unpacked(Array(whole[..<length])) }
    }
  }

  @Test func `that are none are refused`() {
    #expect(throws: CompressionError.damaged) {
      try unpacked([UInt8](repeating: 0xFF, count: 100))
    }
  }

  @Test func `leave what stands behind them`() throws {
    let whole = packed([[1, 2, 3]]) + [9, 9, 9]
    let inflater = Inflater(outputMax: 100)
    var position = 0
    var block = [UInt8](repeating: 0, count: 100)
    let count = try inflater.inflate(whole, from: &position, to: whole.count, into: &block)
    #expect(count == 3 && inflater.isFinished)
    #expect(position == whole.count - 3)
  }

  @Test func `have the checksum of the standard`() {
    var checksum = CRC32()
    #expect(checksum.value == 0)
    checksum.update(Array("1234".utf8)[...])
    checksum.update([])
    checksum.update(Array("56789".utf8)[...])
    #expect(checksum.value == 0xCBF4_3926)
  }
}
