import Foundation
import Testing

@testable import SMTPMail

@Suite struct `A rendered mail` {
  @Test func `says the same to another reader of e-mail`() async throws {
    let mail = try await ParsedMail.read(Sample.message().rendered())
    #expect(mail.defects == [])
    #expect(mail.contentType == "multipart/alternative")
    #expect(mail.partTypes == ["text/plain", "text/html"])
    #expect(
      mail.bodies == [
        "Kính gửi đồng chí,\r\nđề nghị nộp báo cáo.\r\n", "<p>Kính gửi đồng chí,</p>",
      ])
    #expect(mail.headers["subject"] == "Nhắc việc: nộp báo cáo kiểm điểm năm 2021")
    #expect(mail.headers["from"] == "Hệ thống kiểm điểm <kiem-diem@example.org>")
    #expect(mail.headers["to"] == "nguoi.nhan@example.org")
    #expect(mail.headers["message-id"] == "<d-0001.reminder@kiemdiem.example.org>")
    #expect(mail.headers["date"] == "Sun, 05 Dec 2021 08:07:09 +0700")
    #expect(mail.headers["auto-submitted"] == "auto-generated")
    #expect(mail.headers["x-auto-response-suppress"] == "All")
    #expect(mail.headers["list-unsubscribe"] == nil)
  }

  @Test func `is the same bytes each time`() throws {
    #expect(try Sample.message().rendered() == Sample.message().rendered())
  }

  @Test func `may be sent as it is, and is ASCII only`() throws {
    let bytes = try Sample.message().rendered()
    #expect(WireForm.isSendable(bytes))
    #expect(bytes.allSatisfy { $0 < 0x80 })
  }

  @Test func `is in NFC, wherever its text comes from`() throws {
    let decomposed = "Kiểm điểm".decomposedStringWithCanonicalMapping
    let composed = try Sample.message(
      subject: "Kiểm điểm", text: "Kiểm điểm", html: "Kiểm điểm", fromName: "Kiểm điểm")
    let other = try Sample.message(
      subject: decomposed, text: decomposed, html: decomposed, fromName: decomposed)
    #expect(!decomposed.unicodeScalars.elementsEqual("Kiểm điểm".unicodeScalars))
    #expect(other.rendered() == composed.rendered())
  }

  @Test func `keeps over-long lines of the body whole, in short lines of its own`() async throws {
    let long = String(repeating: "một dòng rất dài ", count: 5_000)
    let bytes = try Sample.message(text: long, html: "<p>\(long)</p>").rendered()
    #expect(Sample.lines(bytes).allSatisfy { $0.utf8.count <= 78 })
    #expect(try await ParsedMail.read(bytes).bodies == [long, "<p>\(long)</p>"])
  }

  @Test func `keeps a dot at the start of a line and any way to end a line`() async throws {
    let mail = try await ParsedMail.read(
      Sample.message(text: ".\r\n..\rend\n--=_d0001reminderkiemdiemexampleorg--\n").rendered())
    #expect(mail.bodies[0] == ".\r\n..\r\nend\r\n--=_d0001reminderkiemdiemexampleorg--\r\n")
    #expect(mail.defects == [])
  }

  @Test func `carries further headers, encoded like the subject`() async throws {
    let header = try MailHeader(name: "X-Review-Period", value: HeaderText("kỳ kiểm điểm 2021"))
    let mail = try await ParsedMail.read(Sample.message(headers: [header]).rendered())
    #expect(mail.headers["x-review-period"] == "kỳ kiểm điểm 2021")
  }

  @Test(arguments: [
    (0.0, "Thu, 01 Jan 1970 07:00:00 +0700"), (1_704_041_999, "Sun, 31 Dec 2023 23:59:59 +0700"),
    (1_704_042_000, "Mon, 01 Jan 2024 00:00:00 +0700"),
    (1_709_141_400.9, "Thu, 29 Feb 2024 00:30:00 +0700"),
  ])
  func `is dated in the time of Việt Nam`(_ seconds: Double, _ expected: String) {
    #expect(MailDate.text(Date(timeIntervalSince1970: seconds)) == expected)
  }
}

@Suite struct `A header value` {
  @Test(arguments: [
    "Nhắc việc", "plain ASCII", "", " spaces around ", "=?UTF-8?Q?not_ours?=",
    String(repeating: "a", count: 300), "Đảng bộ 🏛️ 👨‍👩‍👧‍👦 kỳ 2021",
  ])
  func `comes back from another reader of e-mail unchanged`(_ subject: String) async throws {
    let mail = try await ParsedMail.read(Sample.message(subject: subject).rendered())
    #expect(mail.headers["subject"] == subject)
    #expect(mail.defects == [])
  }

  @Test func `of five thousand characters keeps to words of 75 and lines of 76`() async throws {
    let subject = String(
      String(repeating: "Báo cáo kiểm điểm tập thể, cá nhân; ", count: 140).prefix(5_000))
    let bytes = try Sample.message(subject: subject).rendered()
    let lines = Sample.lines(bytes)
    #expect(lines.allSatisfy { $0.utf8.count <= 76 })
    let words = lines.flatMap { $0.split(separator: " ") }.filter { $0.hasPrefix("=?") }
    #expect(words.count > 100)
    #expect(words.allSatisfy { $0.utf8.count <= 75 })
    #expect(try await ParsedMail.read(bytes).headers["subject"] == subject)
  }

  @Test func `has whole characters in each word`() throws {
    // A letter with two marks that no single code point stands for, so NFC cannot join it.
    let character = "x\u{0323}\u{0306}"
    for offset in 0..<8 {
      let text = String(repeating: "a", count: offset) + String(repeating: character, count: 40)
      let words = EncodedWords.encoded(text, firstLineUsed: 9).components(separatedBy: "\r\n ")
      let decoded = try words.map { word in
        let base64 = String(word.dropFirst("=?UTF-8?B?".count).dropLast(2))
        return String(decoding: try #require(Data(base64Encoded: base64)), as: UTF8.self)
      }
      #expect(decoded.joined() == text)
      #expect(decoded.dropFirst().allSatisfy { $0.hasPrefix("x\u{0323}\u{0306}") })
    }
  }

  @Test func `with more marks than a word can hold is torn between marks`() async throws {
    let subject = "a" + String(repeating: "\u{0323}", count: 500)
    let mail = try await ParsedMail.read(Sample.message(subject: subject).rendered())
    #expect(try mail.headers["subject"] == HeaderText(subject).text)
  }

  @Test(arguments: ["a\r\nBcc: b@example.org", "a\rb", "a\nb", "a\0b", "a\u{7F}b", "a\tb"])
  func `that could begin another header is refused`(_ text: String) {
    #expect(throws: MailFormatError.headerControlCharacter) { try HeaderText(text) }
  }

  @Test func `that swallows a document is refused`() {
    #expect(throws: MailFormatError.headerTooLong) {
      try HeaderText(String(repeating: "a", count: HeaderText.bytesMax + 1))
    }
  }

  @Test(arguments: [
    "Subject", "to", "BCC", "Message-ID", "Content-Type", "List-Unsubscribe", "Auto-Submitted",
  ])
  func `may not take the place of one that the mail writes itself`(_ name: String) throws {
    let value = try HeaderText("x")
    #expect(throws: MailFormatError.headerNameReserved) { try MailHeader(name: name, value: value) }
  }

  @Test(arguments: ["", "a b", "a:b", "a\r\nb", "tên", String(repeating: "a", count: 41)])
  func `needs a plain name`(_ name: String) throws {
    let value = try HeaderText("x")
    #expect(throws: MailFormatError.headerNameMalformed) {
      try MailHeader(name: name, value: value)
    }
  }
}

@Suite struct `An address` {
  @Test(arguments: ["a@b", "nguyen.van-a+1@mail.tinh.gov.vn", "x_y@1.example.org"])
  func `in plain form is taken`(_ text: String) throws {
    #expect(try MailAddress(text).text == text)
  }

  @Test(arguments: [
    "", "@", "a", "a@", "@b", "a@b@c", "a b@c", "a@b c", "a@b\r\nRCPT TO:<x@y>", "a\n@b", "a\0@b",
    "<a@b>", "a@b>", "\"a b\"@c", "a..b@c", ".a@c", "a.@c", "a@.c", "a@c.", "a@-c", "a@c-",
    "nguyễn@example.org", "a@ví.dụ", "a@[127.0.0.1]", "a,b@c", "a@b,c@d", " a@b", "a@b ",
  ])
  func `in any other form is refused`(_ text: String) {
    #expect(throws: MailFormatError.addressMalformed) { try MailAddress(text) }
  }

  @Test func `is refused above the limits and taken at them`() throws {
    let local = String(repeating: "a", count: 64)
    let label = String(repeating: "b", count: 61)
    let domain = [label, label, label, "ccc"].joined(separator: ".")
    #expect(try MailAddress("\(local)@\(domain)").text.utf8.count == MailAddress.bytesMax)
    #expect(throws: MailFormatError.addressTooLong) { try MailAddress("\(local)@\(domain)d") }
    #expect(throws: MailFormatError.addressTooLong) { try MailAddress("\(local)a@b") }
  }

  @Test(arguments: ["", "a", "a@", "a@b@c", "<a@b>", "a b@c", "a@b\r\n", "a@ b"])
  func `of a message is refused unless plain`(_ text: String) {
    #expect(throws: MailFormatError.messageIDMalformed) { try MessageID(text) }
  }
}
