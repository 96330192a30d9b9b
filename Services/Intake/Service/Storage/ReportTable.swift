import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents

/// The tables `report`, `report_version` and `supplement`, and the streams behind them.
enum ReportTable {
  /// Loads a report and keeps everybody else from changing it until the transaction ends.
  ///
  /// A case that is issued at the same moment waits for this lock as well: either the submission
  /// sees its matters, or the case sees the submission (contract 25).
  /// - Throws: ``ReportRejection/notRequested``.
  static func lock(_ id: ReportID, _ transaction: borrowing AnyTransaction) throws -> LoadedReport {
    // Travels with the question for the history, which is answered once the lock is held.
    try transaction.run(
      "select report_id from report where report_id = $1 for update", [.text(id.text)])
    guard let loaded = try load([id], transaction)[id] else { throw ReportRejection.notRequested }
    return loaded
  }

  /// Locks and loads those of `ids` that are owed, in one order everywhere.
  static func lock(
    _ ids: [ReportID], _ transaction: borrowing AnyTransaction
  ) throws -> [ReportID: LoadedReport] {
    let locked = try transaction.rows(
      "select report_id from report where report_id = any($1) order by report_id for update",
      [.texts(ids.map(\.text))]
    ).map { row in try row.value(0, ReportID.init) }
    return try load(locked, transaction)
  }

  /// Loads reports without locking them; unknown ones are missing from the answer.
  static func load(
    _ ids: [ReportID], _ transaction: borrowing AnyTransaction
  ) throws -> [ReportID: LoadedReport] {
    let histories = try transaction.history(of: ids.map { .report($0) })
    var loaded: [ReportID: LoadedReport] = [:]
    for id in ids {
      guard let history = histories[.report(id)] else { continue }
      loaded[id] = try LoadedReport(history)
    }
    return loaded
  }

  /// What was owed when `version` was received; a date that moved afterwards changes no receipt.
  static func duty(
    of id: ReportID, atVersion version: Int64, _ transaction: borrowing AnyTransaction
  ) throws -> ReportRequested? {
    var report = Report()
    for envelope in try transaction.history(of: .report(id)) where report.version < Int(version) {
      report.apply(try ReportEvent(envelope))
    }
    return report.duty
  }

  /// Appends facts of a report and shows what follows from them.
  /// - Returns: the report as it is now.
  static func record(
    _ events: [ReportEvent], on loaded: LoadedReport, of id: ReportID, origin: EventOrigin,
    _ transaction: borrowing AnyTransaction
  ) throws -> LoadedReport {
    guard !events.isEmpty else { return loaded }
    try transaction.append([
      StreamAppend(
        stream: .report(id), expected: loaded.sequence, events: events.map(\.fact), origin: origin)
    ])
    var next = loaded
    for event in events { next.report.apply(event) }
    next.sequence += Int64(events.count)
    try ReportRows.write([next], transaction)
    return next
  }

  /// Appends one fact to each of these reports and shows what follows; the caller bounds how many.
  static func record(
    _ events: [(id: ReportID, event: ReportEvent)], on loaded: [ReportID: LoadedReport],
    origin: EventOrigin, _ transaction: borrowing AnyTransaction
  ) throws {
    guard !events.isEmpty else { return }
    var changed: [LoadedReport] = []
    var appends: [StreamAppend] = []
    for (id, event) in events {
      guard var report = loaded[id] else { continue }
      appends.append(
        StreamAppend(
          stream: .report(id), expected: report.sequence, events: [event.fact], origin: origin))
      report.report.apply(event)
      report.sequence += 1
      changed.append(report)
    }
    try transaction.append(appends)
    try ReportRows.write(changed, transaction)
  }

  /// The reports that were requested in a cycle, whatever became of them.
  static func requested(
    in cycle: CycleID, _ transaction: borrowing AnyTransaction
  ) throws -> Set<ReportID> {
    Set(
      try transaction.rows(
        "select report_id from report where cycle_id = $1", [.text(cycle.text)]
      ).map { row in try row.value(0, ReportID.init) })
  }

  /// How many reports one step of a launch requests.
  private static let requestsMax = 2_000

  /// Requests reports in bounded steps of one transaction.
  static func requestAll(
    _ requests: [ReportRequested], origin: EventOrigin, _ transaction: borrowing AnyTransaction
  ) throws {
    for start in stride(from: 0, to: requests.count, by: requestsMax) {
      let batch = requests[start..<min(start + requestsMax, requests.count)]
      try request(Array(batch), origin: origin, transaction)
    }
  }

  /// Appends facts of many reports, each at most once, and shows what follows from them.
  /// - Returns: how many reports changed.
  static func record(
    _ changes: [(ReportID, LoadedReport, [ReportEvent])], origin: EventOrigin,
    _ transaction: borrowing AnyTransaction
  ) throws -> Int {
    let changes = changes.filter { !$0.2.isEmpty }
    guard !changes.isEmpty else { return 0 }
    try transaction.append(
      changes.map { id, loaded, events in
        StreamAppend(
          stream: .report(id), expected: loaded.sequence, events: events.map(\.fact),
          origin: origin)
      })
    let next = changes.map { _, loaded, events in
      var next = loaded
      for event in events { next.report.apply(event) }
      next.sequence += Int64(events.count)
      return next
    }
    try ReportRows.write(next, transaction)
    return changes.count
  }

  /// The reports of a cycle that never came and are overdue at `now`, in order.
  static func overdue(
    in cycle: CycleID, at now: Instant, _ transaction: borrowing AnyTransaction
  ) throws -> [ReportID] {
    try transaction.rows(
      """
      select report_id from report
       where cycle_id = $1 and state in ('requested', 'drafted') and reopenings = 0
         and due_before <= $2
       order by report_id
      """, [.text(cycle.text), .instant(now)]
    ).map { row in try row.value(0, ReportID.init) }
  }

  /// Appends the first fact of many reports and shows them.
  private static func request(
    _ requests: [ReportRequested], origin: EventOrigin, _ transaction: borrowing AnyTransaction
  ) throws {
    try transaction.append(
      requests.map {
        StreamAppend(stream: .report($0.reportID), expected: 0, events: [$0], origin: origin)
      })
    try ReportRows.write(
      requests.map { LoadedReport(report: Report([.requested($0)]), sequence: 1) }, transaction)
  }

  /// The reports with an open supplement on one of `cases`.
  static func withOpenSupplement(
    on cases: [CaseID], _ transaction: borrowing AnyTransaction
  ) throws -> [ReportID] {
    try transaction.rows(
      """
      select distinct report_id from supplement
       where case_id = any($1) and state = 'requested' order by report_id
      """, [.texts(cases.map(\.text))]
    ).map { row in try row.value(0, ReportID.init) }
  }
}
