import Testing

@testable import Spreadsheet

@Suite struct `Hostile XML` {
  private func fault(_ xml: String) -> SpreadsheetError? {
    SpreadsheetTests.fault(xml: Array(xml.utf8))
  }

  private func events(_ xml: String) throws -> [String] {
    var archive = ZipWriter()
    archive.add("x.xml", Array(xml.utf8))
    var reader = try XMLReader(
      try ZipArchive(archive.finish(), SpreadsheetLimits()), "x.xml")
    var events: [String] = []
    while true {
      switch try reader.next() {
      case .start(let element):
        let attributes = element.attributes.map { " \($0.name)=\($0.value)" }.joined()
        events.append("<\(element.name)\(attributes)>")
      case .text(let text): events.append(text)
      case .end: events.append("</>")
      case .finished: return events
      }
    }
  }

  // MARK: What is fine

  @Test func `is read element by element`() throws {
    #expect(
      try events("<a x='1' y = \"2\"><b/>text<c ></c ></a>")
        == ["<a x=1 y=2>", "<b>", "</>", "text", "<c>", "</>", "</>"])
  }

  @Test func `may have a declaration, a mark, comments, instructions and CDATA`() throws {
    #expect(
      try events(
        "\u{FEFF}<?xml version='1.0' encoding=\"utf-8\" standalone='yes'?>\n<!-- a - b -->"
          + "<a><?x y?><![CDATA[<&]]]]></a>\n<!---->") == ["<a>", "<&]]", "</>"])
  }

  @Test func `knows five entities and numbered characters`() throws {
    #expect(
      try events("<a b='&lt;&#x1EDB;'>&amp;&gt;&quot;&apos;&#65;&#x1F600;</a>")
        == ["<a b=<ớ>", "&>\"'A😀", "</>"])
  }

  @Test func `has one kind of line end`() throws {
    #expect(try events("<a>x\r\ny\rz\n</a>") == ["<a>", "x\ny\nz\n", "</>"])
    #expect(try events("<a b='x\r\ny'/>") == ["<a b=x y>", "</>"])
  }

  @Test func `is the same wherever a block ends`() throws {
    for shift in [0, 1, 2, 3, 5, 8, 13] {
      let filler = String(repeating: "ộ", count: XMLReader.blockBytes / 3 - shift)
      let found = try events("<a>\(filler)<b c='&#x1EDB;ớ'>&amp;ớ</b></a>")
      #expect(found == ["<a>", filler, "<b c=ớớ>", "&ớ", "</>", "</>"])
    }
  }

  @Test func `tells namespaces apart, not prefixes`() throws {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    var archive = ZipWriter()
    archive.add(
      "x.xml",
      Array(
        "<x:a xmlns:x='\(main)' xmlns='urn:y' b='1' x:c='2'><d/><e xmlns=''/></x:a>".utf8))
    var reader = try XMLReader(try ZipArchive(archive.finish(), SpreadsheetLimits()), "x.xml")
    guard case .start(let root) = try reader.next() else {
      Issue.record("no root")
      return
    }
    #expect(root.isSheet("a") && root["b"] == "1" && root["c"] == nil)
    #expect(root[.spreadsheet, "c"] == "2")
    let inner = try #require(try reader.child())
    #expect(inner.namespace == .other && inner.name == "d")
    try reader.skip()
    #expect(try reader.child()?.namespace == .unnamed)
  }

  // MARK: What is refused

  @Test(arguments: [
    "<!DOCTYPE a><a/>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
    "<?xml version='1.0'?><!DOCTYPE a SYSTEM 'http://example.invalid/a.dtd'><a/>",
    "<a><!ENTITY b 'c'></a>",
  ]) func `with a document type is refused`(xml: String) {
    #expect(fault(xml) == .forbiddenXML(part: "x.xml", .documentType))
  }

  @Test(arguments: ["<a>&b;</a>", "<a b='&nbsp;'/>", "<a>&LT;</a>"])
  func `with an entity of its own is refused`(xml: String) {
    #expect(fault(xml) == .forbiddenXML(part: "x.xml", .entity))
  }

  @Test func `in another encoding is refused`() {
    let encoding = SpreadsheetError.forbiddenXML(part: "x.xml", .encoding)
    #expect(fault("<?xml version='1.0' encoding='UTF-16'?><a/>") == encoding)
    #expect(fault("<?xml version='1.0' encoding='windows-1258'?><a/>") == encoding)
    #expect(SpreadsheetTests.fault(xml: [0xFE, 0xFF, 0, 0x3C]) == encoding)
    #expect(SpreadsheetTests.fault(xml: [0xFF, 0xFE, 0x3C, 0]) == encoding)
    #expect(
      SpreadsheetTests.fault(xml: Array("<a>".utf8) + [0xC3] + Array("</a>".utf8)) == encoding)
    #expect(
      SpreadsheetTests.fault(xml: Array("<a b='".utf8) + [0xED, 0xA0, 0x80] + Array("'/>".utf8))
        == encoding)
  }

  @Test(arguments: [
    "", " ", "<", "<a", "<a>", "<a></b>", "<a><b></a></b>", "</a>", "<a/><b/>", "x<a/>", "<a/>x",
    "<a b/>", "<a b=c/>", "<a b='1' b='2'/>", "<a b='1'c='2'/>", "<a b='<'/>", "<a b='x", "<1/>",
    "< a/>", "<a>&#0;</a>", "<a>&#xD800;</a>", "<a>&#xFFFF;</a>", "<a>&#x110000;</a>",
    "<a>&#+65;</a>", "<a>&#;</a>", "<a>&amp</a>", "<a>&</a>", "<a>&waytoolongname;</a>",
    "<a>\u{1}</a>", "<a>\u{0}</a>", "<a><!-- -- --></a>", "<a><!-- ", "<a><![CDATA[x</a>",
    "<![CDATA[x]]><a/>", "<p:a/>", "<a p:b='1'/>", "<a/><?xml version='1.0'?>",
    "<a b='\u{2}'/>", "<?xml", "<a/ >",
  ]) func `that is not well-formed is refused`(xml: String) {
    guard case .malformedXML(part: "x.xml", line: 1) = fault(xml) else {
      Issue.record("\(xml): \(String(describing: fault(xml)))")
      return
    }
  }

  @Test func `is refused with the line`() {
    #expect(fault("<a>\n\n<b x=>\n</b></a>") == .malformedXML(part: "x.xml", line: 3))
  }

  @Test func `that is deep, broad or endless is refused`() {
    let depth = SpreadsheetLimits().depth
    func nested(_ depth: Int) -> String {
      String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
    }
    #expect(fault(nested(depth)) == nil)
    #expect(fault(nested(depth + 1)) == .tooLarge(.depth))
    let attributes = (0...SpreadsheetLimits().attributes).map { " a\($0)=''" }
    #expect(fault("<a\(attributes.joined())/>") == .tooLarge(.attributes))
    #expect(fault("<a\(attributes.dropLast().joined())/>") == nil)
    let prefixes = (0...SpreadsheetLimits().namespaces).map { " xmlns:a\($0)='u'" }
    let inner = "<b\(prefixes[32...].joined())/></a>"
    #expect(fault("<a\(prefixes[..<32].joined())>\(inner)") == .tooLarge(.namespaces))
    #expect(fault("<a\(prefixes[1..<32].joined())>\(inner)") == nil)
    var limits = SpreadsheetLimits()
    limits.elements = 3
    let elements = Array("<a><b/><b/></a>".utf8)
    #expect(SpreadsheetTests.fault(xml: elements, limits: limits) == nil)
    limits.elements = 2
    #expect(SpreadsheetTests.fault(xml: elements, limits: limits) == .tooLarge(.elements))
    let long = String(repeating: "x", count: 300_000)
    #expect(fault("<a>\(long)</a>") == .tooLarge(.cellLength))
    #expect(fault("<a b='\(long)'/>") == .tooLarge(.cellLength))
    #expect(fault("<a><!--\(long)--></a>") == .tooLarge(.cellLength))
    guard case .malformedXML = fault("<\(long)/>") else {
      Issue.record("a name without end")
      return
    }
  }
}
