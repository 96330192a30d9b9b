import CaseTrackingDomain
import ServiceRuntime

extension HTTPRoute {
  static let closeCase = change(
    "close", summary: "Close a case of which nothing is open, as the authority", command: .close)
}
