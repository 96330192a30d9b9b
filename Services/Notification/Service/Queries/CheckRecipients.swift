internal import EventStream
internal import ReviewEvents
internal import ServiceRuntime

extension HTTPRoute {
  /// The most subjects that are asked about at once.
  private static let subjectsMax = 2_000

  /// Who of these has no address, before anything is owed: a launch is checked with it.
  ///
  /// It changes nothing and is a command in form only, because a query has no body to list
  /// subjects in. So its answer, too, is kept for its key: ask again under another one.
  static func checkRecipients() -> HTTPRoute {
    .command(
      .post, "/v1/recipients/check", summary: "Tell which of these subjects have no address",
      body: .json(
        .object([.required("subjectIds", .array(of: .subject, min: 1, max: subjectsMax))])),
      answer: RecipientCheck.shape
    ) { request in
      try NotificationProblem.requireUnit(request)
      let subjects = Set(try request.decode(AskedSubjects.self).subjectIds)
      return { transaction in
        let unreachable = try RecipientTable.unreachable(
          among: Array(subjects), in: transaction)
        return CommandAnswer(
          .ok, body: RecipientCheck(checked: subjects.count, unreachable: unreachable))
      }
    }
  }
}

/// Who is asked about.
private struct AskedSubjects: Decodable, Sendable {
  let subjectIds: [SubjectID]
}

/// Who cannot be written to.
private struct RecipientCheck: Encodable {
  let checked: Int
  let unreachable: [String]

  static let shape = JSONShape.object([
    .required("checked", .integer(0...Int64.max)),
    .required("unreachable", .array(of: .subject, max: 2_000)),
  ])
}
