internal import EventStream
internal import NotificationDomain
internal import ReviewEvents
internal import ServiceRuntime

extension HTTPRoute {
  /// Mails in one state or of one kind; never address or content.
  static func listDeliveries(_ store: any Store) -> HTTPRoute {
    .query(
      "/v1/deliveries", summary: "List mails",
      parameters: [
        .optional("state", .choice(of: DeliveryState.self)),
        .optional("kind", .choice(of: MailKind.self)), Paging.after, Paging.limit,
      ]
    ) { request in
      let state = request.query.text("state")
      let kind = request.query.text("kind")
      let after = request.query.text("after") ?? ""
      let limit = Paging.limit(request.query)
      let deliveries = try await store.commit { transaction in
        try transaction.rows(
          """
          select delivery_id, recipient_id, about_stream, kind, rung, state, drop_reason,
            message_id, attempts, last_reply_code, last_reply, planned_at, decided_at, sequence
          from delivery
          where delivery_id > $1 and ($2::text is null or state = $2)
            and ($3::text is null or kind = $3)
          order by delivery_id limit $4
          """,
          [.text(after), .optional(state), .optional(kind), .integer(Int64(limit) + 1)]
        ).map(DeliveryView.init)
      }
      return QueryAnswer(Page(deliveries, limit: limit, key: \.deliveryId))
    }
  }

  /// One mail; its version is what a decision on it must name.
  static func showDelivery(_ store: any Store) -> HTTPRoute {
    .query("/v1/deliveries/{delivery}", summary: "Show a mail") { request in
      let id = try request.path("delivery", as: DeliveryID.init)
      let delivery = try await store.commit { transaction in
        try transaction.rows(
          """
          select delivery_id, recipient_id, about_stream, kind, rung, state, drop_reason,
            message_id, attempts, last_reply_code, last_reply, planned_at, decided_at, sequence
          from delivery where delivery_id = $1
          """, [.text(id.text)]
        ).first.map(DeliveryView.init)
      }
      guard let delivery else { throw NotificationProblem.unknownDelivery }
      return QueryAnswer(delivery, sequence: delivery.sequence)
    }
  }
}

/// A mail as it is shown.
private struct DeliveryView: Encodable, Sendable {
  let deliveryId: String
  let recipientId: String
  let aboutStream: String
  let kind: String
  let rung: Int64?
  let state: String
  let dropReason: String?
  let messageId: String
  let attempts: Int64
  let replyCode: Int64?
  let reply: String?
  let plannedAt: Instant
  let decidedAt: Instant?
  let sequence: Int64

  init(_ row: SQLRow) throws {
    deliveryId = try row.text(0)
    recipientId = try row.text(1)
    aboutStream = try row.text(2)
    kind = try row.text(3)
    rung = try row.optionalInteger(4)
    state = try row.text(5)
    dropReason = row.optionalText(6)
    messageId = try row.text(7)
    attempts = try row.integer(8)
    replyCode = try row.optionalInteger(9)
    reply = row.optionalText(10)
    plannedAt = try row.instant(11)
    decidedAt = try row.optionalInstant(12)
    sequence = try row.integer(13)
  }
}
