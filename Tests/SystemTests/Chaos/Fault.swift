/// Something that goes wrong on purpose, for a while.
struct Fault: Sendable, Hashable, CustomStringConvertible {
  /// What goes wrong; the raw value is how people read it.
  enum Kind: String, CaseIterable, Sendable {
    case serviceKill = "a service is killed (SIGKILL)"
    case servicePause = "a service stands still (SIGSTOP, SIGCONT)"
    case databaseKill = "PostgreSQL is killed"
    case brokerKill = "the broker is killed and forgets everything"
    case brokerPause = "the broker stands still"
    case brokerErrors = "the broker answers with errors"
    case sinkKill = "the mail server is killed"
    case cut = "connections are cut"
    case hold = "nothing passes a connection"
    case slow = "connections are slow"
    case diskFull = "PostgreSQL's disk is full"
    case calendarJump = "the calendar jumps"
  }

  let kind: Kind
  /// An instance such as `intake-1`, a line of the proxy, or the part that the kind names.
  let target: String
  /// How long it goes wrong.
  let lasting: Duration
  /// Milliseconds of a slow line, minutes of a jump; 0 otherwise.
  var amount = 0

  var description: String {
    amount == 0 ? "\(kind.rawValue): \(target)" : "\(kind.rawValue): \(target), \(amount)"
  }

  /// How many mails it may leave of uncertain fate: those that are on their way to the mail server
  /// at that moment, one from each sender (contract 24).
  func mailsAtRisk(senders: Int) -> Int {
    switch kind {
    case .serviceKill, .servicePause: target.hasPrefix(Service.notification.rawValue) ? 1 : 0
    case .sinkKill: senders
    case .cut, .hold, .slow: target == "smtp" ? senders : 0
    default: 0
    }
  }
}
