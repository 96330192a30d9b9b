internal import EventStream
internal import NotificationDomain
internal import ReviewEvents

/// The mails, from their plan to their end.
enum DeliveryTable {
  /// Inserts deliveries whose key was never used.
  /// - Returns: the names of those that are new.
  static func insert(
    _ rows: [NewDelivery], in transaction: borrowing AnyTransaction
  ) throws -> Set<String> {
    let keys = rows.map(\.order.key)
    let answer = try transaction.rows(
      """
      insert into delivery (
        delivery_id, send_once_key, duty_id, about_stream, recipient_id, kind, rung, drop_reason,
        address, mail, message_id, correlation_id, planned_at, dated_by, state, next_attempt_at,
        sequence)
      select delivery_id, send_once_key, duty_id, about_stream, recipient_id, kind, rung,
        drop_reason, address, mail, message_id, correlation_id, planned_at, dated_by,
        case when drop_reason is null then 'pending' else 'dropped' end,
        case when drop_reason is null then clock_timestamp() end, 1
      from unnest(
        $1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[],
        $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::timestamptz[],
        $14::bigint[]) as row (
        delivery_id, send_once_key, duty_id, about_stream, recipient_id, kind, rung, drop_reason,
        address, mail, message_id, correlation_id, planned_at, dated_by)
      on conflict do nothing returning delivery_id
      """,
      [
        .texts(rows.map(\.id.text)), .texts(keys.map(\.description)),
        .optionalTexts(keys.map(\.dutyText)),
        .texts(keys.map(\.aboutStream.description)), .texts(keys.map(\.recipient.description)),
        .texts(keys.map(\.kind.rawValue)), .optionalIntegers(keys.map(\.rungNumber)),
        .optionalTexts(rows.map { $0.drop?.rawValue }), .optionalTexts(rows.map(\.address)),
        .optionalTexts(rows.map(\.mail)), .texts(rows.map(\.messageID)),
        .texts(rows.map(\.origin.trace.correlationID)), .instants(rows.map(\.order.date)),
        .optionalIntegers(keys.map(\.datedBy)),
      ])
    return Set(try answer.map { try $0.text(0) })
  }

  /// Takes the mail that has waited longest, if one is due, into the hands of `sender`.
  static func claim(
    by sender: String, in transaction: borrowing AnyTransaction
  ) throws -> ClaimedDelivery? {
    let rows = try transaction.rows(
      """
      with next as (
        select delivery_id from delivery
        where state = 'pending' and next_attempt_at <= clock_timestamp()
        order by next_attempt_at limit 1 for update skip locked
      )
      update delivery set state = 'sending', claimed_by = $1, attempts = attempts + 1
      from next where delivery.delivery_id = next.delivery_id
      returning delivery.delivery_id, delivery.attempts, delivery.sequence, delivery.address,
        delivery.mail, delivery.correlation_id, delivery.about_stream, delivery.recipient_id,
        delivery.kind, delivery.rung, delivery.duty_id, delivery.dated_by, (
          select case
            when duty.state <> 'open' then 'fulfilled'
            when duty.dated_by is distinct from delivery.dated_by then 'rescheduled' end
          from duty where duty.duty_id = delivery.duty_id)
      """, [.text(sender)])
    return try rows.first.map(ClaimedDelivery.init)
  }

  /// The step that takes the mail that has waited longest into the hands of `sender`, unless
  /// nobody needs that mail any more; for ``candidate(in:)``.
  static func claiming(by sender: String) -> KnownStep {
    .rows(
      """
      with next as (
        select delivery_id, (
            select case
              when duty.state <> 'open' then 'fulfilled'
              when duty.dated_by is distinct from delivery.dated_by then 'rescheduled' end
            from duty where duty.duty_id = delivery.duty_id) as unneeded
        from delivery
        where state = 'pending' and next_attempt_at <= clock_timestamp()
        order by next_attempt_at limit 1 for update skip locked
      ), taken as (
        update delivery set state = 'sending', claimed_by = $1, attempts = attempts + 1
        from next where delivery.delivery_id = next.delivery_id
          and next.unneeded is null
        returning delivery.delivery_id, delivery.attempts, delivery.sequence, delivery.address,
          delivery.mail, delivery.correlation_id, delivery.about_stream, delivery.recipient_id,
          delivery.kind, delivery.rung, delivery.duty_id, delivery.dated_by, next.unneeded
      )
      select taken.* from next left join taken on true
      """, [.text(sender)])
  }

  /// What ``claiming(by:)`` found.
  static func candidate(in rows: [SQLRow]) throws -> Candidate {
    guard let row = rows.first else { return .nothing }
    return row.isNull(0) ? .stale : .taken(try ClaimedDelivery(row))
  }

  /// The mail that has waited longest.
  enum Candidate: Sendable {
    /// It is in the hands of the sender now.
    case taken(ClaimedDelivery)
    /// Nobody needs it any more; it was left where it is.
    case stale
    /// None is due.
    case nothing
  }

  /// Drops a mail that was just claimed, in the same transaction, and forgets its content.
  static func drop(
    _ claimed: ClaimedDelivery, reason: DeliveryDropped.Reason, at time: Instant,
    in transaction: borrowing AnyTransaction
  ) throws {
    try transaction.rows(
      """
      update delivery set state = 'dropped', drop_reason = $2, decided_at = $3::timestamptz,
        claimed_by = null, attempts = attempts - 1, sequence = sequence + 1,
        next_attempt_at = null, address = null, mail = null
      where delivery_id = $1
      """, [.text(claimed.id.text), .text(reason.rawValue), .instant(time)])
  }

  /// What `sender` claimed as attempt `attempt` and has not let go of, locked.
  static func held(
    _ id: DeliveryID, by sender: String, attempt: Int, in transaction: borrowing AnyTransaction
  ) throws -> HeldDelivery? {
    let rows = try transaction.rows(
      """
      select state, sequence, deferrals, correlation_id from delivery
      where delivery_id = $1 and claimed_by = $2 and attempts = $3
      for update
      """, [.text(id.text), .text(sender), .integer(Int64(attempt))])
    return try rows.first.map { row in
      HeldDelivery(
        id: id, state: try row.value(0, Self.state), sequence: try row.integer(1),
        deferrals: Int(try row.integer(2)), correlationID: try row.text(3))
    }
  }

  /// Keeps what became of an attempt.
  static func settle(_ settled: SettledDelivery, in transaction: borrowing AnyTransaction) throws {
    try transaction.rows(
      """
      update delivery set state = $2, sequence = $3, deferrals = $4, last_reply_code = $5,
        last_reply = $6, decided_at = $7::timestamptz,
        next_attempt_at = clock_timestamp() + $8::bigint * interval '1 millisecond',
        claimed_by = case when $2 = 'uncertain' then claimed_by end,
        address = case when $9::boolean then null else address end,
        mail = case when $9::boolean then null else mail end
      where delivery_id = $1
      """,
      [
        .text(settled.id.text), .text(settled.state.rawValue), .integer(settled.sequence),
        .integer(Int64(settled.deferrals)), .optional(settled.replyCode.map(Int64.init)),
        .optional(settled.reply), .optional(settled.decidedAt),
        .optional(settled.again.map(\.wholeMilliseconds)), .boolean(settled.state.isFinal),
      ])
  }

  /// The step that keeps that a mail was accepted, if `sender` still has it in its hands exactly as
  /// it claimed it.
  static func accepted(
    _ claimed: ClaimedDelivery, by sender: String, reply: MailReply, at time: Instant
  ) -> KnownStep {
    .change(
      """
      update delivery set state = $1, sequence = sequence + 1, last_reply_code = $2,
        last_reply = $3, decided_at = $4::timestamptz, next_attempt_at = null, claimed_by = null,
        address = null, mail = null
      where delivery_id = $5 and claimed_by = $6 and attempts = $7 and sequence = $8
        and state = 'sending'
      returning delivery_id
      """,
      [
        .text(DeliveryState.sent.rawValue), .optional(reply.code.map(Int64.init)),
        .text(reply.text), .instant(time), .text(claimed.id.text), .text(sender),
        .integer(Int64(claimed.attempt)), .integer(claimed.sequence),
      ])
  }

  /// Puts back what `sender` claimed in a transaction whose end it never learned of: it certainly
  /// did not begin to send that.
  static func putBack(
    claimedBy sender: String, except inHand: DeliveryID?, in transaction: borrowing AnyTransaction
  ) throws {
    try transaction.rows(
      """
      update delivery set state = 'pending', claimed_by = null, attempts = attempts - 1
      where claimed_by = $1 and state = 'sending' and delivery_id is distinct from $2
      """, [.text(sender), .optional(inHand?.text)])
  }

  /// The mails that `sender` had in its hands, locked.
  static func inHands(
    of sender: String, in transaction: borrowing AnyTransaction
  ) throws -> [HeldDelivery] {
    try transaction.rows(
      """
      select delivery_id, sequence, deferrals, correlation_id from delivery
      where claimed_by = $1 and state = 'sending' order by delivery_id for update
      """, [.text(sender)]
    ).map { row in
      HeldDelivery(
        id: try row.value(0) { try DeliveryID($0) }, state: .sending,
        sequence: try row.integer(1), deferrals: Int(try row.integer(2)),
        correlationID: try row.text(3))
    }
  }

  static func state(_ text: String) throws -> DeliveryState {
    guard let state = DeliveryState(rawValue: text) else { throw MalformedIdentifier() }
    return state
  }
}

/// A mail that a sender has just taken into its hands.
struct ClaimedDelivery: Sendable {
  let id: DeliveryID
  let attempt: Int
  let sequence: Int64
  let address: String
  let mail: String
  let correlationID: String
  let aboutStream: String
  let recipientID: SubjectID
  let kind: MailKind
  let rung: Int?
  let dutyID: String?
  let datedBy: Int64?
  /// Why nobody needs the mail any more: its duty is done, or has another date by now (feature 68).
  let unneeded: DeliveryDropped.Reason?

  init(_ row: SQLRow) throws {
    id = try row.value(0) { try DeliveryID($0) }
    attempt = Int(try row.integer(1))
    sequence = try row.integer(2)
    address = try row.text(3)
    mail = try row.text(4)
    correlationID = try row.text(5)
    aboutStream = try row.text(6)
    recipientID = try row.value(7) { try SubjectID($0) }
    kind = try row.value(8) { text in
      guard let kind = MailKind(rawValue: text) else { throw MalformedIdentifier() }
      return kind
    }
    rung = try row.optionalInteger(9).map { Int($0) }
    dutyID = row.optionalText(10)
    datedBy = try row.optionalInteger(11)
    unneeded = try row.optionalText(12).map { text throws(MalformedIdentifier) in
      guard let reason = DeliveryDropped.Reason(rawValue: text) else { throw MalformedIdentifier() }
      return reason
    }
  }
}

/// A mail in the hands of a sender, or in doubt.
struct HeldDelivery: Sendable {
  let id: DeliveryID
  let state: DeliveryState
  let sequence: Int64
  let deferrals: Int
  let correlationID: String
}

/// What is kept of an attempt.
struct SettledDelivery: Sendable {
  let id: DeliveryID
  let state: DeliveryState
  let sequence: Int64
  let deferrals: Int
  let replyCode: Int?
  let reply: String?
  let decidedAt: Instant?
  /// After how long it is tried again, if it is.
  let again: Duration?
}

extension Duration {
  /// Cut to whole milliseconds.
  var wholeMilliseconds: Int64 {
    components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
  }
}

// Properties instead of closures in the list above: there, the optimiser of Swift 6.3.1 ends with
// an ownership error.
extension SendOnceKey {
  fileprivate var dutyText: String? { duty?.description }
  fileprivate var rungNumber: Int64? { rung.map { Int64($0) } }
}
