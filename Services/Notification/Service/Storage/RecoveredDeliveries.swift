internal import EventStream
internal import NotificationDomain
internal import ReviewEvents

/// The mails after the service's log was recovered: what the facts tell is believed, and a mail of
/// which they do not tell the end is held (contract 24).
struct RecoveredDeliveries: Sendable {
  let writer: any MailWriting
  let calendar: any CalendarClock

  /// The reason that stands in the fact.
  static let reason =
    "the database was restored: nobody knows whether the mail was sent after the backup"

  var rows: RecoveredRows {
    RecoveredRows(
      fold: StreamFold(.delivery) { transaction, histories in
        try save(try histories.map { try RecoveredDelivery($0) }, in: transaction)
      },
      settleDoubts: { transaction, limit in
        try Self.hold(limit, at: calendar.now, in: transaction)
      })
  }

  /// Writes the mails as their facts tell of them.
  ///
  /// A mail that was planned after the backup has no text here. It gets a new one when what led to
  /// it is heard of again, or from its duty; until then nobody can send it.
  ///
  /// Its send-once key is not known either, but its name is a hash of the key and keeps it from
  /// being planned twice.
  private func save(
    _ mails: [RecoveredDelivery], in transaction: borrowing AnyTransaction
  ) throws {
    try transaction.rows(
      """
      insert into delivery (
        delivery_id, send_once_key, duty_id, about_stream, recipient_id, kind, rung, state,
        drop_reason, message_id, attempts, last_reply_code, correlation_id, sequence, planned_at,
        decided_at, dated_by)
      select delivery_id, 'recovered|' || delivery_id, duty_id, about_stream, recipient_id, kind,
        rung, state, drop_reason, message_id, attempts, last_reply_code, correlation_id, sequence,
        planned_at, decided_at, dated_by
      from unnest(
        $1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[],
        $8::text[], $9::text[], $10::bigint[], $11::bigint[], $12::text[], $13::bigint[],
        $14::timestamptz[], $15::timestamptz[], $16::bigint[]) as row (
        delivery_id, duty_id, about_stream, recipient_id, kind, rung, state, drop_reason,
        message_id, attempts, last_reply_code, correlation_id, sequence, planned_at, decided_at,
        dated_by)
      on conflict (delivery_id) do update set state = excluded.state,
        drop_reason = excluded.drop_reason, sequence = excluded.sequence,
        attempts = greatest(delivery.attempts, excluded.attempts),
        last_reply_code = coalesce(excluded.last_reply_code, delivery.last_reply_code),
        decided_at = excluded.decided_at, claimed_by = null,
        next_attempt_at = case
          when excluded.state = 'pending' and delivery.mail is not null
          then clock_timestamp() end,
        address = case
          when excluded.state in ('pending', 'uncertain') then delivery.address end,
        mail = case when excluded.state in ('pending', 'uncertain') then delivery.mail end
      """,
      [
        .texts(mails.map(\.id.text)), .optionalTexts(mails.map(\.subject.dutyID)),
        .texts(mails.map(\.subject.aboutStream)),
        .texts(mails.map(\.subject.recipientID.description)),
        .texts(mails.map(\.subject.kind.rawValue)),
        .optionalIntegers(mails.map(\.subject.rungNumber)), .texts(mails.map(\.state.rawValue)),
        .optionalTexts(mails.map { $0.drop?.rawValue }),
        .texts(mails.map { writer.messageID(of: $0.id) }), .integers(mails.map(\.attempts)),
        .optionalIntegers(mails.map(\.replyCode)), .texts(mails.map(\.correlationID)),
        .integers(mails.map(\.sequence)), .instants(mails.map(\.plannedAt)),
        .optionalInstants(mails.map(\.decidedAt)),
        .optionalIntegers(mails.map(\.subject.datedBy)),
      ])
  }

  private static func hold(
    _ limit: Int, at now: Instant, in transaction: borrowing AnyTransaction
  ) throws -> Int {
    let waiting = try transaction.rows(
      """
      select delivery_id, sequence, deferrals, correlation_id, state from delivery
      where state in ('pending', 'sending') order by delivery_id limit $1 for update
      """, [.integer(Int64(limit))])
    for row in waiting {
      let mail = HeldDelivery(
        id: try row.value(0) { try DeliveryID($0) }, state: try row.value(4, DeliveryTable.state),
        sequence: try row.integer(1), deferrals: Int(try row.integer(2)),
        correlationID: try row.text(3))
      guard let state = mail.state.after(.doubted) else { continue }
      try DeliveryTable.settle(
        SettledDelivery(
          id: mail.id, state: state, sequence: mail.sequence + 1, deferrals: mail.deferrals,
          replyCode: nil, reply: reason, decidedAt: nil, again: nil), in: transaction)
      try mail.append(
        DeliveryHeld(deliveryID: mail.id, reason: reason), at: now, in: transaction)
    }
    return waiting.count
  }
}

/// A mail as its own facts tell of it.
struct RecoveredDelivery: Sendable {
  /// What a mail is about; stands in the fact that begins its stream.
  struct Subject: Sendable {
    let aboutStream: String
    let recipientID: SubjectID
    let kind: MailKind
    let rungNumber: Int64?
    let dutyID: String?
    let datedBy: Int64?
  }

  let id: DeliveryID
  let subject: Subject
  let state: DeliveryState
  let drop: DeliveryDropped.Reason?
  let attempts: Int64
  let replyCode: Int64?
  let plannedAt: Instant
  let decidedAt: Instant?
  let correlationID: String
  let sequence: Int64

  init(_ history: StreamHistory) throws {
    var (subject, state, drop): (Subject?, DeliveryState, DeliveryDropped.Reason?) =
      (nil, .pending, nil)
    var (attempts, replyCode): (Int64, Int64?) = (0, nil)
    for envelope in history.events {
      switch envelope.type {
      case DeliveryPlanned.type:
        let event = try EventCodec.decode(DeliveryPlanned.self, from: envelope)
        subject = Subject(event)
        state = .pending
      case DeliveryDropped.type:
        let event = try EventCodec.decode(DeliveryDropped.self, from: envelope)
        subject = Subject(event)
        (state, drop) = (.dropped, event.reason)
      case DeliverySent.type:
        attempts = Int64(try EventCodec.decode(DeliverySent.self, from: envelope).attempt)
        state = .sent
      case DeliveryRefused.type:
        let event = try EventCodec.decode(DeliveryRefused.self, from: envelope)
        // 0 stands for a mail that no server was asked about.
        replyCode = event.replyCode == 0 ? nil : Int64(event.replyCode)
        state = .refused
      case DeliveryHeld.type: state = .uncertain
      default: throw UndecodableEvent(eventID: envelope.id, problem: .unknownType)
      }
    }
    let (first, last) = (history.events[0], history.events[history.events.count - 1])
    guard let subject else { throw UndecodableEvent(eventID: first.id, problem: .malformedPayload) }
    id = try DeliveryID(history.stream.id)
    self.subject = subject
    self.state = state
    self.drop = drop
    self.attempts = attempts
    self.replyCode = replyCode
    plannedAt = first.time
    decidedAt = state.isFinal ? last.time : nil
    correlationID = first.trace.correlationID
    sequence = history.sequence
  }
}

extension RecoveredDelivery.Subject {
  fileprivate init(_ event: DeliveryPlanned) {
    self.init(
      aboutStream: event.aboutStream, recipientID: event.recipientID, kind: event.kind,
      rungNumber: event.rung.map { Int64($0) }, dutyID: event.dutyID, datedBy: event.datedBy)
  }

  fileprivate init(_ event: DeliveryDropped) {
    self.init(
      aboutStream: event.aboutStream, recipientID: event.recipientID, kind: event.kind,
      rungNumber: event.rung.map { Int64($0) }, dutyID: event.dutyID, datedBy: event.datedBy)
  }
}
