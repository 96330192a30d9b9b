import ReviewEvents
import ReviewRules
import Testing

@Suite struct `The number of a document` {
  @Test(
    arguments: [
      ("57/KH-TU", "57-KH/TU"), ("57-KH/TU", "57-KH/TU"), ("57 kh-tu", "57-KH/TU"),
      ("10-NQTW", "10-NQ/TW"), ("10-NQ/TW", "10-NQ/TW"), ("132-QĐ/TW", "132-QĐ/TW"),
      ("1301-CV/TU", "1301-CV/TU"), ("10072-CV/BTCTW", "10072-CV/BTCTW"),
      ("335/2025/NĐ-CP", "335/2025/NĐ-CP"), ("8571/UBND-TH", nil), ("QĐ 132", nil), ("57", nil),
      ("57/KH", nil), ("", nil), ("0-KH/TU", nil), ("57-KH/TU2", nil), ("1/20250/NĐ-CP", nil),
    ] as [(String, String?)])
  func `is read however it was printed`(printed: String, normal: String?) {
    #expect((try? DocumentNumber(printed))?.description == normal)
  }

  @Test func `does not make a document: 132-QĐ/TW of 2018 and of 2023 are two`() throws {
    func document(_ year: Int, _ month: Int, _ day: Int) throws -> LegalDocument {
      try LegalDocument(
        issuer: "Bộ Chính trị", printedNumber: "132-QĐ/TW",
        date: #require(LocalDate(year: year, month: month, day: day)))
    }
    #expect(try document(2018, 3, 8).key != document(2023, 10, 27).key)
    #expect(try document(2018, 3, 8).key == document(2018, 3, 8).key)
  }

  @Test func `that is endless is not read`() {
    #expect(throws: MalformedDocumentNumber.self) {
      try DocumentNumber("1-KH/" + String(repeating: "T", count: 100))
    }
  }
}
