import EventStream
import IntakeDomain
import ReviewEvents
import ServiceRuntime

/// An outage to record.
private struct RecordOutage: Decodable, Sendable {
  var from: Instant
  var to: Instant
  var note: String

  static let shape = JSONShape.object([
    .required("from", .instant), .required("to", .instant), .required("note", .text(max: 2_000)),
  ])
}

/// A recorded outage; members are named as on the wire.
private struct OutageAnswer: Encodable, Sendable {
  var outageId: Int64
  var from: Instant
  var to: Instant
}

extension HTTPRoute {
  /// Records a time in which reports could not be handed in (contract 18).
  ///
  /// It counts for what arrives afterwards; receipts that were given stay as they are.
  static func recordOutage(_ context: ServiceContext) -> HTTPRoute {
    .command(
      .post, "/v1/outages", summary: "Ghi nhận thời gian hệ thống không tiếp nhận được",
      body: .json(RecordOutage.shape)
    ) { request in
      let input = try request.decode(RecordOutage.self)
      guard input.from < input.to else { throw Problem(.outageEmpty, field: "to") }
      return { transaction in
        try Guards.requireProvince(request, rules: context.rules, transaction)
        let id = try OutageTable.add(
          Outage(from: input.from, to: input.to), note: input.note, at: request.arrivedAt,
          by: request.actor, transaction)
        return CommandAnswer(
          .created, body: OutageAnswer(outageId: id, from: input.from, to: input.to))
      }
    }
  }
}
