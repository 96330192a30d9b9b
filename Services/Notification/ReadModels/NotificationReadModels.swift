public import EventStream
public import ReviewRules

/// The tables of the notification service that follow from facts alone.
///
/// The directory of recipients comes from imports, mails and what operators decided on them are
/// what the service did, and the ladder's row is a lock: none of them can be rebuilt.
public enum NotificationReadModels {
  /// The composition for replay; nothing in it can have an effect.
  public static func all(rules: RuleBook) -> [ReadModel] {
    let reactions = Reactions(rules: rules) { _, _ in throw MailsOrderedInReplay() }
    return [
      ReadModel(
        "notification.duties",
        tables: [
          ReadTable("cycle", key: ["cycle_id"], stream: "'cycle/' || cycle_id"),
          ReadTable("duty", key: ["duty_id"], stream: "stream"),
        ],
        subscriptions: [reactions.intake, reactions.cases], folds: [LadderFold.fold(rules: rules)])
    ]
  }
}

/// Replay has come to the place where mails are planned, which it never does.
struct MailsOrderedInReplay: Error {}
