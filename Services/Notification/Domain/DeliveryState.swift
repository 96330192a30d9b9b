/// Where a mail stands on its way.
public enum DeliveryState: String, Sendable, CaseIterable {
  /// Rendered, and waiting for its turn.
  case pending
  /// In the hands of one sender.
  case sending
  /// The server took it.
  case sent
  /// The server refused it for good.
  case refused
  /// Nobody knows whether the server took it; held for an operator (contract 24).
  case uncertain
  /// Not sent, on purpose.
  case dropped

  /// The state after `step`; `nil` when the step cannot happen in this state.
  public func after(_ step: DeliveryStep) -> DeliveryState? {
    switch (self, step) {
    case (.pending, .claimed): .sending
    case (.pending, .dropped): .dropped
    case (.sending, .accepted): .sent
    case (.sending, .refused): .refused
    case (.sending, .deferred), (.sending, .neverHandedOver): .pending
    // A mail that waited when the database was restored may have been sent since.
    case (.sending, .doubted), (.pending, .doubted): .uncertain
    // A sender that was taken for dead may still come back and say what it knows.
    case (.uncertain, .accepted): .sent
    case (.uncertain, .refused): .refused
    case (.uncertain, .deferred): .pending
    case (.uncertain, .doubted): .uncertain
    case (.uncertain, .releasedToResend): .pending
    case (.uncertain, .releasedAsSent): .sent
    default: nil
    }
  }

  /// Whether nothing can happen any more.
  public var isFinal: Bool { DeliveryStep.allCases.allSatisfy { after($0) == nil } }
}

/// What can happen to a mail.
public enum DeliveryStep: String, Sendable, CaseIterable {
  /// A sender took it into its hands.
  case claimed
  /// It is not sent: superseded, its duty done or its date moved, or nobody to send it to.
  case dropped
  /// The server took it.
  case accepted
  /// The server refused it for good.
  case refused
  /// The server certainly does not have it.
  case deferred
  /// The sender claimed it and certainly never began to send it.
  case neverHandedOver
  /// Nobody can know whether the server has it.
  case doubted
  /// An operator wants it sent again, with the same Message-ID.
  case releasedToResend
  /// An operator found that it arrived.
  case releasedAsSent
}
