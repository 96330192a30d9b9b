internal import RatingDomain
internal import ReviewEvents
internal import ServiceRuntime

extension HTTPRoute {
  /// Step 1: subjects rate themselves; a unit speaks for its members who file on paper.
  static func recordSelfRatings(_ ratings: Ratings) -> HTTPRoute {
    .command(
      .post, "/v1/cycles/{cycle}/self-ratings", summary: "Record self-ratings, all or none",
      body: .json(.object([RatingBatch.itemsField]))
    ) { request in
      let cycle = try request.path("cycle", as: CycleID.init)
      let batch = try request.decode(RatingBatch.self)
      try batch.checkUnique()
      let step = RatingStep(
        request: request, cycle: cycle, batch: batch, ratings: ratings, countsForQuota: false,
        needsReadiness: false
      ) { rating, subject, item, _ throws(RatingRejection) in
        try rating.decide(
          RecordSelfRating(
            cycleID: cycle, subject: subject, level: item.level, actor: request.actor))
      }
      return { transaction in try step.run(in: transaction) }
    }
  }
}
