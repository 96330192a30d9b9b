import CaseTrackingDomain
import EventStream
import OrganisationTerms
import ReviewEvents
import ServiceRuntime

extension HTTPRoute {
  static let holdConference = change(
    "conference", summary: "Record the review conference and its minutes",
    body: .json(.object([.required("heldAt", .instant), .required("minutes", .longText)]))
  ) { request in
    let conference = try request.decode(Conference.self)
    let today = LocalDate(request.arrivedAt)
    return { transaction, suggested in
      guard let subjectID = suggested.proposal?.subjectID else { throw CaseRejection.unknownCase }
      let hashes = try Documents.keep([conference.minutes], in: transaction)
      return .holdConference(
        heldAt: conference.heldAt, minutesHash: hashes[0],
        hostID: try host(of: subjectID, on: today, in: transaction))
    }
  }

  /// The organisation that reviews the subject: the collective's own or the member's home unit, or
  /// the heir of one that has ended.
  private static func host(
    of subjectID: SubjectID, on day: LocalDate, in transaction: borrowing AnyTransaction
  ) throws -> UnitID? {
    let subjects = try Registry.subjects([subjectID], on: day, in: transaction)
    guard let host = subjects[subjectID]?.hostID else { return nil }
    switch try Registry.heir(of: host, on: day, in: transaction) {
    case .known(let heir): return heir
    case .untold: return nil
    case nil: return host
    }
  }
}

/// The body of a conference.
private struct Conference: Decodable, Sendable {
  let heldAt: Instant
  let minutes: String
}
