/// What became of one attempt to hand a mail over.
public enum DeliveryOutcome: Sendable, Equatable {
  /// The server has taken responsibility for the mail.
  case accepted(DeliveryNote)
  /// The server will never take this mail for this recipient.
  case refused(DeliveryNote)
  /// The server certainly does not have the mail; a later attempt may succeed.
  case deferred(DeliveryNote)
  /// The whole mail may have left and no reply came: it may be delivered, or not.
  case uncertain(DeliveryNote)

  /// The reply or the reason, whatever the outcome.
  public var note: DeliveryNote {
    switch self {
    case .accepted(let note), .refused(let note), .deferred(let note), .uncertain(let note): note
    }
  }
}

/// A server's reply, or the reason why there is none; fit to be stored and logged.
///
/// It holds no address: what looks like one in a reply is replaced by `<address>`.
public struct DeliveryNote: Sendable, Equatable, CustomStringConvertible {
  /// The three-digit reply code, or nil when the reason lies on our side of the wire.
  public let code: Int?
  /// The enhanced status (RFC 3463), such as `5.1.1`, where the server gives one.
  public let enhancedStatus: String?
  /// The last line of the reply without code and status, or the reason.
  public let text: String

  /// The whole note on one line.
  public var description: String {
    [code.map(String.init), enhancedStatus, text.isEmpty ? nil : text]
      .compactMap(\.self).joined(separator: " ")
  }

  /// A reason that no server gave; `reason` is written in this module and names nobody.
  init(reason: String) {
    code = nil
    enhancedStatus = nil
    text = reason
  }

  init(code: Int, enhancedStatus: String?, text: String) {
    self.code = code
    self.enhancedStatus = enhancedStatus
    self.text = text
  }
}
