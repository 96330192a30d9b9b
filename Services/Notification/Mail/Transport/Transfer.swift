private import Synchronization

/// One mail on its way: feeds libcurl with the bytes, follows the conversation, and knows at each
/// moment whether the end of the mail may already have left.
///
/// libcurl asks for more bytes only after all bytes given before were written to the socket, and
/// writes the final dot as soon as it is told that there are no more. So up to the moment where
/// ``nextBytes(into:)`` says "no more", the server cannot have a complete mail; from that moment
/// on only a reply tells.
final class Transfer {
  /// Which command the next reply answers.
  private enum Stage {
    case opening
    case sender
    case recipient
    case body
    case end
    case leaving
  }

  private let bytes: [UInt8]
  private let recipient: MailAddress
  private let stop: StopSignal
  private var offset = 0
  private var stage = Stage.opening
  /// The reply to the last command, or nil while it is awaited.
  private var reply: ReplyLine?
  private var replyStage = Stage.opening
  private var endMayHaveLeft = false

  init(_ bytes: [UInt8], to recipient: MailAddress, stop: StopSignal) {
    self.bytes = bytes
    self.recipient = recipient
    self.stop = stop
  }

  /// A mail whose end has not left can be given up without doubt; later it is better to wait for
  /// the reply, within the time limit.
  var shouldGiveUp: Bool { stop.isRaised && !endMayHaveLeft }

  /// Copies the next bytes of the mail; zero tells libcurl that the mail is complete.
  func nextBytes(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(buffer.count, bytes.count - offset)
    if count == 0 {
      endMayHaveLeft = true
      stage = .end
      reply = nil
      return 0
    }
    unsafe buffer.copyBytes(from: bytes[offset..<offset + count])
    offset += count
    return count
  }

  /// Notes a command that leaves; only its verb is looked at, as it may hold a password.
  func commandLeft(_ command: some Collection<UInt8>) {
    if command.starts(with: "MAIL FROM:".utf8) {
      stage = .sender
    } else if command.starts(with: "RCPT TO:".utf8) {
      stage = .recipient
    } else if command.elementsEqual("DATA\r\n".utf8) {
      stage = .body
    } else if command.elementsEqual("QUIT\r\n".utf8) {
      // Said after the verdict; the answer to it must not take the verdict's place.
      stage = .leaving
      return
    }
    reply = nil
  }

  /// Notes a line of the server's reply.
  func lineArrived(_ line: some Collection<UInt8>) {
    guard stage != .leaving, let last = ReplyLine(line) else { return }
    reply = last
    replyStage = stage
  }

  /// The outcome, given libcurl's own words for what happened to the connection.
  func outcome(_ whatHappened: String) -> DeliveryOutcome {
    endMayHaveLeft ? outcomeAfterEnd(whatHappened) : outcomeBeforeEnd(whatHappened)
  }

  private func outcomeAfterEnd(_ whatHappened: String) -> DeliveryOutcome {
    guard let reply else {
      return .uncertain(DeliveryNote(reason: "no reply after the end of the mail: \(whatHappened)"))
    }
    let note = reply.note(hiding: recipient)
    return switch reply.code {
    case 200..<300: .accepted(note)
    case 400..<500: .deferred(note)
    case 500...: .refused(note)
    default: .uncertain(note)
    }
  }

  private func outcomeBeforeEnd(_ whatHappened: String) -> DeliveryOutcome {
    guard let reply, reply.code >= 400 else {
      return .deferred(
        DeliveryNote(reason: "no connection, or lost before the end of the mail: \(whatHappened)"))
    }
    let note = reply.note(hiding: recipient)
    return isAboutThisMail(reply) ? .refused(note) : .deferred(note)
  }

  /// Whether a permanent refusal speaks of this mail or of us.
  ///
  /// A wrong password or a sender the server does not like meets every mail alike; if that counted
  /// as a refusal of the mail, one slip in the settings would use up all mails of a day.
  private func isAboutThisMail(_ reply: ReplyLine) -> Bool {
    guard reply.code >= 500, !Self.codesAboutTheClient.contains(reply.code) else { return false }
    return switch replyStage {
    case .recipient, .body, .end: true
    case .opening, .sender, .leaving: false
    }
  }

  /// Authentication or encryption missing, too weak or wrong (RFC 4954).
  private static let codesAboutTheClient: Set<Int> = [530, 534, 535, 538]
}

/// Tells running and coming transfers that the connection is being closed.
final class StopSignal: Sendable {
  private let raised = Atomic(false)
  var isRaised: Bool { raised.load(ordering: .acquiring) }
  func raise() { raised.store(true, ordering: .releasing) }
}
