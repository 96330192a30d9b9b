extension Problem: Encodable {
  private enum Key: String, CodingKey {
    case type, slug, status, title, detail, field, errors, errorsTotal, retryAfterSeconds
  }

  /// Writes the members of RFC 9457 and `slug`, `field` and `errors`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode("urn:review:problem:\(slug)", forKey: .type)
    try container.encode(slug, forKey: .slug)
    try container.encode(status, forKey: .status)
    try container.encode(title, forKey: .title)
    try container.encodeIfPresent(detail, forKey: .detail)
    try container.encodeIfPresent(field, forKey: .field)
    try container.encodeIfPresent(errorsTotal, forKey: .errorsTotal)
    try container.encodeIfPresent(retryAfterSeconds, forKey: .retryAfterSeconds)
    if !errors.isEmpty { try container.encode(errors, forKey: .errors) }
  }

  /// ``retryAfter`` in whole seconds, at least one.
  var retryAfterSeconds: Int64? {
    retryAfter.map { duration in
      let (seconds, rest) = duration.components
      return max(1, seconds + (rest > 0 ? 1 : 0))
    }
  }
}

extension FieldError: Encodable {
  private enum Key: String, CodingKey { case slug, field, reason, line, sheet, column }

  /// Writes slug, field, reason, in tables the line and in workbooks sheet and column.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(slug, forKey: .slug)
    try container.encode(field, forKey: .field)
    try container.encode(reason, forKey: .reason)
    try container.encodeIfPresent(line, forKey: .line)
    try container.encodeIfPresent(sheet, forKey: .sheet)
    try container.encodeIfPresent(column, forKey: .column)
  }
}
