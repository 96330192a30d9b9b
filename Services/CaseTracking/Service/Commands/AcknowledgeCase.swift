import CaseTrackingDomain
import ServiceRuntime

extension HTTPRoute {
  static let acknowledgeCase = change(
    "acknowledge", summary: "Confirm having received the letter, as the subject",
    command: .acknowledge)
}
