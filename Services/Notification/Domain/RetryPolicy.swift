/// When a mail that the server did not want now is tried again.
///
/// These waits go by the real clock, never by the calendar (contract 19).
public enum RetryPolicy {
  /// The wait after the first deferral.
  public static let waitFirst = Duration.seconds(30)
  /// The longest wait, before jitter lengthens it.
  public static let waitMax = Duration.seconds(3_600)
  /// A mail that the server put off so often counts as refused: about two days.
  public static let attemptsMax = 50
  /// By how many percent of the wait jitter lengthens it at most.
  public static let jitterPercentMax = 25

  /// What to do with a mail.
  public enum Decision: Sendable, Hashable {
    /// Try again after this wait.
    case again(after: Duration)
    /// The server will not take it any more.
    case giveUp
  }

  /// What to do after deferral number `attempt`, counted from 1.
  ///
  /// `jitter` is drawn by the caller from 0…100; it only ever lengthens the wait, so that many
  /// mails put off together do not come back together.
  public static func decide(afterAttempt attempt: Int, jitter: Int) -> Decision {
    guard attempt < attemptsMax else { return .giveUp }
    // Doubling eight times passes the longest wait; more would only overflow.
    let doublings = min(max(attempt - 1, 0), 8)
    let wait = min(waitFirst * (1 << doublings), waitMax)
    let percent = min(max(jitter, 0), 100) * jitterPercentMax / 100
    return .again(after: wait + wait * percent / 100)
  }

  /// Whose trouble a deferral is.
  public enum Trouble: Sendable, Hashable {
    /// This mail's: it waits, the others go on, and it counts as an attempt.
    case mail
    /// The server's or ours, and would meet every mail alike: everything waits, nothing counts.
    case server
  }

  /// Judges a deferral by its SMTP reply code, which is missing when there was no reply.
  ///
  /// 421 is the server saying good-bye; a permanent code on a mail that was only deferred speaks of
  /// the password or the sender's address.
  public static func trouble(replyCode: Int?) -> Trouble {
    guard let replyCode, replyCode != 421, (400..<500).contains(replyCode) else { return .server }
    return .mail
  }

  /// The first pause of a sender whose server is away.
  public static let lanePauseFirst = Duration.seconds(1)
  /// The longest one.
  public static let lanePauseMax = Duration.seconds(30)

  /// How long a sender rests after `failures` troubles of the server in a row, from 1.
  public static func lanePause(afterFailures failures: Int) -> Duration {
    min(lanePauseFirst * (1 << min(max(failures - 1, 0), 5)), lanePauseMax)
  }
}
