import IntakeDomain
import ReviewEvents
import ReviewRules
import Testing

@Suite struct `A document of the registry` {
  private func command(
    _ name: String = "plan", issuer: String = "Tỉnh ủy Mẫu", number: String = "57/KH-TU",
    on day: String = "2021-11-01"
  ) throws -> RegisterDocument {
    try RegisterDocument(
      Sample.id(name), issuer: issuer, number: number, issuedOn: LocalDate(day))
  }

  @Test func `keeps its number as printed beside the one spelling`() throws {
    let facts = try RegistryDocument().register(
      command(issuer: " Tỉnh ủy  Mẫu ", number: " 57/KH-TU"), twin: nil)
    #expect(
      facts == [
        DocumentRegistered(
          documentID: Sample.id("plan"), issuer: "Tỉnh ủy Mẫu", number: "57/KH-TU",
          key: "57-KH/TU", issuedOn: try LocalDate("2021-11-01"))
      ])
  }

  @Test func `is registered once under its id, in whatever spelling`() throws {
    let document = RegistryDocument(try RegistryDocument().register(command(), twin: nil))
    for again in [
      try command(), try command(number: "57-KH/TU"), try command(issuer: "TỈNH UỶ MẪU"),
    ] {
      #expect(try document.register(again, twin: Sample.id("plan")).isEmpty)
    }
  }

  @Test func `leaves its id to no other document`() throws {
    let document = RegistryDocument(try RegistryDocument().register(command(), twin: nil))
    for other in [
      try command(number: "58-KH/TU"), try command(issuer: "Huyện ủy Một"),
      try command(on: "2021-11-02"),
    ] {
      #expect(throws: DocumentRejection.alreadyRegistered) {
        try document.register(other, twin: nil)
      }
    }
  }

  @Test func `does not get a second id`() throws {
    #expect(throws: DocumentRejection.known(as: Sample.id("plan"))) {
      try RegistryDocument().register(command("other"), twin: Sample.id("plan"))
    }
  }

  @Test func `132-QĐ/TW of 2018 and of 2023 are two`() throws {
    let first = try command("a", issuer: "Bộ Chính trị", number: "132-QĐ/TW", on: "2018-03-08")
    let second = try command("b", issuer: "Bộ Chính trị", number: "132-QĐ/TW", on: "2023-10-27")
    #expect(first.key != second.key)
    #expect(first.number == second.number && first.issuer == second.issuer)
  }

  @Test func `has a number and an issuer`() {
    for number in ["57", "KH/TU", "8571/UBND-TH"] {
      #expect(throws: DocumentRejection.malformedNumber) { try command(number: number) }
    }
    #expect(throws: DocumentRejection.blankIssuer) { try command(issuer: " \t ") }
  }
}

@Suite struct `Who issued a document` {
  @Test(
    arguments: [
      ("Tỉnh ủy Mẫu", "TỈNH ỦY MẪU"), ("Tỉnh ủy Mẫu", "Tỉnh uỷ Mẫu"),
      ("Đảng ủy xã Hòa Bình", "ĐẢNG UỶ XÃ HOÀ BÌNH"),
      ("Đảng ủy xã Thúy Khoẻ", "Đảng uỷ xã Thuý Khỏe"), (" Bộ  Chính trị\u{A0}", "Bộ Chính trị"),
    ])
  func `is the same however it is typed`(one: String, other: String) {
    #expect(DocumentIssuer(one) == DocumentIssuer(other))
    #expect(Array(DocumentIssuer(one).key.utf8) == Array(DocumentIssuer(other).key.utf8))
  }

  @Test(
    arguments: [
      ("Tỉnh ủy Mẫu", "Tỉnh ủy Mậu"), ("Huyện ủy Một", "Huyện ủy Mốt"), ("Đảng ủy", "Dang uy"),
      ("Hoàn", "Hoán"), ("Quý", "Quỳ"),
    ])
  func `is somebody else with another letter or tone`(one: String, other: String) {
    #expect(DocumentIssuer(one) != DocumentIssuer(other))
  }
}
