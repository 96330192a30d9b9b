import EventStream
import IntakeDomain
import ReviewEvents

/// A wish for more time and what became of it; members are named as on the wire.
struct ExtensionView: Encodable, Sendable {
  var state: String
  /// What was asked for; none where the authority gave time by itself.
  var requestedUntil: Instant?
  var reason: String?
  var decisionReason: String?

  /// None for a report about which nobody asked and nothing was given.
  init?(_ report: Report, _ transaction: borrowing AnyTransaction) throws {
    guard let timeExtension = report.timeExtension else { return nil }
    state = timeExtension.phase.rawValue
    if let request = timeExtension.request {
      requestedUntil = request.dueBefore
      reason = try DocumentTable.content(request.reasonHash, transaction)
    }
    if let hash = timeExtension.decisionReasonHash {
      decisionReason = try DocumentTable.content(hash, transaction)
    }
  }
}
