import CaseTrackingDomain
import ReviewEvents
import ServiceRuntime

extension HTTPRoute {
  static let reportProgress = change(
    "progress", summary: "Report progress on one item, as its owner",
    body: .json(
      .object([
        .required("matterId", .identifier), .required("percentDone", .integer(0...100)),
        .required("note", .longText),
      ]))
  ) { request in
    let progress = try request.decode(Progress.self)
    return { transaction, _ in
      let hashes = try Documents.keep([progress.note], in: transaction)
      return .progress(
        matterID: progress.matterId, percentDone: progress.percentDone, noteHash: hashes[0])
    }
  }
}

/// The body of a progress report.
private struct Progress: Decodable, Sendable {
  let matterId: MatterID
  let percentDone: Int
  let note: String
}
