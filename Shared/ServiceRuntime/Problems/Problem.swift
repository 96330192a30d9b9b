/// An answer that says why a request was not done (RFC 9457, `application/problem+json`).
///
/// `slug` is the stable name that programs act on; `title` and the reasons are Vietnamese, for
/// people. Nothing in it may hold data of a person.
public struct Problem: Error, Sendable, Hashable {
  /// The stable name, `lower-case-with-hyphens`, unique over all services.
  public var slug: String
  /// The HTTP status, 400–599.
  public var status: Int
  /// What happened, in Vietnamese; the same for every problem with this slug.
  public var title: String
  /// What happened this time, in Vietnamese.
  public var detail: String?
  /// The field, header or parameter it is about: `year`, `matters[2].text`, `Review-Actor`.
  public var field: String?
  /// After how long trying again makes sense; sent as `Retry-After` in whole seconds.
  public var retryAfter: Duration?
  /// Everything wrong with the input, when there can be more than one thing.
  public var errors: [FieldError]
  /// How many errors there were, when ``errors`` holds only the first ones.
  public var errorsTotal: Int?
  /// The methods the route knows, with status 405.
  var allow: [String] = []

  /// Puts the parts together.
  public init(
    _ slug: String, status: Int, title: String, detail: String? = nil, field: String? = nil,
    retryAfter: Duration? = nil, errors: [FieldError] = [], errorsTotal: Int? = nil
  ) {
    precondition((400...599).contains(status), "a problem is an error")
    self.slug = slug
    self.status = status
    self.title = title
    self.detail = detail
    self.field = field
    self.retryAfter = retryAfter
    self.errors = errors
    self.errorsTotal = errorsTotal
  }

  /// A problem of this runtime's own, titled from the one table.
  init(
    _ slug: RuntimeSlug, detail: String? = nil, field: String? = nil,
    retryAfter: Duration? = nil, errors: [FieldError] = []
  ) {
    self.init(
      slug.rawValue, status: slug.status, title: slug.title, detail: detail, field: field,
      retryAfter: retryAfter, errors: errors)
  }

  /// The input's violations as one problem: its slug and field are those of the first.
  static func invalid(_ errors: [FieldError]) -> Problem {
    guard let first = errors.first else { preconditionFailure("a problem needs a violation") }
    let title = RuntimeSlug(rawValue: first.slug)?.title ?? first.reason
    return Problem(
      first.slug, status: 400, title: title, detail: first.reason, field: first.field,
      errors: errors)
  }
}

/// One thing wrong with the input.
public struct FieldError: Sendable, Hashable {
  /// The stable name of what is wrong.
  public var slug: String
  /// Where: a path like `matters[2].text`, or a column.
  public var field: String
  /// Why, in Vietnamese; never the value itself.
  public var reason: String
  /// The line of a table, or the row of a sheet, from 1.
  public var line: Int?
  /// The sheet's name, in workbooks.
  public var sheet: String?
  /// The letter of the column, in workbooks.
  public var column: String?

  /// Puts the parts together.
  public init(
    slug: String, field: String, reason: String, line: Int? = nil, sheet: String? = nil,
    column: String? = nil
  ) {
    self.slug = slug
    self.field = field
    self.reason = reason
    self.line = line
    self.sheet = sheet
    self.column = column
  }
}

/// An error that has an answer for the client: every domain rejection conforms once, in the HTTP
/// folder of its service.
public protocol ProblemConvertible: Error {
  /// The answer.
  var problem: Problem { get }
}

extension Problem: ProblemConvertible {
  /// Itself.
  public var problem: Problem { self }
}
