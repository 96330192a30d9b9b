internal import EventStream
internal import NotificationDomain
internal import NotificationReadModels
internal import ReviewEvents

/// Turns orders into deliveries, inside the transaction of what led to them.
struct MailPlanner: Sendable {
  let writer: any MailWriting

  /// Plans what was not planned before; each new delivery begins its stream with one fact.
  ///
  /// The address is looked up now: a recipient who gets one later does not get the mails that were
  /// dropped before.
  func plan(_ mails: [CausedMail], in transaction: borrowing AnyTransaction) throws {
    guard !mails.isEmpty else { return }
    let targets = try targets(of: mails.map(\.order), in: transaction)
    let rows = try zip(mails, targets).map { wanted, target in
      try row(wanted.order, wanted.origin, target)
    }
    let planned = try DeliveryTable.insert(rows, in: transaction)
    if planned.count < rows.count { try writeAnew(rows, in: transaction) }
    // A key that was used up, or that stands twice in one batch, leads to no second fact.
    var unseen = planned
    try transaction.append(
      rows.compactMap { row in
        guard unseen.remove(row.id.text) != nil else { return nil }
        return StreamAppend(
          stream: .delivery(row.id), expected: 0, events: [row.firstFact], origin: row.origin)
      })
  }

  private struct Target {
    let id: DeliveryID
    let address: String?
  }

  /// Names the deliveries and finds the recipients' addresses.
  ///
  /// The name is a hash of the send-once key: it stands in the Message-ID, which every server on
  /// the way reads, so it must not tell what the mail is about. The database computes it.
  private func targets(
    of orders: [MailOrder], in transaction: borrowing AnyTransaction
  ) throws -> [Target] {
    let rows = try transaction.rows(
      """
      select left(encode(sha256(convert_to(wanted.key, 'UTF8')), 'hex'), 40), recipient.address
      from unnest($1::text[], $2::text[]) with ordinality as wanted (key, subject_id, place)
        left join recipient using (subject_id)
      order by wanted.place
      """,
      [
        .texts(orders.map(\.key.description)), .texts(orders.map(\.key.recipient.description)),
      ])
    return try rows.map { row in
      Target(id: try row.value(0) { try DeliveryID($0) }, address: row.optionalText(1))
    }
  }

  private func row(_ order: MailOrder, _ origin: EventOrigin, _ target: Target) throws
    -> NewDelivery
  {
    let drop = order.drop ?? (target.address == nil ? .unreachable : nil)
    var mail: String?
    if drop == nil, let address = target.address {
      mail = try writer.write(order, delivery: target.id, to: address)
    }
    return NewDelivery(
      id: target.id, order: order, origin: origin, drop: drop,
      address: drop == nil ? target.address : nil, mail: mail,
      messageID: writer.messageID(of: target.id))
  }
}

/// A delivery as it is planned or dropped at once.
struct NewDelivery: Sendable {
  let id: DeliveryID
  let order: MailOrder
  let origin: EventOrigin
  let drop: DeliveryDropped.Reason?
  let address: String?
  let mail: String?
  let messageID: String

  /// The fact that begins the delivery's stream.
  var firstFact: any ReviewEvent {
    let key = order.key
    if let drop {
      return DeliveryDropped(
        deliveryID: id, aboutStream: key.aboutStream.description, recipientID: key.recipient,
        kind: key.kind, rung: key.rung, dutyID: key.duty?.description, datedBy: key.datedBy,
        reason: drop)
    }
    return DeliveryPlanned(
      deliveryID: id, aboutStream: key.aboutStream.description, recipientID: key.recipient,
      kind: key.kind, rung: key.rung, dutyID: key.duty?.description, datedBy: key.datedBy)
  }
}
