import CaseTrackingDomain
import ReviewEvents
import ServiceRuntime

extension HTTPRoute {
  static let holdConference = change(
    "conference", summary: "Record the review conference and its minutes",
    body: .json(.object([.required("heldAt", .instant), .required("minutes", .longText)]))
  ) { request in
    let conference = try request.decode(Conference.self)
    return { transaction, suggested in
      guard let subjectID = suggested.proposal?.subjectID else { throw CaseRejection.unknownCase }
      let hashes = try Documents.keep([conference.minutes], in: transaction)
      let subject = try Registry.subjects([subjectID], in: transaction)[subjectID]
      return .holdConference(
        heldAt: conference.heldAt, minutesHash: hashes[0], hostID: subject?.hostID)
    }
  }
}

/// The body of a conference.
private struct Conference: Decodable, Sendable {
  let heldAt: Instant
  let minutes: String
}
