import Testing

@testable import SMTPMail

@Suite struct `Settings for the mail server` {
  @Test func `require encryption unless told otherwise`() throws {
    #expect(try SMTPSettings(host: "mail.example.org", port: 587).encryption == .required)
  }

  @Test(arguments: ["localhost", "127.0.0.1", "127.8.9.10", "::1"])
  func `allow a plain connection to this machine`(_ host: String) throws {
    _ = try SMTPSettings(host: host, port: 25, encryption: .plainForLocalSink)
  }

  @Test(arguments: [
    "mail.example.org", "127.0.0.1.example.org", "localhost.example.org", "10.0.0.1", "128.0.0.1",
    "0.0.0.0", "::2", "2001:db8::1",
  ])
  func `refuse a plain connection to anywhere else`(_ host: String) {
    #expect(throws: SMTPSettingsError.plainBeyondThisMachine) {
      try SMTPSettings(host: host, port: 25, encryption: .plainForLocalSink)
    }
  }

  @Test func `refuse a password without encryption`() throws {
    let credentials = try SMTPCredentials(user: "user", password: "secret")
    #expect(throws: SMTPSettingsError.credentialsWithoutEncryption) {
      try SMTPSettings(
        host: "localhost", port: 25, encryption: .plainForLocalSink, credentials: credentials)
    }
  }

  @Test(arguments: ["", "a b", "a/b", "a@b", "a\r\n", "user:secret@host", "a..b", "[::1]"])
  func `refuse what is not a host`(_ host: String) {
    #expect(throws: SMTPSettingsError.hostMalformed) { try SMTPSettings(host: host, port: 25) }
  }

  @Test func `refuse limits that would mean no limit`() {
    #expect(throws: SMTPSettingsError.limitNotPositive) {
      try SMTPSettings(host: "a", port: 25, connectTimeLimit: .zero)
    }
    #expect(throws: SMTPSettingsError.limitNotPositive) {
      // Less than a millisecond would reach libcurl as zero, which it reads as "for ever".
      try SMTPSettings(host: "a", port: 25, sendTimeLimit: .microseconds(999))
    }
    #expect(throws: SMTPSettingsError.limitNotPositive) {
      try SMTPSettings(host: "a", port: 25, messagesPerConnectionMax: 0)
    }
  }

  @Test func `refuse a password that would be cut short, and never print one`() throws {
    #expect(throws: SMTPSettingsError.credentialsMalformed) {
      try SMTPCredentials(user: "user", password: "sec\0ret")
    }
    let settings = try SMTPSettings(
      host: "mail.example.org", port: 587,
      credentials: SMTPCredentials(user: "user-name", password: "secret-word"))
    var dumped = "\(settings) \(String(reflecting: settings))"
    dump(settings, to: &dumped)
    #expect(!dumped.contains("secret-word"))
    #expect(!dumped.contains("user-name"))
  }

  @Test func `name the server in libcurl's form`() throws {
    #expect(try SMTPSettings(host: "::1", port: 25).url == "smtp://[::1]:25")
    #expect(
      try SMTPSettings(host: "a.example", port: 465, encryption: .implicit).url
        == "smtps://a.example:465")
  }
}

@Suite struct `A reply` {
  private func note(_ line: String, to recipient: String = "nguyen.van.a@example.org") throws
    -> String?
  {
    let recipient = try MailAddress(recipient)
    return ReplyLine(Array(line.utf8))?.note(hiding: recipient).description
  }

  @Test func `is its last line only`() throws {
    #expect(try note("250-first\r\n") == nil)
    #expect(try note("250 2.0.0 last\r\n") == "250 2.0.0 last")
    #expect(try note("354\r\n") == "354")
    #expect(try note("not a reply\r\n") == nil)
    #expect(try note("25\r\n") == nil)
  }

  @Test(arguments: [
    "550 5.1.1 <nguyen.van.a@example.org>: unknown", "550 5.1.1 Nguyen.Van.A: unknown",
    "550 5.1.1 user=nguyen.van.a unknown", "550 5.1.1 other.person@elsewhere.example unknown",
    "550 5.1.1 \"nguyen.van.a\"@example.org unknown",
  ])
  func `never keeps an address`(_ line: String) throws {
    let kept = try #require(try note(line))
    #expect(!kept.lowercased().contains("nguyen"))
    #expect(!kept.contains("@"))
    #expect(kept.hasPrefix("550 5.1.1 <address>"))
  }

  @Test func `with a short name before the at sign stays readable`() throws {
    #expect(
      try note("550 a mailbox, unknown: a", to: "a@example.org")
        == "550 <address> mailbox, unknown: <address>")
  }

  @Test func `is cut at its limit and cleaned of what is not printable`() throws {
    let kept = try #require(try note("550 \u{1B}[31m" + String(repeating: "x", count: 900)))
    #expect(kept.utf8.count == "550 ".utf8.count + ReplyLine.textCharactersMax)
    #expect(!kept.contains("\u{1B}"))
  }
}
