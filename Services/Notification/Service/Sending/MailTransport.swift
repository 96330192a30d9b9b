/// Hands mails to a server.
protocol MailTransport: Sendable {
  /// Hands one mail over, exactly as stored; each way to fail is an outcome.
  func send(_ mail: String, to address: String) async -> MailOutcome
  /// Where ``carry(_:)`` runs things, if that is a thread of its own.
  var thread: (any SerialExecutor)? { get }
  /// Runs what hands many mails over where handing over is cheapest.
  func carry(_ lane: @Sendable () async throws -> Void) async throws
  /// Ends the connection.
  func close() async
}

extension MailTransport {
  /// None of its own.
  var thread: (any SerialExecutor)? { nil }

  /// Runs it where it is.
  func carry(_ lane: @Sendable () async throws -> Void) async throws { try await lane() }
}

/// What became of one attempt to hand a mail over.
enum MailOutcome: Sendable, Hashable {
  /// The server took it.
  case accepted(MailReply)
  /// The server will never take it.
  case refused(MailReply)
  /// The server certainly does not have it.
  case deferred(MailReply)
  /// The server has it, or not.
  case uncertain(MailReply)

  /// The reply or the reason.
  var reply: MailReply {
    switch self {
    case .accepted(let reply), .refused(let reply), .deferred(let reply), .uncertain(let reply):
      reply
    }
  }
}

/// A server's reply, or the reason why there is none; holds no address.
struct MailReply: Sendable, Hashable {
  /// The SMTP reply code, if there was a reply.
  let code: Int?
  /// Code and text on one line.
  let text: String
}
