import RehearsalModel

/// Plays the ratings: self-rating, appraisal, decision.
struct RatingPlayer {
  let ratings: [PlannedRating]
  let api: API
  let cycleID: String
  let connections: Int

  private struct Item: Encodable {
    let subjectId: String
    let level: String
  }

  private struct Batch: Encodable {
    let ratings: [Item]
  }

  private struct Decision: Encodable {
    let decisionNumber: String
    let ratings: [Item]
  }

  /// The service's largest batch.
  private static let batchMax = 1_000

  func play() async throws {
    try await crowd(ratings.filter(\.subject.isElectronic), limit: connections) { rating in
      _ = try await api.post(
        .rating, "/v1/cycles/\(cycleID)/self-ratings", as: rating.subject.id,
        key: "self-\(cycleID)-\(rating.subject.id)",
        json: Batch(ratings: [Item(subjectId: rating.subject.id, level: rating.selfRating)]))
    }
    let paper = batches(ratings.filter { !$0.subject.isElectronic })
    try await crowd(paper, limit: connections) { authority, number, batch in
      _ = try await api.post(
        .rating, "/v1/cycles/\(cycleID)/self-ratings", as: authority,
        key: "self-\(cycleID)-\(authority)-\(number)",
        json: Batch(
          ratings: batch.map { Item(subjectId: $0.subject.id, level: $0.selfRating) }))
    }
    let all = batches(ratings)
    try await crowd(all, limit: connections) { authority, number, batch in
      _ = try await api.post(
        .rating, "/v1/cycles/\(cycleID)/appraisals", as: authority,
        key: "appraise-\(cycleID)-\(authority)-\(number)",
        json: Batch(ratings: batch.map { Item(subjectId: $0.subject.id, level: $0.decision) }))
    }
    try await crowd(all, limit: connections) { authority, number, batch in
      _ = try await api.post(
        .rating, "/v1/cycles/\(cycleID)/decisions", as: authority,
        key: "decide-\(cycleID)-\(authority)-\(number)",
        json: Decision(
          decisionNumber: "\(number + 1)-QĐ/\(authority.dropFirst(5))",
          ratings: batch.map { Item(subjectId: $0.subject.id, level: $0.decision) }))
    }
  }

  /// What one authority handles at once.
  private func batches(
    _ ratings: [PlannedRating]
  ) -> [(authority: String, number: Int, ratings: [PlannedRating])] {
    Dictionary(grouping: ratings) { "unit/\($0.subject.managingUnitID)" }
      .sorted { $0.key < $1.key }
      .flatMap { authority, ratings in
        stride(from: 0, to: ratings.count, by: Self.batchMax).enumerated().map { number, start in
          let end = min(start + Self.batchMax, ratings.count)
          return (authority: authority, number: number, ratings: Array(ratings[start..<end]))
        }
      }
  }
}
