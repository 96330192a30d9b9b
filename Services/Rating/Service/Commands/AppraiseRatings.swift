internal import RatingDomain
internal import ReviewEvents
internal import ServiceRuntime

extension HTTPRoute {
  /// Step 2: the advisory body proposes levels; too many proposals are a warning.
  static func appraiseRatings(_ ratings: Ratings) -> HTTPRoute {
    .command(
      .post, "/v1/cycles/{cycle}/appraisals", summary: "Record appraisals, all or none",
      body: .json(.object([RatingBatch.itemsField]))
    ) { request in
      let cycle = try request.path("cycle", as: CycleID.init)
      let batch = try request.decode(RatingBatch.self)
      try batch.checkUnique()
      let step = RatingStep(
        request: request, cycle: cycle, batch: batch, ratings: ratings, countsForQuota: true,
        needsReadiness: false
      ) { rating, subject, item, _ throws(RatingRejection) in
        try rating.decide(
          AppraiseRating(
            cycleID: cycle, subject: subject, level: item.level, actor: request.actor))
      }
      return { transaction in try step.run(in: transaction) }
    }
  }
}
