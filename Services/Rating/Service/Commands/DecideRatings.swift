internal import RatingDomain
internal import ReviewEvents
internal import ServiceRuntime

extension HTTPRoute {
  /// Step 3: the authority decides; decisions of one group are serialised, and what does not fit
  /// the quota is refused.
  static func decideRatings(_ ratings: Ratings) -> HTTPRoute {
    .command(
      .post, "/v1/cycles/{cycle}/decisions", summary: "Decide ratings, all or none",
      body: .json(
        .object([
          .required("decisionNumber", .text(max: 100)),
          .optional(
            "effectiveOn", .date,
            "The first day on which the decisions hold; none for the moment of recording"),
          RatingBatch.itemsField,
        ]))
    ) { request in
      let cycle = try request.path("cycle", as: CycleID.init)
      let batch = try request.decode(RatingBatch.self)
      try batch.checkUnique()
      let number = batch.decisionNumber ?? ""
      if let day = batch.effectiveOn, day > LocalDate(request.arrivedAt) {
        throw RatingProblem.effectiveLater
      }
      let step = RatingStep(
        request: request, cycle: cycle, batch: batch, ratings: ratings, countsForQuota: true,
        needsReadiness: true
      ) { rating, subject, item, readiness throws(RatingRejection) in
        try rating.decide(
          DecideRating(
            cycleID: cycle, subject: subject, level: item.level, decisionNumber: number,
            effectiveOn: batch.effectiveOn,
            readiness: readiness
              ?? Readiness(isReviewed: false, openCases: [], openSupplements: []),
            actor: request.actor))
      }
      return { transaction in try step.run(in: transaction) }
    }
  }
}
