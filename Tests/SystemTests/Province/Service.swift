/// The four services.
enum Service: String, CaseIterable, Sendable {
  case intake
  case caseTracking = "case-tracking"
  case rating
  case notification

  /// Which of the four it is, for its ports.
  var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  /// The name of its database.
  var database: String { rawValue.replacing("-", with: "_") }

  /// Its part of the names of settings.
  var setting: String { database.uppercased() }
}
