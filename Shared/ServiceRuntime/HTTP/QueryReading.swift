internal import EventStream

/// Reads and checks the query of a request against what its route declares.
enum QueryReading {
  /// The declared parameters and, on queries, `atLeast`.
  /// - Throws: 400 with all violations.
  static func read(_ query: String?, for route: HTTPRoute) throws(Problem) -> (
    QueryValues, AtLeast?
  ) {
    var values: [String: String] = [:]
    var atLeast: AtLeast?
    var errors: [FieldError] = []
    func note(_ slug: RuntimeSlug, _ name: String, _ reason: String? = nil) {
      errors.append(
        FieldError(
          slug: slug.rawValue, field: JSONPath().member(name).text,
          reason: reason ?? slug.title))
    }
    for pair in (query ?? "").split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = PercentCoding.decode(parts[0]),
        let text = parts.count == 2 ? PercentCoding.decode(parts[1]) : ""
      else {
        note(.malformedParameter, String(parts[0]))
        continue
      }
      if values[name] != nil || (atLeast != nil && name == QueryRequest.atLeastName) {
        note(.duplicateParameter, name)
      } else if name == QueryRequest.atLeastName, case .query = route.kind {
        atLeast = try? AtLeast(text)
        if atLeast == nil { note(.malformedParameter, name, "phải có dạng <luồng>:<số thứ tự>") }
      } else if let field = route.parameters.first(where: { $0.name == name }) {
        switch ScalarCheck.check(text, field.shape) {
        case .fits(let text): values[name] = text
        case .violates(let slug, let reason): note(slug, name, reason)
        }
      } else {
        note(.unknownParameter, name)
      }
    }
    for field in route.parameters where field.isRequired && values[field.name] == nil {
      if !errors.contains(where: { $0.field == field.name }) { note(.missingParameter, field.name) }
    }
    guard errors.isEmpty else { throw Problem.invalid(errors) }
    return (QueryValues(values: values), atLeast)
  }
}
