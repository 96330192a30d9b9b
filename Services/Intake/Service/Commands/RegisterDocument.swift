import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ReviewRules
import ServiceRuntime

/// A document to register; members are named as on the wire.
private struct DocumentInput: Decodable, Sendable {
  var documentId: DocumentID
  var issuer: String
  var number: String
  var issuedOn: LocalDate

  static let shape = JSONShape.object([
    .required("documentId", .identifier), .required("issuer", .text(max: 200)),
    .required("number", .text(max: DocumentNumber.bytesMax), "Số, ký hiệu như trên văn bản"),
    .required("issuedOn", .date),
  ])
}

extension HTTPRoute {
  /// Registers a document once, however its number is printed.
  static func registerDocument(_ context: ServiceContext) -> HTTPRoute {
    .command(
      .post, "/v1/documents", summary: "Đăng ký văn bản", body: .json(DocumentInput.shape)
    ) { request in
      let input = try request.decode(DocumentInput.self)
      let command = try RegisterDocument(
        input.documentId, issuer: input.issuer, number: input.number, issuedOn: input.issuedOn)
      return { transaction in
        guard case .unit(let unit) = request.actor.onBehalfOf,
          try UnitTable.find(unit, on: request.today, transaction)?.isThere == true
        else { throw DocumentRejection.notAnOrganisation }
        let twin = try RegistryTable.lockTwin(of: command.key, transaction)
        let former = try RegistryTable.find(input.documentId, transaction)
        let facts = try RegistryDocument(former.map { [$0.fact] } ?? [])
          .register(command, twin: twin)
        try RegistryTable.record(facts, origin: request.origin, transaction)
        return CommandAnswer(
          facts.isEmpty ? .ok : .created, stream: .document(input.documentId),
          sequence: former?.sequence ?? 1, location: "/v1/documents/\(input.documentId)")
      }
    }
  }
}
