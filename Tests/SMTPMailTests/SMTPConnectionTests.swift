import Foundation
import Testing

@testable import SMTPMail

/// Left alone, libcurl waits two minutes for a server that hangs; a busy machine needs seconds.
private let farBelowLibcurlsOwnWait = Duration.seconds(30)

/// Enough for a busy machine to come to the end of a mail before the limit strikes.
private let withTimeToReachTheEnd = Duration.seconds(8)

@Suite(.timeLimit(.minutes(1))) struct `Handing a mail over` {
  @Test func `a mail taken by the server is accepted, and arrives as it was stored`() async throws {
    let server = try await MailServer()
    let bytes = try Sample.message().rendered()
    let outcome = try await server.plainConnection().send(bytes, to: "an")
    #expect(outcome == .accepted(.init(code: 250, enhancedStatus: "2.0.0", text: "mail taken")))
    #expect(try server.mail(1) == bytes)
  }

  @Test func `a mail refused by the server is refused, with its reply and without the address`()
    async throws
  {
    let server = try await MailServer()
    let outcome = try await server.plainConnection().send(to: "refused")
    #expect(
      outcome
        == .refused(
          .init(
            code: 550, enhancedStatus: "5.1.1", text: "<address> no mailbox <address> here")))
  }

  @Test func `a mail refused after its end is refused`() async throws {
    let server = try await MailServer()
    let outcome = try await server.plainConnection().send(to: "refused-content")
    #expect(
      outcome == .refused(.init(code: 554, enhancedStatus: "5.6.0", text: "content not taken")))
  }

  @Test func `a mail put off by the server is deferred, with its reply`() async throws {
    let server = try await MailServer()
    let outcome = try await server.plainConnection().send(to: "deferred")
    #expect(
      outcome
        == .deferred(
          .init(code: 451, enhancedStatus: "4.7.1", text: "<address> please try again later")))
  }

  @Test func `a mail put off after its end is deferred`() async throws {
    let server = try await MailServer()
    let outcome = try await server.plainConnection().send(to: "deferred-content")
    #expect(outcome == .deferred(.init(code: 452, enhancedStatus: "4.3.1", text: "no room")))
  }

  @Test func `of a reply in several lines the last one is kept`() async throws {
    let server = try await MailServer()
    let outcome = try await server.plainConnection().send(to: "talkative")
    #expect(outcome == .accepted(.init(code: 250, enhancedStatus: "2.0.0", text: "second line")))
  }

  @Test func `a refusal that speaks of us and not of the mail is deferred`() async throws {
    let server = try await MailServer()
    #expect(try await server.plainConnection().send(to: "unauthorised").kind == .deferred)
    let strict = try await MailServer(["--refuse-sender"])
    let outcome = try await strict.plainConnection().send(to: "an")
    #expect(
      outcome == .deferred(.init(code: 550, enhancedStatus: "5.7.1", text: "sender not allowed")))
  }

  @Test func `a line that begins with a dot survives`() async throws {
    let server = try await MailServer()
    let bytes = Array("Subject: dots\r\n\r\n.\r\n..\r\n.a\r\nend.\r\n.\r\n".utf8)
    let outcome = try await server.plainConnection().send(bytes, to: "an")
    #expect(outcome.kind == .accepted)
    #expect(try server.mail(1) == bytes)
  }

  @Test func `a mail of a megabyte, full of dots, arrives as it was stored`() async throws {
    let server = try await MailServer()
    let line = String(repeating: "x", count: 50)
    let lines = (0..<20_000).map { $0 % 10 == 0 ? "..\(line)" : ".\(line)" }
    let bytes = Array(("Subject: long\r\n\r\n" + lines.joined(separator: "\r\n") + "\r\n").utf8)
    let outcome = try await server.plainConnection().send(bytes, to: "an")
    #expect(outcome.kind == .accepted)
    // Compared outside of the macro, which would look for the differences of a million bytes.
    let isUnchanged = try server.mail(1) == bytes
    #expect(isUnchanged)
  }

  @Test(arguments: [
    "no line end", "a: b\r\n\r\nbare\nLF\r\n", "a: b\r\n\r\nbare\rCR\r\n", "a: b\r\n\r\nNUL\0\r\n",
    "a: b\r\n\r\n\r\r\n", "", "a: \(String(repeating: "x", count: 996))\r\n",
  ])
  func `bytes that servers could read differently are not sent`(_ text: String) async throws {
    // Nobody listens on this port: the refusal must come before any connection.
    let connection = SMTPConnection(
      settings: try SMTPSettings(host: "127.0.0.1", port: 1, encryption: .plainForLocalSink))
    #expect(try await connection.send(Array(text.utf8), to: "an").kind == .refused)
  }
}

@Suite(.timeLimit(.minutes(1))) struct `A connection that breaks` {
  @Test func `nobody listening defers the mail`() async throws {
    let connection = SMTPConnection(
      settings: try SMTPSettings(host: "127.0.0.1", port: 1, encryption: .plainForLocalSink))
    let outcome = try await connection.send(to: "an")
    #expect(outcome.kind == .deferred)
    #expect(outcome.note.code == nil)
    #expect(outcome.note.text.contains("connect"))
  }

  @Test func `a break before the end of the mail defers it`() async throws {
    let server = try await MailServer()
    let outcome = try await server.plainConnection().send(to: "drop-before")
    #expect(outcome.kind == .deferred)
    #expect(outcome.note.code == nil)
  }

  @Test func `a break after the end of the mail leaves it uncertain`() async throws {
    let server = try await MailServer()
    let outcome = try await server.plainConnection().send(to: "drop-after")
    #expect(outcome.kind == .uncertain)
    #expect(try server.count("data drop-after") == 1)
  }

  @Test func `silence before the end of the mail defers it within the limit`() async throws {
    let server = try await MailServer()
    let connection = try server.plainConnection(sendTimeLimit: .seconds(1))
    let began = ContinuousClock.now
    #expect(try await connection.send(to: "stall-before").kind == .deferred)
    #expect(ContinuousClock.now - began < farBelowLibcurlsOwnWait)
  }

  @Test func `a server that stops reading within the mail defers it within the limit`()
    async throws
  {
    let server = try await MailServer()
    let connection = try server.plainConnection(sendTimeLimit: .seconds(1))
    // More than the buffers on both sides can hold, so that the end cannot have left.
    let line = String(repeating: "x", count: 900) + "\r\n"
    let bytes = Array(String(repeating: line, count: 20_000).utf8)
    let began = ContinuousClock.now
    #expect(try await connection.send(bytes, to: "stall-within").kind == .deferred)
    #expect(ContinuousClock.now - began < farBelowLibcurlsOwnWait)
  }

  @Test func `silence after the end of the mail leaves it uncertain within the limit`()
    async throws
  {
    let server = try await MailServer()
    let connection = try server.plainConnection(sendTimeLimit: withTimeToReachTheEnd)
    let began = ContinuousClock.now
    #expect(try await connection.send(to: "stall-after").kind == .uncertain)
    #expect(ContinuousClock.now - began < farBelowLibcurlsOwnWait)
    #expect(try server.count("data stall-after") == 1)
  }

  @Test func `a connection is used again, and after its last mail opened anew`() async throws {
    let server = try await MailServer()
    let connection = try server.plainConnection(messagesPerConnectionMax: 2)
    for _ in 0..<5 { #expect(try await connection.send(to: "an").kind == .accepted) }
    #expect(try server.count("data an") == 5)
    #expect(try server.count("connection") == 3)
  }

  @Test(arguments: ["refused", "deferred-content", "drop-before", "drop-after"])
  func `after anything that went wrong the next mail is accepted`(_ recipient: String)
    async throws
  {
    let server = try await MailServer()
    let connection = try server.plainConnection()
    #expect(try await connection.send(to: recipient).kind != .accepted)
    #expect(try await connection.send(to: "an").kind == .accepted)
    #expect(try server.count("connection") == 2)
  }

  @Test func `closing gives up a mail whose end has not left, and later mails are deferred`()
    async throws
  {
    let server = try await MailServer()
    let connection = try server.plainConnection(sendTimeLimit: .seconds(50))
    async let outcome = connection.send(to: "stall-before")
    try await eventually { try server.count("waiting before data") == 1 }
    let took = await ContinuousClock().measure { await connection.close() }
    #expect(took < farBelowLibcurlsOwnWait)
    #expect(try await outcome.kind == .deferred)
    #expect(try await connection.send(to: "an").kind == .deferred)
  }

  @Test func `closing waits for the reply to a mail whose end has left`() async throws {
    let server = try await MailServer()
    let connection = try server.plainConnection(sendTimeLimit: withTimeToReachTheEnd)
    async let outcome = connection.send(to: "stall-after")
    try await eventually { try server.count("data stall-after") == 1 }
    let took = await ContinuousClock().measure { await connection.close() }
    #expect(took > .seconds(1))
    #expect(try await outcome.kind == .uncertain)
  }
}

@Suite(.timeLimit(.minutes(1))) struct `An encrypted connection` {
  private func connection(
    _ server: MailServer, _ authority: Certificate?, host: String = "localhost",
    encryption: SMTPSettings.Encryption = .required, password: String? = nil,
    sendTimeLimit: Duration = .seconds(20)
  ) throws -> SMTPConnection {
    SMTPConnection(
      settings: try SMTPSettings(
        host: host, port: server.port, encryption: encryption,
        credentials: password.map { try SMTPCredentials(user: "kiem-diem", password: $0) },
        authorityFile: authority?.certificateFile, sendTimeLimit: sendTimeLimit))
  }

  @Test func `a mail is accepted under a certificate that the authority vouches for`()
    async throws
  {
    let certificate = try await Certificate()
    let server = try await MailServer.encrypted(certificate)
    #expect(try await connection(server, certificate).send(to: "an").kind == .accepted)
    #expect(try server.events() == ["connection", "tls", "data an"])
  }

  @Test func `encryption from the first byte works the same`() async throws {
    let certificate = try await Certificate()
    let server = try await MailServer.encrypted(certificate, ["--implicit"])
    let connection = try connection(server, certificate, encryption: .implicit)
    #expect(try await connection.send(to: "an").kind == .accepted)
  }

  @Test func `silence under encryption leaves the mail uncertain within the limit`() async throws {
    let certificate = try await Certificate()
    let server = try await MailServer.encrypted(certificate)
    let connection = try connection(server, certificate, sendTimeLimit: withTimeToReachTheEnd)
    let began = ContinuousClock.now
    #expect(try await connection.send(to: "stall-after").kind == .uncertain)
    #expect(ContinuousClock.now - began < farBelowLibcurlsOwnWait)
  }

  @Test func `under another authority nothing is sent`() async throws {
    let (known, other) = (try await Certificate(), try await Certificate())
    let server = try await MailServer.encrypted(known)
    let outcome = try await connection(server, other).send(to: "an")
    #expect(outcome.kind == .deferred)
    #expect(outcome.note.text.contains("certificate"))
    #expect(try server.events() == ["connection"])
  }

  @Test func `under the system's authorities nothing is sent`() async throws {
    let certificate = try await Certificate()
    let server = try await MailServer.encrypted(certificate)
    #expect(try await connection(server, nil).send(to: "an").kind == .deferred)
    #expect(try server.events() == ["connection"])
  }

  @Test func `under a certificate for another host nothing is sent`() async throws {
    let certificate = try await Certificate()
    let server = try await MailServer.encrypted(certificate)
    let outcome = try await connection(server, certificate, host: "127.0.0.1").send(to: "an")
    #expect(outcome.kind == .deferred)
    #expect(try server.events() == ["connection"])
  }

  @Test func `to a server without encryption nothing is sent`() async throws {
    let server = try await MailServer()
    let certificate = try await Certificate()
    #expect(try await connection(server, certificate).send(to: "an").kind == .deferred)
    #expect(try server.events() == ["connection"])
  }

  @Test func `the password is used under encryption, and a wrong one defers the mail`()
    async throws
  {
    let certificate = try await Certificate()
    let server = try await MailServer.encrypted(
      certificate, ["--user", "kiem-diem", "--password", "mật khẩu"])
    let right = try connection(server, certificate, password: "mật khẩu")
    #expect(try await right.send(to: "an").kind == .accepted)
    #expect(try server.count("authenticated") == 1)
    let wrong = try connection(server, certificate, password: "other")
    let outcome = try await wrong.send(to: "an")
    #expect(outcome.kind == .deferred)
    #expect(outcome.note.code == 535)
  }
}

extension SMTPConnection {
  /// Sends to `name@example.org`, which decides what the server does.
  func send(_ bytes: [UInt8]? = nil, to name: String) throws -> DeliveryOutcome {
    try send(
      bytes ?? Sample.message().rendered(), from: MailAddress("kiem-diem@example.org"),
      to: MailAddress("\(name)@example.org"))
  }
}

extension DeliveryOutcome {
  enum Kind { case accepted, refused, deferred, uncertain }

  var kind: Kind {
    switch self {
    case .accepted: .accepted
    case .refused: .refused
    case .deferred: .deferred
    case .uncertain: .uncertain
    }
  }
}
