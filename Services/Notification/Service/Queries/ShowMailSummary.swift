internal import EventStream
internal import NotificationDomain
internal import ReviewEvents
internal import ServiceRuntime

extension HTTPRoute {
  /// How many mails stand where, and how far the calendar was evaluated.
  static func showMailSummary(
    _ store: any Store, _ calendar: any CalendarClock
  ) -> HTTPRoute {
    .query("/v1/mail/summary", summary: "Count mails by kind, state and reason") { _ in
      let summary = try await store.commit { transaction in
        let evaluated = try LadderTable.evaluatedThrough(transaction)
        let rows = try transaction.rows(
          """
          select kind, state, coalesce(drop_reason, ''), count(*) from delivery
          group by kind, state, drop_reason order by kind, state, drop_reason
          """, [])
        return MailSummary(
          counts: try rows.map {
            (try $0.text(0), try $0.text(1), try $0.text(2), try $0.integer(3))
          }, unreachable: try RecipientTable.unreachableCount(transaction),
          evaluatedThrough: evaluated, calendar: calendar.now)
      }
      return QueryAnswer(summary)
    }
  }
}

/// The summary as it is shown; every kind, state and reason stands in it, even with zero.
private struct MailSummary: Encodable, Sendable {
  var mails: [String: [String: Int64]] = [:]
  var states: [String: Int64] = [:]
  var dropped: [String: Int64] = [:]
  let unreachableSubjects: Int
  let evaluatedThrough: Instant?
  let calendarNow: Instant

  init(
    counts: [(kind: String, state: String, reason: String, count: Int64)], unreachable: Int,
    evaluatedThrough: Instant?, calendar: Instant
  ) {
    unreachableSubjects = unreachable
    self.evaluatedThrough = evaluatedThrough
    calendarNow = calendar
    let none = Dictionary(
      uniqueKeysWithValues: DeliveryState.allCases.map { ($0.rawValue, Int64(0)) })
    states = none
    for kind in MailKind.allCases { mails[kind.rawValue] = none }
    for reason in DeliveryDropped.Reason.allCases { dropped[reason.rawValue] = 0 }
    for row in counts {
      mails[row.kind]?[row.state, default: 0] += row.count
      states[row.state, default: 0] += row.count
      if !row.reason.isEmpty { dropped[row.reason, default: 0] += row.count }
    }
  }
}
