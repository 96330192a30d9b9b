internal import NotificationReadModels
internal import ReviewRules

extension Reactions {
  /// The reactions of the living service: what they order is planned at once.
  init(rules: RuleBook, planner: MailPlanner) {
    self.init(rules: rules) { transaction, mails in
      try planner.plan(mails, in: transaction)
    }
  }
}
