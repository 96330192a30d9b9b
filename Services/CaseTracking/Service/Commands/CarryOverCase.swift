import CaseTrackingDomain
import ReviewEvents
import ServiceRuntime

extension HTTPRoute {
  static let carryOverCase = change(
    "carry-over", summary: "Take what is open into another cycle, as the authority",
    body: .json(.object([.required("toCycleId", .identifier)]))
  ) { request in
    let cycleID = try request.decode(CarryOver.self).toCycleId
    return { transaction, _ in
      guard try Registry.cycle(cycleID, in: transaction) != nil else {
        throw Problem.cycleNotYetKnown(field: "toCycleId")
      }
      return .carryOver(to: cycleID)
    }
  }
}

/// The body of a carry-over.
private struct CarryOver: Decodable, Sendable {
  let toCycleId: CycleID
}
