internal import EventStream
internal import NotificationDomain
internal import ReviewEvents
internal import ServiceRuntime

extension HTTPRoute {
  /// An operator decides on a mail of unknown fate: it arrived, or it is sent once more, with the
  /// same Message-ID and the same bytes.
  static func releaseDelivery(_ store: any Store) -> HTTPRoute {
    .command(
      .post, "/v1/deliveries/{delivery}/release",
      summary: "Decide on a mail whose fate is unknown", body: .json(Release.shape)
    ) { request in
      let id = try request.path("delivery", as: DeliveryID.init)
      let release = try request.decode(Release.self)
      let version = try request.requireIfMatch()
      return { transaction in
        try release.run(on: id, version: version, request, in: transaction)
      }
    }
  }
}

/// What the operator says.
private struct Release: Decodable, Sendable {
  enum Decision: String, Decodable, CaseIterable {
    case resend
    case sent
  }

  let decision: Decision
  let reason: String

  static let shape = JSONShape.object([
    .required("decision", .choice(of: Decision.self)), .required("reason", .text(max: 1_000)),
  ])

  func run(
    on id: DeliveryID, version: Int64, _ request: CommandRequest,
    in transaction: borrowing AnyTransaction
  ) throws -> CommandAnswer {
    let rows = try transaction.rows(
      """
      select state, sequence, attempts, about_stream, recipient_id, kind, rung, duty_id, dated_by
      from delivery where delivery_id = $1 for update
      """, [.text(id.text)])
    guard let row = rows.first else { throw NotificationProblem.unknownDelivery }
    let sequence = try row.integer(1)
    guard sequence == version else { throw Problem.versionStale() }
    let step: DeliveryStep = decision == .resend ? .releasedToResend : .releasedAsSent
    guard let state = try row.value(0, DeliveryTable.state).after(step) else {
      throw NotificationProblem.deliveryNotUncertain
    }
    try transaction.append([
      StreamAppend(
        stream: .delivery(id), expected: sequence, events: [try fact(id, row)],
        origin: request.origin)
    ])
    try transaction.rows(
      """
      update delivery set state = $2, sequence = $3, claimed_by = null,
        next_attempt_at = case
          when $2 = 'pending' and mail is not null then clock_timestamp() end,
        decided_at = case when $2 = 'sent' then $4::timestamptz end,
        address = case when $2 = 'pending' then address end,
        mail = case when $2 = 'pending' then mail end
      where delivery_id = $1
      """,
      [
        .text(id.text), .text(state.rawValue), .integer(sequence + 1),
        .instant(request.arrivedAt),
      ])
    try transaction.rows(
      """
      insert into release (delivery_id, sequence, decision, reason, actor, released_at)
      values ($1, $2, $3, $4, $5, $6)
      """,
      [
        .text(id.text), .integer(sequence + 1), .text(decision.rawValue), .text(reason),
        .text(request.actor.description), .instant(request.arrivedAt),
      ])
    return CommandAnswer(
      .ok, stream: .delivery(id), sequence: sequence + 1, location: "/v1/deliveries/\(id)")
  }

  private func fact(_ id: DeliveryID, _ row: SQLRow) throws -> any ReviewEvent {
    guard decision == .resend else {
      return DeliverySent(deliveryID: id, attempt: Int(try row.integer(2)))
    }
    // It waits again, as on the day it was planned.
    return DeliveryPlanned(
      deliveryID: id, aboutStream: try row.text(3),
      recipientID: try row.value(4) { try SubjectID($0) },
      kind: try row.value(5) { text in
        guard let kind = MailKind(rawValue: text) else { throw MalformedIdentifier() }
        return kind
      }, rung: try row.optionalInteger(6).map { Int($0) }, dutyID: row.optionalText(7),
      datedBy: try row.optionalInteger(8))
  }
}
