import EventStream
import IntakeDomain
import IntakeReadModels
import ReviewEvents
import ServiceRuntime

/// The text of a draft or of a submitted version; members are named as on the wire.
private struct ContentView: Encodable, Sendable {
  var reportId: ReportID
  var version: Int?
  var sha256: String
  var sections: [ReportContent.Section]
  var answers: [ReportContent.Answer]

  init(_ reportId: ReportID, version: Int?, sha256: String, content: ReportContent) {
    self.reportId = reportId
    self.version = version
    self.sha256 = sha256
    sections = content.sections
    answers = content.answers
  }
}

/// A text and its fingerprint, as kept.
private struct KeptText: Sendable {
  var sha256: String
  var text: String
  var sequence: Int64
}

/// A version as it was receipted.
private struct KeptVersion: Sendable {
  var duty: ReportRequested
  var sha256: String
  var receivedAt: Instant
  var lateness: Lateness
}

extension HTTPRoute {
  private static let versions: ClosedRange<Int64> = 1...1_000_000

  /// Shows the draft, so that writing can go on.
  static func showDraft(_ context: ServiceContext) -> HTTPRoute {
    .query("/v1/reports/{report}/draft", summary: "Xem bản nháp") { request in
      let id = try request.path("report", as: ReportID.init)
      let found = try await context.store.commit { transaction -> KeptText? in
        guard let loaded = try ReportTable.load([id], transaction)[id] else {
          throw ReportRejection.notRequested
        }
        guard let hash = loaded.report.draftHash else { return nil }
        return KeptText(
          sha256: hash, text: try DocumentTable.content(hash, transaction),
          sequence: loaded.sequence)
      }
      guard let found else { throw Problem(.noDraft) }
      return QueryAnswer(
        ContentView(
          id, version: nil, sha256: found.sha256,
          content: try ReportContent(canonical: found.text)), sequence: found.sequence)
    }
  }

  /// Shows the text of a submitted version.
  static func showVersion(_ context: ServiceContext) -> HTTPRoute {
    .query(
      "/v1/reports/{report}/versions/{version}", summary: "Xem nội dung một lần nộp"
    ) { request in
      let id = try request.path("report", as: ReportID.init)
      let version = try request.path("version", as: readVersion)
      let (hash, text) = try await context.store.commit { transaction -> (String, String) in
        let kept = try keptVersion(version, of: id, transaction)
        return (kept.sha256, try DocumentTable.content(kept.sha256, transaction))
      }
      return QueryAnswer(
        ContentView(
          id, version: Int(version), sha256: hash, content: try ReportContent(canonical: text)))
    }
  }

  /// Shows the receipt of a submitted version.
  static func showReceipt(_ context: ServiceContext) -> HTTPRoute {
    .query(
      "/v1/reports/{report}/receipts/{version}", summary: "Xem giấy biên nhận"
    ) { request in
      let id = try request.path("report", as: ReportID.init)
      let version = try request.path("version", as: readVersion)
      let kept = try await context.store.commit { transaction in
        try keptVersion(version, of: id, transaction)
      }
      return QueryAnswer(
        Receipt(
          kept.duty, version: Int(version), sha256: kept.sha256, receivedAt: kept.receivedAt,
          lateness: kept.lateness, serverTime: context.calendar.now))
    }
  }

  private static func readVersion(_ text: String) throws -> Int64 {
    guard let version = Int64(text), versions.contains(version) else {
      throw MalformedIdentifier()
    }
    return version
  }

  private static func keptVersion(
    _ version: Int64, of id: ReportID, _ transaction: borrowing AnyTransaction
  ) throws -> KeptVersion {
    guard let duty = try ReportTable.duty(of: id, atVersion: version, transaction) else {
      throw ReportRejection.notRequested
    }
    let rows = try transaction.rows(
      """
      select content_hash, received_at, lateness from report_version
       where report_id = $1 and version = $2
      """, [.text(id.text), .integer(version)])
    guard let row = rows.first else { throw Problem(.unknownReceipt, field: "version") }
    return KeptVersion(
      duty: duty, sha256: try row.text(0), receivedAt: try row.instant(1),
      lateness: try row.value(2, choice(Lateness.self)))
  }
}
