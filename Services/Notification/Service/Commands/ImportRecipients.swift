internal import EventStream
internal import NotificationDomain
internal import ReviewEvents
internal import ServiceRuntime

extension HTTPRoute {
  /// Takes over addresses from a table: everything or nothing of it.
  ///
  /// Mails that were dropped for want of an address are not sent afterwards.
  static func importRecipients(_ writer: any MailWriting) -> HTTPRoute {
    .command(
      .post, "/v1/recipients/import", summary: "Import recipients from a CSV file, all or none",
      parameters: [.optional("dryRun", .boolean, "Chỉ kiểm tra, không ghi")],
      body: .csv(RecipientTable.columns), answer: RecipientImportAnswer.shape
    ) { request in
      try NotificationProblem.requireUnit(request)
      let recipients = try RecipientTable.read(request.csv(), writer)
      let isDryRun = request.query.flag("dryRun")
      let time = request.arrivedAt
      return { transaction in
        let known = try RecipientTable.known(recipients, in: transaction)
        let changed = recipients.filter { known[$0.subject] != $0 }
        if !isDryRun { try RecipientTable.save(changed, at: time, in: transaction) }
        let registered = changed.count { known[$0.subject] == nil }
        return CommandAnswer(
          .ok,
          body: RecipientImportAnswer(
            dryRun: isDryRun, registered: registered, amended: changed.count - registered,
            unchanged: recipients.count - changed.count))
      }
    }
  }
}

/// What an import did, or would do.
private struct RecipientImportAnswer: Encodable {
  let dryRun: Bool
  let registered: Int
  let amended: Int
  let unchanged: Int

  static let shape = JSONShape.object([
    .required("dryRun", .boolean), .required("registered", .integer(0...Int64.max)),
    .required("amended", .integer(0...Int64.max)),
    .required("unchanged", .integer(0...Int64.max)),
  ])
}
