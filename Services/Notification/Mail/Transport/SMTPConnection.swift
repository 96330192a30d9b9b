private import Threads

/// One connection to the mail server, on a thread of its own, because libcurl blocks.
///
/// It is opened by the first mail and used again for the next ones; it is opened anew after a
/// number of mails, after a rest, and after anything that went wrong.
public actor SMTPConnection {
  /// What the blocking calls run on; others may block it between mails.
  public nonisolated var thread: any SerialExecutor { executor }

  private nonisolated let executor = ThreadExecutor(name: "smtp")
  private nonisolated let stop = StopSignal()
  private let settings: SMTPSettings
  private var handle: EasyHandle?
  private var mailsOnConnection = 0

  /// Keeps the settings; nothing is connected yet.
  public init(settings: SMTPSettings) {
    self.settings = settings
  }

  /// The thread that the blocking calls run on.
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe executor.asUnownedSerialExecutor()
  }

  /// Hands one mail over, exactly as stored, within the time limit of the settings.
  ///
  /// It never throws: each way to fail is an outcome that the caller must decide on.
  public func send(_ bytes: [UInt8], from: MailAddress, to: MailAddress) -> DeliveryOutcome {
    guard !stop.isRaised, !Task.isCancelled else {
      return .deferred(DeliveryNote(reason: "not sent: the connection is being closed"))
    }
    guard WireForm.isSendable(bytes) else {
      return .refused(DeliveryNote(reason: "not sent: \(WireForm.rule)"))
    }
    let transfer = Transfer(bytes, to: to, stop: stop)
    do throws(CurlFault) {
      try perform(transfer, from: from, to: to)
      mailsOnConnection += 1
      if mailsOnConnection >= settings.messagesPerConnectionMax { disconnect() }
      return transfer.outcome("the connection ended")
    } catch {
      mailsOnConnection = 0
      return transfer.outcome(error.words)
    }
  }

  /// Runs `work` on the thread of this connection, so that each mail that it hands over changes no
  /// thread; whatever else it waits for leaves the thread to others.
  public func carry(_ work: @Sendable () async throws -> Void) async throws { try await work() }

  /// Ends the connection: a mail whose end has not left is given up as deferred, one that awaits
  /// its reply keeps its time limit, and further mails are deferred.
  public nonisolated func close() async {
    stop.raise()
    await disconnect()
  }

  private func perform(
    _ transfer: Transfer, from: MailAddress, to: MailAddress
  ) throws(CurlFault) {
    let handle = try takeHandle()
    // After a failure the handle is not put back, and its connection ends with it.
    try handle.perform(transfer, from: from, to: to)
    self.handle = consume handle
  }

  private func takeHandle() throws(CurlFault) -> EasyHandle {
    if let handle = handle.take() { return handle }
    return try EasyHandle.open(settings)
  }

  private func disconnect() {
    handle = nil
    mailsOnConnection = 0
  }
}

/// What bytes may go over the wire as a mail.
enum WireForm {
  static let lineBytesMax = 998
  static let rule = "a line is longer than 998 bytes, or not ended by CR LF, or holds NUL"

  /// Whether every line is ended by CR LF and short enough.
  ///
  /// A bare CR or LF is where two servers disagree on where a mail ends, so that one mail can be
  /// made to look like two; longer lines are refused or cut on the way.
  static func isSendable(_ bytes: [UInt8]) -> Bool {
    var lineBytes = 0
    var isAfterCR = false
    for byte in bytes {
      switch byte {
      case 0: return false
      case UInt8(ascii: "\r"):
        guard !isAfterCR else { return false }
        isAfterCR = true
      case UInt8(ascii: "\n"):
        guard isAfterCR else { return false }
        isAfterCR = false
        lineBytes = 0
      default:
        lineBytes += 1
        guard !isAfterCR, lineBytes <= lineBytesMax else { return false }
      }
    }
    return !bytes.isEmpty && lineBytes == 0 && !isAfterCR
  }
}
