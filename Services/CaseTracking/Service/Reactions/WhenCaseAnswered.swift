import CaseTrackingDomain
import CaseTrackingReadModels
import EventStream
import ReviewEvents

/// Derives *explained* from the answers that intake received.
enum WhenCaseAnswered {
  /// Explains the cases of which every matter has an answer now.
  ///
  /// Intake learned of every matter from a letter, so the case always exists; answers to a case
  /// that was withdrawn or explained in the meantime change nothing.
  static func explain(
    _ answered: [AnsweredCase], in transaction: borrowing AnyTransaction
  ) throws {
    var causes: [CaseID: EventEnvelope] = [:]
    for one in answered { causes[one.caseID] = one.cause }
    let cases = try CaseArchive.load(causes.keys, in: transaction).filter { _, loaded in
      loaded.suggested.phase == .issued && loaded.suggested.explainedAt == nil
    }
    guard !cases.isEmpty else { return }
    let received = try AnswersToCases.received(
      for: cases.values.map(\.suggested), in: transaction)
    var changes: [CaseArchive.Change] = []
    for (caseID, loaded) in cases.sorted(by: { $0.key < $1.key }) {
      guard let cause = causes[caseID] else { continue }
      let answers = loaded.suggested.matters.compactMap { received[caseID]?[$0.matterID] }
      let origin = EventOrigin(reactingTo: cause, in: .case)
      let events = try loaded.suggested.decide(
        .noteExplanation(answers), by: origin.actor, at: origin.time)
      changes.append(
        CaseArchive.Change(caseID: caseID, before: loaded, events: events, origin: origin))
    }
    try CaseArchive.record(changes, in: transaction)
  }
}
