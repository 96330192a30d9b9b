import CaseTrackingDomain
import CaseTrackingReadModels
import EventStream
import PostgresStore
import ReviewEvents
import TestSupport
import Testing

@testable import CaseTrackingService
@testable import EventStream

@Suite(.timeLimit(.minutes(2))) struct `Answers that waited before every answer was kept` {
  private static let caseID: CaseID = id("c1")

  private static func issued(about subject: SubjectID) -> [CaseEvent] {
    let matters = (1...2).map {
      MatterOutline(matterID: id("c1.\($0)"), number: $0, area: id("LAND"), textHash: "t")
    }
    return [
      .proposed(
        CaseProposed(
          caseID: caseID, cycleID: id("2021"), subjectID: subject, authorityID: id("district-1"),
          authorityLevel: id("DISTRICT"), grounds: [id("DISUNITY")], matters: matters)),
      .approved(CaseApproved(caseID: caseID)),
      .issued(
        CaseIssued(
          caseID: caseID, cycleID: id("2021"), subjectID: subject, authorityID: id("district-1"),
          authorityLevel: id("DISTRICT"), documentNumber: "12-CV/HU", matters: matters,
          acknowledgeBefore: moment("2021-11-29T00:00"))),
    ]
  }

  @Test(arguments: [SubjectID.unit(id("commune-1")), .person(id("leader-1"))])
  func `still count`(subject: SubjectID) async throws {
    try await CaseDatabase.with(migrations: [CaseTracking.migrations[0]]) { database in
      try await database.store.commit { transaction in
        try CaseArchive.record(
          [
            CaseArchive.Change(
              caseID: Self.caseID, before: .unseen, events: Self.issued(about: subject),
              origin: Province.origin(moment("2021-11-25T08:00")))
          ], in: transaction)
        try transaction.rows(
          """
          insert into pending_answer (case_id, matter_id, kind, text_hash)
          values ('c1', 'c1.1', 'explained', 'waited')
          """, [])
      }
      try await database.migrate(CaseTracking.migrations)
      let loaded = try await database.store.commit { transaction in
        let last = Province.supplement(
          of: subject, at: moment("2021-11-30T12:00"), answering: [(Self.caseID, id("c1.2"))],
          sequence: 2)
        let supplement = try EventCodec.decode(SupplementSubmitted.self, from: last)
        let route = try #require(CaseTracking.intake.routes[SupplementSubmitted.type])
        try route.apply(transaction, [(supplement, last)])
        return try CaseArchive.load([Self.caseID], in: transaction)[Self.caseID]
      }
      #expect(loaded?.suggested.answers.map(\.textHash) == ["waited", "supplement-2"])
    }
  }
}
