internal import EventStream
internal import ServiceRuntime

extension HTTPRoute {
  /// Who has something to do and cannot be written to.
  static func listUnreachable(_ store: any Store) -> HTTPRoute {
    .query(
      "/v1/recipients/unreachable", summary: "List subjects with open duties and no address",
      parameters: [Paging.after, Paging.limit]
    ) { request in
      let after = request.query.text("after") ?? ""
      let limit = Paging.limit(request.query)
      let subjects = try await store.commit {
        try RecipientTable.unreachable(after: after, limit: limit + 1, in: $0)
      }
      return QueryAnswer(Page(subjects, limit: limit) { $0 })
    }
  }
}
