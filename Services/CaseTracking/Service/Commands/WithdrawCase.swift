import CaseTrackingDomain
import EventStream
import ReviewEvents
import ServiceRuntime

extension HTTPRoute {
  static let withdrawCase = change(
    "withdraw", summary: "Take a case back before its conclusion, as the authority",
    body: .json(.object([.optional("reason", .longText)]))
  ) { request in
    let reason = try request.decode(Withdrawal.self).reason
    return { transaction, suggested in
      if let reason, let id = suggested.proposal?.caseID {
        try keep(reason, of: id, in: transaction)
      }
      return .withdraw
    }
  }

  /// The first reason stays; a repeat of the command does not rewrite it.
  private static func keep(
    _ reason: String, of id: CaseID, in transaction: borrowing AnyTransaction
  ) throws {
    let hashes = try Documents.keep([reason], in: transaction)
    try transaction.rows(
      """
      insert into withdrawal_reason (case_id, sha256) values ($1, $2)
      on conflict (case_id) do nothing
      """, [.text(id.text), .text(hashes[0])])
  }
}

/// The body of a withdrawal.
private struct Withdrawal: Decodable, Sendable {
  let reason: String?
}
