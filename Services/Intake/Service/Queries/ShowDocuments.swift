import EventStream
import IntakeReadModels
import ReviewEvents
import ReviewRules
import ServiceRuntime

/// A document of the registry; members are named as on the wire.
private struct DocumentView: Encodable, Sendable {
  var documentId: DocumentID
  var issuer: String
  var number: String
  var key: String
  var issuedOn: LocalDate

  init(_ fact: DocumentRegistered) {
    documentId = fact.documentID
    issuer = fact.issuer
    number = fact.number
    key = fact.key
    issuedOn = fact.issuedOn
  }
}

/// A page of documents; `next` goes into `after` of the next request.
private struct DocumentPage: Encodable, Sendable {
  var documents: [DocumentView]
  var next: DocumentID?
}

extension HTTPRoute {
  /// The largest page of documents.
  private static let documentsMax: Int64 = 1_000

  /// Finds documents by their number, whichever way it was printed: all of them, because a number
  /// alone does not make a document.
  static func findDocuments(_ context: ServiceContext) -> HTTPRoute {
    .query(
      "/v1/documents", summary: "Tìm văn bản theo số, ký hiệu",
      parameters: [
        .required(
          "number", .text(max: DocumentNumber.bytesMax), "Số, ký hiệu, viết cách nào cũng được"),
        .optional("issuer", .text(max: 200), "Cơ quan ban hành"),
        .optional("after", .identifier, "Văn bản cuối của trang trước"),
        .optional("limit", .integer(1...documentsMax), "Số dòng mỗi trang, mặc định 100"),
      ]
    ) { request in
      let number = try request.query.require("number") { text in try DocumentNumber(text) }
      let issuer = request.query.text("issuer").map { DocumentIssuer($0) }
      let after = request.query.text("after")
      let limit = request.query.integer("limit") ?? 100
      let found = try await context.store.commit { transaction in
        try RegistryTable.find(number, by: issuer, after: after, limit: limit, transaction)
      }
      let isFull = found.count == Int(limit)
      return QueryAnswer(
        DocumentPage(
          documents: found.map { DocumentView($0.fact) },
          next: isFull ? found.last?.fact.documentID : nil))
    }
  }

  /// Shows a document.
  static func showDocument(_ context: ServiceContext) -> HTTPRoute {
    .query("/v1/documents/{document}", summary: "Xem một văn bản") { request in
      let id = try request.path("document", as: DocumentID.init)
      let found = try await context.store.commit { transaction in
        try RegistryTable.find(id, transaction)
      }
      guard let found else { throw Problem(.unknownDocument, field: "document") }
      return QueryAnswer(DocumentView(found.fact), sequence: found.sequence)
    }
  }
}
