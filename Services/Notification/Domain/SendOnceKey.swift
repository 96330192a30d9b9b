public import ReviewEvents

/// What is never sent twice, for ever (feature 69).
public struct SendOnceKey: Sendable, Hashable, CustomStringConvertible {
  /// What a mail answers to.
  public enum Cause: Sendable, Hashable {
    /// A fact, which leads to at most one mail of a kind.
    case fact(StreamID, sequence: Int64)
    /// A rung of a duty, counted from the date that the extension with this sequence set, if one
    /// did: after an extension each rung can be sent once more, for the new date.
    case rung(Int, of: DutyID, datedBy: Int64? = nil)
  }

  /// Who gets the mail.
  public let recipient: SubjectID
  /// What the mail is about.
  public let kind: MailKind
  /// What the mail answers to.
  public let cause: Cause

  /// Puts the parts together.
  public init(recipient: SubjectID, kind: MailKind, cause: Cause) {
    self.recipient = recipient
    self.kind = kind
    self.cause = cause
  }

  /// The key as it is kept.
  ///
  /// The kind of mail belongs to a fact's key only: a rung is one mail, whatever its text is called
  /// in a later build.
  public var description: String {
    switch cause {
    case .fact(let stream, let sequence): "\(recipient)|\(stream)@\(sequence)|\(kind.rawValue)"
    case .rung(let rung, let duty, nil): "\(recipient)|\(duty.kind.rawValue)|\(duty)|\(rung)"
    case .rung(let rung, let duty, let datedBy?):
      "\(recipient)|\(duty.kind.rawValue)|\(duty)@\(datedBy)|\(rung)"
    }
  }

  /// The days relative to the last compliant day; none for mails that are not reminders.
  public var rung: Int? {
    guard case .rung(let rung, _, _) = cause else { return nil }
    return rung
  }

  /// The duty whose state decides at the moment of sending; none for mails about a fact.
  public var duty: DutyID? {
    guard case .rung(_, let duty, _) = cause else { return nil }
    return duty
  }

  /// The sequence of the extension from whose date the rung is counted, if there is one.
  public var datedBy: Int64? {
    guard case .rung(_, _, let datedBy) = cause else { return nil }
    return datedBy
  }

  /// The stream that the mail is about.
  public var aboutStream: StreamID {
    switch cause {
    case .fact(let stream, _): stream
    case .rung(_, let duty, _): duty.stream
    }
  }
}
