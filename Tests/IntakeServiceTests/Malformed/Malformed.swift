/// A request that must be refused, with the status, slug and field that the answer must name.
struct Malformed: Sendable {
  let route: String
  let path: String
  var body: String?
  let status: Int
  let slug: String
  let field: String?
  var actor: String? = Province.province
  var ifMatch: Int64? = 1

  /// - Parameter call: method and path, for example `POST /v1/cycles`.
  init(
    _ call: String, _ body: String? = nil, _ status: Int, _ slug: String, _ field: String? = nil,
    by actor: String? = Province.province, ifMatch: Int64? = 1
  ) {
    let parts = call.split(separator: " ")
    route = String(parts[0])
    path = String(parts[1])
    self.body = body
    self.status = status
    self.slug = slug
    self.field = field
    self.actor = actor
    self.ifMatch = ifMatch
  }

  /// Every request of every table.
  static let all = cycles + reports + organisation + extensions + imports + exports + plans

  static let report = "/v1/reports/\(Province.communeReport)"
  static let commune = Province.commune
  static let long = String(repeating: "ấ", count: 20_001)
}
