import TestSupport
import Testing

@testable import Spreadsheet

@Suite struct `A hostile archive` {
  private static let good = RawWorkbook(lines: "id,name\nU1,Đảng bộ xã Một").bytes

  /// The bytes with others behind the first `head`.
  private func patched(
    _ bytes: [UInt8], _ head: [UInt8], at offset: Int, _ new: [UInt8]
  ) throws -> [UInt8] {
    let place = try #require(
      (0...bytes.count - head.count).first {
        bytes[$0..<$0 + head.count].elementsEqual(head)
      })
    var copy = bytes
    copy.replaceSubrange(place + offset..<place + offset + new.count, with: new)
    return copy
  }

  private static let local: [UInt8] = [0x50, 0x4B, 3, 4]
  private static let central: [UInt8] = [0x50, 0x4B, 1, 2]
  private static let end: [UInt8] = [0x50, 0x4B, 5, 6]

  @Test func `is read when nothing is wrong with it`() {
    #expect(fault(Self.good) == nil)
  }

  @Test func `that is cut anywhere is refused`() {
    for length in 0..<Self.good.count { #expect(fault(Array(Self.good[..<length])) != nil) }
  }

  @Test func `that is no archive is refused`() {
    #expect(fault([]) == .notAnArchive)
    #expect(fault(Array("unit_id,name\nU1,A\n".utf8)) == .notAnArchive)
    #expect(fault([UInt8](repeating: 0x50, count: 100_000)) == .notAnArchive)
  }

  @Test func `with bytes before or behind it is refused`() {
    #expect(fault([0] + Self.good) == .damagedArchive(entry: nil))
    #expect(fault(Self.good + [0]) == .notAnArchive)
  }

  @Test func `never crashes, whatever byte is another`() {
    for place in Self.good.indices {
      var copy = Self.good
      copy[place] ^= 0xFF
      // Most are refused; the moment of writing and the like mean nothing.
      _ = fault(copy)
    }
  }

  @Test func `whose checksum is wrong is refused, stored or deflated`() throws {
    for isDeflated in [true, false] {
      var archive = ZipWriter()
      let parts = RawWorkbook(lines: "id\nU1").parts
      for part in parts { archive.add(part.name, part.bytes, isDeflated: isDeflated) }
      let bytes = archive.finish()
      #expect(fault(bytes) == nil)
      // In both headers, so that they agree.
      let wrong = try patched(
        patched(bytes, Self.local, at: 14, [1, 2, 3, 4]), Self.central, at: 16, [1, 2, 3, 4])
      #expect(fault(wrong) == .damagedArchive(entry: "_rels/.rels"))
    }
  }

  @Test func `whose two headers differ is refused`() throws {
    #expect(
      fault(try patched(Self.good, Self.local, at: 14, [1, 2, 3, 4]))
        == .damagedArchive(entry: "_rels/.rels"))
    #expect(
      fault(try patched(Self.good, Self.local, at: 30, Array("X".utf8)))
        == .damagedArchive(entry: "_rels/.rels"))
    #expect(
      fault(try patched(Self.good, Self.local, at: 8, [0, 0]))
        == .damagedArchive(entry: "_rels/.rels"))
  }

  @Test func `with what is not supported is refused by name`() throws {
    func with(_ offset: Int, _ new: [UInt8], _ head: [UInt8] = Self.central) throws
      -> SpreadsheetError?
    { fault(try patched(Self.good, head, at: offset, new)) }
    #expect(try with(8, [0x01, 0]) == .unsupportedArchive(.encryption))
    #expect(try with(8, [0x40, 0]) == .unsupportedArchive(.encryption))
    #expect(try with(8, [0, 0x20]) == .unsupportedArchive(.encryption))
    #expect(try with(6, [0x01, 0], Self.local) == .unsupportedArchive(.encryption))
    #expect(try with(10, [12, 0]) == .unsupportedArchive(.method))
    #expect(try with(24, [0xFF, 0xFF, 0xFF, 0xFF]) == .unsupportedArchive(.zip64))
    #expect(try with(34, [1, 0]) == .unsupportedArchive(.split))
    #expect(try with(4, [1, 0], Self.end) == .unsupportedArchive(.split))
    #expect(try with(8, [1, 0], Self.end) == .unsupportedArchive(.split))
    #expect(try with(16, [0xFF, 0xFF, 0xFF, 0xFF], Self.end) == .unsupportedArchive(.zip64))
    let count = Self.good.count
    let locator: [UInt8] = [0x50, 0x4B, 6, 7] + [UInt8](repeating: 0, count: 16)
    let located = Self.good[..<(count - 22)] + locator + Self.good[(count - 22)...]
    #expect(fault(Array(located)) == .unsupportedArchive(.zip64))
  }

  @Test func `with a name that stands twice is refused, in whatever case`() {
    var twice = RawWorkbook(lines: "id\nU1")
    twice.others = [("XL/Workbook.xml", [])]
    #expect(fault(twice.bytes) == .damagedArchive(entry: "XL/Workbook.xml"))
  }

  @Test func `with names that lead elsewhere is only looked up`() {
    var odd = RawWorkbook(lines: "id\nU1")
    odd.others = [("../../etc/passwd", [1]), ("/absolute", [2]), ("C:\\x", [3]), ("\u{0}", [4])]
    #expect(fault(odd.bytes) == nil)
  }

  @Test func `whose entries share bytes is refused`() throws {
    var archive = ZipWriter()
    for part in RawWorkbook(lines: "id\nU1").parts { archive.add(part.name, part.bytes) }
    archive.add("a", [], isDeflated: false)
    archive.add("b", Array("xyz".utf8), isDeflated: false)
    let bytes = archive.finish()
    // The first of the two claims the header and the bytes of the second.
    let directory = try #require(lastPlace(of: Self.central, named: "a", in: bytes))
    let header = try #require(lastPlace(of: Self.local, named: "a", in: bytes))
    var overlapping = bytes
    for place in [directory + 20, directory + 24, header + 18, header + 22] {
      overlapping[place] = 34
    }
    #expect(fault(overlapping) == .damagedArchive(entry: "b"))
  }

  /// Where the header of an entry begins whose name is one letter.
  private func lastPlace(of head: [UInt8], named name: String, in bytes: [UInt8]) -> Int? {
    let offset = head == Self.local ? 30 : 46
    return bytes.indices.last { place in
      place + offset < bytes.count && bytes[place..<place + 4].elementsEqual(head)
        && bytes[place + offset] == name.utf8.first
    }
  }

  // MARK: Bombs

  private func bomb(_ size: Int) -> [UInt8] {
    var bomb = RawWorkbook(lines: "id\nU1")
    bomb.others = [("bomb", [UInt8](repeating: 0x20, count: size))]
    return bomb.bytes
  }

  @Test func `that unpacks to far more than it is is refused before it is unpacked`() {
    #expect(fault(bomb(2_000_000)) == .tooLarge(.ratio))
    #expect(fault(bomb(1_000_000)) == nil, "small ones do no harm")
  }

  @Test func `that unpacks to too much is refused, by entry and in total`() {
    var limits = SpreadsheetLimits()
    limits.entryBytes = 100_000
    #expect(fault(bomb(100_001), limits: limits) == .tooLarge(.entryBytes))
    limits.totalBytes = 100_000
    #expect(fault(bomb(100_000), limits: limits) == .tooLarge(.totalBytes))
    limits = SpreadsheetLimits()
    limits.fileBytes = Self.good.count - 1
    #expect(fault(Self.good, limits: limits) == .tooLarge(.fileBytes))
  }

  @Test func `that says less than it unpacks to is refused`() throws {
    var archive = ZipWriter()
    let parts = RawWorkbook(lines: "id\nU1").parts
    for part in parts { archive.add(part.name, part.bytes) }
    let first = UInt8(parts[0].bytes.count & 0xFF) - 1
    let lying = try patched(
      patched(archive.finish(), Self.local, at: 22, [first]), Self.central, at: 24, [first])
    #expect(fault(lying) == .damagedArchive(entry: "_rels/.rels"))
  }

  @Test func `with too many entries is refused`() {
    var many = RawWorkbook(lines: "id\nU1")
    many.others = (0..<2_000).map { ("n\($0)", []) }
    #expect(fault(many.bytes) == .tooLarge(.entries))
  }

  @Test func `without the parts of a workbook is refused`() {
    var archive = ZipWriter()
    archive.add("hello.txt", [1])
    #expect(fault(archive.finish()) == .missingPart("_rels/.rels"))
    var lost = ZipWriter()
    for part in RawWorkbook(lines: "id\nU1").parts where part.name != "xl/worksheets/sheet1.xml" {
      lost.add(part.name, part.bytes)
    }
    #expect(fault(lost.finish()) == .missingPart("xl/worksheets/sheet1.xml"))
  }
}
