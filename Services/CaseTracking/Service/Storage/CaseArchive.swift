import CaseTrackingDomain
import CaseTrackingReadModels
import EventStream
import ReviewEvents

/// Loads cases from their streams and writes what was decided, together with the read model.
enum CaseArchive {
  /// A decision about one case.
  struct Change: Sendable {
    var caseID: CaseID
    var before: VersionedCase
    var events: [CaseEvent]
    var origin: EventOrigin
  }

  /// The cases that exist among `ids`, locked until the transaction ends.
  ///
  /// Whoever decides about a case locks its row first, in order of names, so that commands and
  /// reactions wait for each other instead of failing on a stale stream.
  static func load(
    _ ids: some Collection<CaseID>, in transaction: borrowing AnyTransaction
  ) throws -> [CaseID: VersionedCase] {
    try transaction.rows(
      """
      select 1 from suggested_case where case_id = any($1::text[]) order by case_id for update
      """, [.texts(ids.map(\.text))])
    var cases: [CaseID: VersionedCase] = [:]
    let histories = try transaction.history(of: ids.map { .case($0) })
    for id in ids {
      guard let history = histories[.case(id)] else { continue }
      cases[id] = try VersionedCase(history)
    }
    return cases
  }

  /// Appends what was decided and brings the read model up to it.
  /// - Returns: the cases as they stand afterwards, in the same order.
  @discardableResult
  static func record(
    _ changes: [Change], in transaction: borrowing AnyTransaction
  ) throws -> [VersionedCase] {
    let after = changes.map { change in
      var versioned = change.before
      for event in change.events {
        versioned.suggested.apply(event, at: change.origin.time)
        versioned.sequence += 1
      }
      return versioned
    }
    let appends = changes.filter { !$0.events.isEmpty }.map { change in
      StreamAppend(
        stream: .case(change.caseID), expected: change.before.sequence,
        events: change.events.map(\.payload), origin: change.origin)
    }
    guard !appends.isEmpty else { return after }
    try transaction.append(appends)
    try CaseSheetWriter.write(
      zip(changes, after).filter { !$0.0.events.isEmpty }.map(\.1), in: transaction)
    return after
  }
}
