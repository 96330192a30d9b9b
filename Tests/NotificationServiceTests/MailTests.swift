import EventStream
import Foundation
import NotificationDomain
import ReviewEvents
import SMTPMail
import ServiceRuntime
import TestSupport
import Testing

@testable import NotificationService

@Suite struct `A written mail` {
  static func mail(_ kind: MailKind, namesKind: Bool) throws -> String {
    let writer = try MIMEWriter(
      from: MailAddress("no-reply@review.invalid"), portalLink: "https://review.invalid",
      namesKind: namesKind)
    let subject = try SubjectID("unit/A")
    let order = MailOrder(
      key: SendOnceKey(
        recipient: subject, kind: kind, cause: .fact(.case(try CaseID("C-77")), sequence: 3)),
      year: 2021, planNumber: "57-KH/TU", wording: "trước ngày 10/12/2021", daysLeft: 3,
      date: try Instant("2021-12-06T01:00:00Z"), drop: nil)
    return try writer.write(
      order, delivery: Samples.id(String(repeating: "ab12", count: 10)), to: "a@example.org")
  }

  @Test(arguments: MailKind.allCases) func `is the same each time and ASCII`(_ kind: MailKind)
    throws
  {
    let mail = try Self.mail(kind, namesKind: true)
    #expect(mail == (try Self.mail(kind, namesKind: true)))
    #expect(mail.utf8.allSatisfy { $0 < 0x80 })
    #expect(mail.contains("X-Review-Mail-Kind: \(kind.rawValue)\r\n"))
    #expect(mail.contains("Message-ID: <\(String(repeating: "ab12", count: 10))@review.invalid>"))
    #expect(mail.contains("Date: Mon, 06 Dec 2021 08:00:00 +0700\r\n"))
    #expect(mail.contains("To: a@example.org\r\n"))
  }

  @Test(arguments: MailKind.allCases)
  func `tells no server on its way what it is about`(_ kind: MailKind) throws {
    let mail = try Self.mail(kind, namesKind: false)
    let headers = mail.components(separatedBy: "\r\n\r\n")[0].lowercased()
    for word in ["case", "c-77", "x-review", kind.rawValue] {
      #expect(!headers.contains(word), "\(word)")
    }
  }
}

@Suite struct `The mail settings` {
  static func read(_ values: [String: String]) throws -> MailSettings {
    try MailSettings.read(SettingsReader(values: values))
  }

  @Test func `need nothing and then insist on encryption`() throws {
    #expect(try Self.read([:]).encryption == .required)
  }

  @Test func `take the local sink on this machine only`() throws {
    let local = ["REVIEW_SMTP_TLS": "local-sink", "REVIEW_SMTP_PORT": "12525"]
    #expect(try Self.read(local).encryption == .localSink)
    #expect(throws: SettingsProblems.self) {
      try Self.read(local.merging(["REVIEW_SMTP_HOST": "mail.example.org"]) { $1 })
    }
  }

  @Test func `are all wrong at once`() throws {
    let problems = #expect(throws: SettingsProblems.self) {
      try Self.read([
        "REVIEW_SMTP_PORT": "0", "REVIEW_SMTP_TLS": "perhaps", "REVIEW_MAIL_FROM": "nobody",
        "REVIEW_PORTAL_URL": "ftp://x", "REVIEW_SMTP_USER": "u",
      ])
    }
    #expect(
      Set(problems?.problems.map(\.name) ?? []) == [
        "REVIEW_SMTP_PORT", "REVIEW_SMTP_TLS", "REVIEW_MAIL_FROM", "REVIEW_PORTAL_URL",
        "REVIEW_SMTP_PASSWORD_FILE",
      ])
  }
}
