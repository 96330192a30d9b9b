import EventStream
import ReviewEvents

/// One case as lists show it, without texts.
struct CaseSummary: Encodable, Sendable {
  let caseId: String
  let sequence: Int64
  let state: String
  let cycleId: String
  let subjectId: String
  let kind: String
  let authorityId: String
  let authorityLevel: String
  let grounds: [String]
  let documentNumber: String?
  let proposedAt: String
  let issuedAt: String?
  let acknowledgeBefore: String?
  let acknowledgedAt: String?
  let explainedAt: String?
  let conferenceHeldAt: String?
  let concludedAt: String?
  let carriedOverTo: String?
  let endedAt: String?

  /// Reads the columns in the order of the members; further columns may follow.
  init(_ row: SQLRow) throws {
    caseId = try row.text(0)
    sequence = try row.integer(1)
    state = try row.text(2)
    cycleId = try row.text(3)
    subjectId = try row.text(4)
    kind = try row.text(5)
    authorityId = try row.text(6)
    authorityLevel = try row.text(7)
    grounds = try row.text(8).split(separator: ",").map(String.init)
    documentNumber = row.optionalText(9)
    proposedAt = try row.instant(10).description
    issuedAt = try row.optionalInstant(11)?.description
    acknowledgeBefore = try row.optionalInstant(12)?.description
    acknowledgedAt = try row.optionalInstant(13)?.description
    explainedAt = try row.optionalInstant(14)?.description
    conferenceHeldAt = try row.optionalInstant(15)?.description
    concludedAt = try row.optionalInstant(16)?.description
    carriedOverTo = row.optionalText(17)
    endedAt = try row.optionalInstant(18)?.description
  }
}
