internal import EventStream
internal import RatingDomain
internal import ReviewEvents
internal import ServiceRuntime

extension HTTPRoute {
  /// One rating with its three steps.
  static func showRating(_ ratings: Ratings) -> HTTPRoute {
    .query("/v1/ratings/{rating}", summary: "Show a rating") { request in
      let id = try request.path("rating", as: RatingID.init)
      let (view, sequence) = try await ratings.store.commit { transaction in
        let rows = try transaction.rows(
          """
          select subject_id, cycle_id, self_level, appraised_level, decided_level,
            decision_number, sequence
          from rating where rating_id = $1
          """, [.text(id.text)])
        guard let row = rows.first else { throw RatingProblem.ratingNotFound }
        return (
          RatingView(
            ratingId: id, subjectId: try row.text(0), cycleId: try row.text(1),
            selfRating: row.optionalText(2), appraisal: row.optionalText(3),
            decision: row.optionalText(4), decisionNumber: row.optionalText(5)),
          try row.integer(6)
        )
      }
      return QueryAnswer(view, sequence: sequence)
    }
  }
}

/// A rating as it is shown.
private struct RatingView: Encodable, Sendable {
  let ratingId: RatingID
  let subjectId: String
  let cycleId: String
  let selfRating: String?
  let appraisal: String?
  let decision: String?
  let decisionNumber: String?
}
