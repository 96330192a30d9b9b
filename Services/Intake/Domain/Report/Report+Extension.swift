public import ReviewEvents

// More time: the subject asks for it, the authority gives it or not.
extension Report {
  /// The wish that the authority has not decided on.
  public var undecidedWish: ExtensionRequested? {
    timeExtension?.phase == .requested ? timeExtension?.request : nil
  }

  /// Whether the first receipt came after the date that was set first; none without a receipt, and
  /// where the date never moved.
  public var isAfterFirstDate: Bool? {
    guard let firstDueBefore, let first = submissions.first else { return nil }
    return first.receivedAt >= firstDueBefore
  }

  /// Asks for more time, while the report lies with the subject; one wish at a time.
  public func requestExtension(
    _ command: RequestExtension
  ) throws(ReportRejection) -> [ReportEvent] {
    let duty = try writable(by: command.actor, cyclePhase: command.cyclePhase)
    guard !isBlank(command.reason) else { throw .extensionWithoutReason }
    guard undecidedWish == nil else { throw .extensionUndecided }
    try requireLater(command.dueBefore, now: command.now)
    return [
      .extensionRequested(
        ExtensionRequested(
          reportID: duty.reportID, cycleID: duty.cycleID, subjectID: duty.subjectID,
          dueBefore: command.dueBefore, reasonHash: command.reasonHash))
    ]
  }

  /// Gives more time, as it was asked for or otherwise, or gives none.
  ///
  /// Time may be given without a wish; refused can only be what was asked for. The date that was
  /// set first is told with each extension, so that whoever hears of the newest knows both.
  public func decideExtension(
    _ command: DecideExtension
  ) throws(ReportRejection) -> [ReportEvent] {
    guard let duty else { throw .notRequested }
    guard Authority.speaks(command.actor, forOneOf: command.managingLine) else {
      throw .notTheManagingUnit
    }
    try requireOwed(cyclePhase: command.cyclePhase)
    guard !isBlank(command.reason) else { throw .extensionWithoutReason }
    switch command.decision {
    case .refuse:
      guard undecidedWish != nil else { throw .extensionNotRequested }
      return [
        .extensionRefused(
          ExtensionRefused(
            reportID: duty.reportID, cycleID: duty.cycleID, subjectID: duty.subjectID,
            reasonHash: command.reasonHash))
      ]
    case .grant(let until):
      guard let dueBefore = until ?? undecidedWish?.dueBefore else {
        throw .extensionNotRequested
      }
      try requireLater(dueBefore, now: command.now)
      return [
        .extensionGranted(
          ExtensionGranted(
            reportID: duty.reportID, cycleID: duty.cycleID, subjectID: duty.subjectID,
            dueBefore: dueBefore, dueWording: Self.wording(dueBefore),
            firstDueBefore: firstDueBefore ?? duty.dueBefore, reasonHash: command.reasonHash))
      ]
    }
  }

  /// Refuses a date that gives nobody more time.
  private func requireLater(_ dueBefore: Instant, now: Instant) throws(ReportRejection) {
    guard let duty, dueBefore > duty.dueBefore, dueBefore > now else { throw .extensionNotLater }
  }

  /// The date in the province's words, with the time of day where it is not midnight.
  private static func wording(_ dueBefore: Instant) -> String {
    let day = LocalDate(dueBefore)
    guard day.start != dueBefore else { return "trước ngày \(day.forPeople)" }
    let minutes = (dueBefore.milliseconds - day.start.milliseconds) / 60_000
    let minute = minutes % 60
    return "trước \(minutes / 60) giờ \(minute < 10 ? "0" : "")\(minute) ngày \(day.forPeople)"
  }
}
