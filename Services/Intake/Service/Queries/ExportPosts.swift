import EventStream
import IntakeDomain
import ReviewEvents
import ServiceRuntime

extension HTTPRoute {
  /// Answers the posts that are held today as a file with the columns of the import.
  ///
  /// Who holds which post is personal data in bulk, as the list of members is.
  static func exportPosts(_ context: ServiceContext) -> HTTPRoute {
    .export(
      "/v1/posts/export", summary: "Xuất danh sách chức vụ ra tệp CSV hoặc XLSX",
      table: PostImport.table, name: (file: "posts", sheet: "Chức vụ")
    ) { request in
      let actor = try request.requireActor()
      let today = LocalDate(context.calendar.now)
      let held = try await context.store.commit { transaction in
        try Guards.requireProvince(actor, on: today, rules: context.rules, transaction)
        return try PostTable.held(on: today, transaction)
      }
      return held.flatMap { assigned in
        assigned.posts.enumerated().map { place, post in
          PostImport.Column.allCases.map { column in
            assigned.text(of: column, post, rank: place + 1)
          }
        }
      }
    }
  }
}

extension PostsAssigned {
  /// The text of a column, as an import reads it.
  fileprivate func text(of column: PostImport.Column, _ post: Post, rank: Int) -> String? {
    switch column {
    case .personID: personID.text
    case .rank: "\(rank)"
    case .unitID: post.unitID.text
    case .role: post.role.rawValue
    case .effectiveOn: effectiveOn.description
    case .legalBasis: legalBasis
    }
  }
}
