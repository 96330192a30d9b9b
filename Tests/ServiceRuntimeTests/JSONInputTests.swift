import Testing

@testable import ServiceRuntime

@Suite struct `Hostile JSON` {
  static let shape: JSONShape = .object([
    .required("year", .integer(2_000...2_100)),
    .required("title", .text(max: 10)),
    .optional("note", .text(min: 0, max: 20)),
    .optional("level", .choice(["PROVINCE", "DISTRICT"])),
    .optional("unit", .identifier), .optional("part", .identifierPart(max: 4)),
    .optional("subject", .subject),
    .optional("due", .instant),
    .optional("day", .date),
    .optional("pilot", .boolean),
    .optional(
      "matters",
      .array(of: .object([.required("text", .text(max: 5))]), max: 3)),
    .optional("tags", .array(of: .text(max: 3), min: 1, max: 2)),
  ])

  /// An input, and the slug and field it must reach.
  struct Case: Sendable, CustomTestStringConvertible {
    let input: [UInt8]
    let slug: String
    let field: String
    let testDescription: String

    init(_ text: String, _ slug: String, _ field: String) {
      self.init(bytes: Array(text.utf8), slug, field, text)
    }

    init(bytes: [UInt8], _ slug: String, _ field: String, _ name: String) {
      input = bytes
      self.slug = slug
      self.field = field
      testDescription = String(name.prefix(60))
    }
  }

  static let syntax: [Case] = [
    Case("", "malformed-json", "body"),
    Case("   ", "malformed-json", "body"),
    Case("{", "malformed-json", "body"),
    Case("{]", "malformed-json", "body"),
    Case("{\"year\"}", "malformed-json", "body"),
    Case("{\"year\":}", "malformed-json", "body"),
    Case("{\"year\":2021,}", "malformed-json", "body"),
    Case("{year:2021}", "malformed-json", "body"),
    Case("{'year':2021}", "malformed-json", "body"),
    Case("{\"year\":2021} x", "malformed-json", "body"),
    Case("{\"year\":2021}{}", "malformed-json", "body"),
    Case("{\"year\":01}", "malformed-json", "body"),
    Case("{\"year\":-}", "malformed-json", "body"),
    Case("{\"year\":1.}", "malformed-json", "body"),
    Case("{\"year\":1e}", "malformed-json", "body"),
    Case("{\"year\":+1}", "malformed-json", "body"),
    Case("{\"year\":.5}", "malformed-json", "body"),
    Case("{\"year\":NaN}", "malformed-json", "body"),
    Case("{\"year\":tru}", "malformed-json", "body"),
    Case("{\"title\":\"a", "malformed-json", "body"),
    Case("{\"title\":\"a\u{1}b\"}", "malformed-json", "body"),
    Case("{\"title\":\"a\nb\"}", "malformed-json", "body"),
    Case("{\"title\":\"\\x\"}", "malformed-json", "body"),
    Case("{\"title\":\"\\u12\"}", "malformed-json", "body"),
    Case("{\"title\":\"\\ud800\"}", "malformed-json", "body"),
    Case("{\"title\":\"\\ud800\\u0041\"}", "malformed-json", "body"),
    Case("{\"title\":\"\\udc00\"}", "malformed-json", "body"),
    Case("\u{FEFF}{}", "malformed-json", "body"),
    Case("// x\n{}", "malformed-json", "body"),
    Case(String(repeating: "[", count: 100_000), "too-deep", "body"),
    Case(
      String(repeating: "{\"a\":", count: 40) + "1" + String(repeating: "}", count: 40),
      "too-deep", "body"),
    Case(
      "[" + String(repeating: "0,", count: JSONParser.valuesMax) + "0]", "too-many-items", "body"),
    Case(bytes: [0x7B, 0xFF, 0x7D], "invalid-utf8", "body", "a byte that is never UTF-8"),
    Case(bytes: [0x22, 0xC3, 0x22], "invalid-utf8", "body", "half a character"),
    Case(bytes: [0x22, 0xC0, 0xAF, 0x22], "invalid-utf8", "body", "an over-long slash"),
    Case(bytes: [0x22, 0xED, 0xA0, 0x80, 0x22], "invalid-utf8", "body", "a bare surrogate"),
    Case(bytes: [0xFE, 0xFF, 0x00, 0x7B], "invalid-utf8", "body", "UTF-16"),
  ]

  static let shapes: [Case] = [
    Case("[]", "wrong-type", "body"),
    Case("null", "wrong-type", "body"),
    Case("{}", "missing-member", "year"),
    Case("{\"year\":null,\"title\":\"a\"}", "wrong-type", "year"),
    Case("{\"year\":2021,\"title\":\"a\",\"x\":1}", "unknown-member", "x"),
    Case("{\"year\":2021,\"title\":\"a\",\"year\":2022}", "duplicate-member", "year"),
    Case("{\"year\":2021,\"title\":\"a\",\"ye\\u0061r\":2}", "duplicate-member", "year"),
    Case(
      with("\"matters\":[{\"text\":\"a\",\"text\":\"b\"}]"), "duplicate-member", "matters[0].text"),
    Case("{\"year\":\"2021\",\"title\":\"a\"}", "wrong-type", "year"),
    Case("{\"year\":2021.0,\"title\":\"a\"}", "wrong-type", "year"),
    Case("{\"year\":2.021e3,\"title\":\"a\"}", "wrong-type", "year"),
    Case("{\"year\":1999,\"title\":\"a\"}", "out-of-range", "year"),
    Case("{\"year\":99999999999999999999999,\"title\":\"a\"}", "out-of-range", "year"),
    Case("{\"year\":2021,\"title\":\"\"}", "text-too-short", "title"),
    Case("{\"year\":2021,\"title\":\"12345678901\"}", "text-too-long", "title"),
    Case("{\"year\":2021,\"title\":7}", "wrong-type", "title"),
    Case("{\"year\":2021,\"title\":\"a\\u0000b\"}", "control-character", "title"),
    Case("{\"year\":2021,\"title\":\"a\\rb\"}", "control-character", "title"),
    Case("{\"year\":2021,\"title\":\"a\u{85}b\"}", "control-character", "title"),
    Case(with("\"level\":\"province\""), "not-a-choice", "level"),
    Case(with("\"level\":1"), "wrong-type", "level"),
    Case(with("\"unit\":\"a b\""), "malformed-identifier", "unit"),
    Case(with("\"unit\":\"../../etc\""), "malformed-identifier", "unit"),
    Case(with("\"unit\":\"\""), "malformed-identifier", "unit"),
    Case(with("\"part\":\"12345\""), "malformed-identifier", "part"),
    Case(with("\"subject\":\"U1\""), "malformed-subject", "subject"),
    Case(with("\"subject\":\"case/C1\""), "malformed-subject", "subject"),
    Case(with("\"due\":\"2021-12-10\""), "malformed-instant", "due"),
    Case(with("\"due\":\"2021-02-30T00:00:00Z\""), "malformed-instant", "due"),
    Case(with("\"due\":\"2021-12-10T00:00:00\""), "malformed-instant", "due"),
    Case(with("\"due\":1639000000"), "wrong-type", "due"),
    Case(with("\"day\":\"2021-02-29\""), "malformed-date", "day"),
    Case(with("\"day\":\"10/12/2021\""), "malformed-date", "day"),
    Case(with("\"pilot\":\"true\""), "wrong-type", "pilot"),
    Case(with("\"pilot\":1"), "wrong-type", "pilot"),
    Case(with("\"matters\":{}"), "wrong-type", "matters"),
    Case(with("\"matters\":[{}]"), "missing-member", "matters[0].text"),
    Case(
      with("\"matters\":[{\"text\":\"a\"},{\"text\":\"123456\"}]"), "text-too-long",
      "matters[1].text"),
    Case(with("\"matters\":[1]"), "wrong-type", "matters[0]"),
    Case(with("\"matters\":[null]"), "wrong-type", "matters[0]"),
    Case(
      with("\"matters\":[{\"text\":\"a\"},{\"text\":\"a\"},{\"text\":\"a\"},{\"text\":\"a\"}]"),
      "too-many-items", "matters"),
    Case(with("\"tags\":[]"), "missing-member", "tags"),
    Case(with("\"tags\":[\"abcd\"]"), "text-too-long", "tags[0]"),
  ]

  private static func with(_ member: String) -> String {
    "{\"year\":2021,\"title\":\"a\",\(member)}"
  }

  @Test(arguments: syntax + shapes) func `reaches its slug and field`(hostile: Case) {
    let problem = #expect(throws: Problem.self) { try Self.shape.checked(hostile.input) }
    #expect(problem?.slug == hostile.slug)
    #expect(problem?.field == hostile.field)
    #expect(problem?.status == 400)
    #expect(problem?.title.isEmpty == false)
  }

  @Test func `is reported with everything wrong at once, in order`() throws {
    let input = "{\"x\":1,\"year\":1,\"year\":2,\"title\":\"\",\"matters\":[{\"text\":1}]}"
    let problem = try #require(
      throws: Problem.self
    ) { try Self.shape.checked(Array(input.utf8)) }
    #expect(
      problem.errors.map { "\($0.slug) \($0.field)" } == [
        "duplicate-member year", "unknown-member x", "out-of-range year", "text-too-short title",
        "wrong-type matters[0].text",
      ])
  }

  @Test func `names the line and column of a syntax error`() throws {
    let input = "{\n  \"năm\": 2021,\n  \"title\": oops\n}"
    let problem = try #require(
      throws: Problem.self
    ) { try Self.shape.checked(Array(input.utf8)) }
    #expect(problem.detail?.contains("Dòng 3, cột 12") == true)
  }

  @Test func `with thousands of violations lists a hundred and counts all`() throws {
    let members = (0..<3_000).map { "\"x\($0)\":1" }.joined(separator: ",")
    let problem = try #require(
      throws: Problem.self
    ) { try Self.shape.checked(Array("{\(members)}".utf8)) }
    #expect(problem.errors.count == 100)
    #expect(problem.errorsTotal == 3_002)
  }

  @Test func `never repeats a long or odd member name whole`() throws {
    let name = String(repeating: "n", count: 5_000)
    let problem = try #require(
      throws: Problem.self
    ) { try Self.shape.checked(Array("{\"\(name)\":1}".utf8)) }
    #expect((problem.field?.utf8.count ?? 0) <= 64)
  }
}

@Suite struct `Good JSON` {
  struct Sheet: Decodable, Equatable {
    var year: Int
    var title: String
    var note: String?
    var pilot: Bool?
  }

  private func decode(_ text: String) throws -> Sheet {
    try JSONText.decode(Sheet.self, from: `Hostile JSON`.shape.checked(Array(text.utf8)))
  }

  @Test func `keeps its values`() throws {
    let text = #" { "title" : "Đảng\/\u0111\ud83d\ude00" , "year": 2021, "pilot":true } "#
    #expect(try decode(text) == Sheet(year: 2021, title: "Đảng/đ😀", pilot: true))
  }

  @Test func `treats null and missing alike where a member is optional`() throws {
    #expect(try decode(#"{"year":2021,"title":"a","note":null}"#).note == nil)
  }

  @Test func `is kept in one normal form`() throws {
    // The same word as two keyboards write it: composed, and letter by letter.
    let decomposed = "\u{44}\u{1B0}\u{301}o\u{31B}"
    let sheet = try decode("{\"year\":2021,\"title\":\"\(decomposed)\"}")
    #expect(Array(sheet.title.unicodeScalars) == ["D", "\u{1EE9}", "\u{1A1}"])
  }

  @Test func `counts characters after normalising`() throws {
    let ten = String(repeating: "o\u{31B}\u{301}", count: 10)
    #expect(try decode("{\"year\":2021,\"title\":\"\(ten)\"}").title.unicodeScalars.count == 10)
  }

  @Test(arguments: ["\"", "\\", "/", "\n", "\t", "\u{1}", "\u{1F}", "đ", "😀", "\u{2028}"])
  func `is written as any reader reads it`(text: String) throws {
    let written = [UInt8(ascii: "[")] + JSONText.quoted(text) + [UInt8(ascii: "]")]
    #expect(try JSONText.decode([String].self, from: written) == [text])
  }

  @Test func `may break lines and use tabs in a text`() throws {
    #expect(try decode(#"{"year":2021,"title":"a\n\tb"}"#).title == "a\n\tb")
  }
}
