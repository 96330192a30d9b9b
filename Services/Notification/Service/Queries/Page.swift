internal import ServiceRuntime

/// A part of a list, and where the next one begins.
struct Page<Item: Encodable & Sendable>: Encodable, Sendable {
  let items: [Item]
  /// What to ask for as `after`; missing at the end of the list.
  let next: String?
}

/// How lists are asked for.
enum Paging {
  static let limitMax = 1_000
  static let limitStandard = 100
  static let after = Field.optional("after", .text(max: 200), "Sau mục này")
  static let limit = Field.optional("limit", .integer(1...Int64(limitMax)))

  static func limit(_ query: QueryValues) -> Int {
    query.integer("limit").map { Int($0) } ?? limitStandard
  }
}

extension Page {
  /// The page of `items`, of which one more than `limit` was read to see whether there are more.
  init(_ items: [Item], limit: Int, key: (Item) -> String) {
    let shown = Array(items.prefix(limit))
    self.init(items: shown, next: items.count > limit ? shown.last.map(key) : nil)
  }
}
