import CaseTrackingDomain
import CaseTrackingReadModels
import EventStream
import ReviewEvents
import ServiceRuntime

/// What a changed case answers with.
struct CaseReceipt: Encodable, Sendable {
  let caseId: CaseID
  let state: String
  let stream: String
  let sequence: Int64

  init(_ id: CaseID, _ versioned: VersionedCase) {
    caseId = id
    state = versioned.suggested.state?.rawValue ?? ""
    stream = StreamID.case(id).description
    sequence = versioned.sequence
  }
}

extension CommandAnswer {
  /// The answer to a command that left `versioned` behind.
  init(_ status: Status, _ id: CaseID, _ versioned: VersionedCase) {
    self.init(
      status, stream: .case(id), sequence: versioned.sequence, location: "/v1/cases/\(id)",
      body: CaseReceipt(id, versioned))
  }
}

/// Makes the domain's command, inside the transaction, once the case is loaded.
typealias CommandMaker =
  @Sendable (borrowing AnyTransaction, SuggestedReviewCase) throws -> CaseCommand

extension HTTPRoute {
  /// A change of one case: `POST /v1/cases/{case}/<verb>`, under the version the client saw.
  ///
  /// `read` turns the request into typed values; what it gives back makes the domain's command.
  static func change(
    _ verb: String, summary: String, body: Body = .none,
    read: @escaping @Sendable (CommandRequest) throws -> CommandMaker
  ) -> HTTPRoute {
    .command(
      .post, "/v1/cases/{case}/\(verb)", summary: summary, body: body,
      answer: .caseReceipt
    ) { request in
      let id = try request.path("case", as: CaseID.init)
      let version = try request.requireIfMatch()
      let make = try read(request)
      let origin = request.origin
      return { transaction in
        guard let before = try CaseArchive.load([id], in: transaction)[id] else {
          throw CaseRejection.unknownCase
        }
        guard before.sequence == version else { throw Problem.versionStale() }
        let events = try before.suggested.decide(
          try make(transaction, before.suggested), by: origin.actor, at: origin.time,
          succession: try Registry.succession(
            of: [before.suggested], on: LocalDate(origin.time), in: transaction))
        let change = CaseArchive.Change(
          caseID: id, before: before, events: events, origin: origin)
        let after = try CaseArchive.record([change], in: transaction)
        return CommandAnswer(.ok, id, after[0])
      }
    }
  }

  /// A change that the case alone decides about.
  static func change(_ verb: String, summary: String, command: CaseCommand) -> HTTPRoute {
    change(verb, summary: summary) { _ in { _, _ in command } }
  }
}

extension JSONShape {
  /// A changed case.
  static let caseReceipt = JSONShape.object([
    .required("caseId", .identifier), .required("state", .choice(of: CaseState.self)),
    .required("stream", .text(max: 200)), .required("sequence", .integer(1...Int64.max)),
  ])
  /// The longest text of a matter, an answer, a measure, a note or minutes.
  static let longText = JSONShape.text(max: 20_000)
  /// The most matters of one case.
  static let mattersMax = 50
}
