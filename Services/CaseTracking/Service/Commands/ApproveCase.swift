import CaseTrackingDomain
import ServiceRuntime

extension HTTPRoute {
  static let approveCase = change(
    "approve", summary: "Approve a proposal, as the authority", command: .approve)
}
