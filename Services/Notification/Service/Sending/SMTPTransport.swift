internal import SMTPMail

/// Hands mails to the configured mail server.
struct SMTPTransport: MailTransport {
  private let connection: SMTPConnection
  private let from: MailAddress

  init(settings: SMTPSettings, from: MailAddress) {
    connection = SMTPConnection(settings: settings)
    self.from = from
  }

  var thread: (any SerialExecutor)? { connection.thread }

  func send(_ mail: String, to address: String) async -> MailOutcome {
    let recipient: MailAddress
    do throws(MailFormatError) { recipient = try MailAddress(address) } catch {
      // Checked at the import; a build with stricter rules may still meet an old one.
      return .refused(MailReply(code: nil, text: "not sent: the address is malformed"))
    }
    let outcome = await connection.send(Array(mail.utf8), from: from, to: recipient)
    let reply = MailReply(code: outcome.note.code, text: outcome.note.description)
    return switch outcome {
    case .accepted: .accepted(reply)
    case .refused: .refused(reply)
    case .deferred: .deferred(reply)
    case .uncertain: .uncertain(reply)
    }
  }

  func carry(_ lane: @Sendable () async throws -> Void) async throws {
    try await connection.carry(lane)
  }

  func close() async { await connection.close() }
}
