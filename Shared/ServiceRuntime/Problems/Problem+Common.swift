extension Problem {
  /// 409 for a command about something that this service has not heard of yet (contract 2).
  public static func subjectNotYetKnown(field: String) -> Problem {
    Problem(.subjectNotYetKnown, field: field, retryAfter: .seconds(1))
  }

  /// 412 for a change of a version that is no longer the newest (contract 15).
  public static func versionStale(field: String = "If-Match") -> Problem {
    Problem(.versionStale, field: field)
  }
}
