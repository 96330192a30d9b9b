internal import EventStream
internal import NotificationDomain
internal import NotificationReadModels
internal import ReviewEvents
internal import ReviewRules

/// A restore can leave mails without their text, known only by their facts.
extension MailPlanner {
  /// How many reminders one transaction writes anew.
  static let lostMax = 100

  /// Gives mails that were planned before, and have lost their text, the text of `rows`.
  func writeAnew(_ rows: [NewDelivery], in transaction: borrowing AnyTransaction) throws {
    let written = rows.filter { $0.mail != nil }
    guard !written.isEmpty else { return }
    try fill(
      written.map { row in
        LostMail(id: row.id.text, address: row.address, mail: row.mail)
      }, in: transaction)
  }

  /// Writes reminders anew that have lost their text, from the duty they are about; one whose
  /// recipient has no address any more goes on waiting.
  ///
  /// One for a date that has moved since gets a text as well, and is dropped when its turn comes.
  func writeLostReminders(rules: RuleBook, in transaction: borrowing AnyTransaction) throws {
    let rows = try transaction.rows(
      """
      select delivery_id, delivery.duty_id, delivery.kind, delivery.rung, planned_at,
        recipient.address
      from delivery
        join recipient on recipient.subject_id = delivery.recipient_id
        join duty on duty.duty_id = delivery.duty_id
      where mail is null and delivery.state in ('pending', 'uncertain')
        and duty.rule_set_id = any($1::text[])
      order by delivery_id limit $2
      """, [.texts(rules.ids.map(\.text)), .integer(Int64(Self.lostMax))])
    guard !rows.isEmpty else { return }
    let duties = try DutyTable.lock(try rows.map { try $0.text(1) }, rules: rules, in: transaction)
    try fill(
      try rows.compactMap { row in
        let kind = try row.value(2) { text in
          guard let kind = MailKind(rawValue: text) else { throw MalformedIdentifier() }
          return kind
        }
        guard let duty = duties[try row.text(1)], let rung = try row.optionalInteger(3),
          let order = MailOrder(
            duty, kind, cause: duty.cause(of: Int(rung)), at: try row.instant(4))
        else { return nil }
        let (id, address) = (try row.value(0) { try DeliveryID($0) }, try row.text(5))
        return LostMail(
          id: id.text, address: address,
          mail: try writer.write(order, delivery: id, to: address))
      }, in: transaction)
  }

  private struct LostMail {
    let id: String
    let address: String?
    let mail: String?
  }

  /// One that waited for its text goes out now; one that is held stays so, and can be released.
  private func fill(_ mails: [LostMail], in transaction: borrowing AnyTransaction) throws {
    try transaction.rows(
      """
      update delivery set address = found.address, mail = found.mail,
        next_attempt_at = case when state = 'pending' then clock_timestamp() end
      from unnest($1::text[], $2::text[], $3::text[]) as found (delivery_id, address, mail)
      where delivery.delivery_id = found.delivery_id and delivery.mail is null
        and state in ('pending', 'uncertain')
      """,
      [
        .texts(mails.map(\.id)), .optionalTexts(mails.map(\.address)),
        .optionalTexts(mails.map(\.mail)),
      ])
  }
}
