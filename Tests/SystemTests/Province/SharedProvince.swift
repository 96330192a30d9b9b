import Testing

/// Brings one province up for all tests of a suite, and removes it behind the last of them.
struct SharedProvince: SuiteTrait, TestScoping {
  var settings: [String: String] = [:]
  var brokerForgets = true

  func provideScope(
    for test: Test, testCase: Test.Case?,
    performing body: @Sendable @concurrent () async throws -> Void
  ) async throws {
    try await Province.with(settings: settings, brokerForgets: brokerForgets) { province in
      try await TestYear(province).begin()
      try await Province.$current.withValue(province) { try await body() }
    }
  }

  /// The province of the suite that the running test belongs to.
  static func require() throws -> Province {
    guard let province = Province.current else {
      throw Trouble("the test belongs to no suite with a province")
    }
    return province
  }
}

extension Trait where Self == SharedProvince {
  /// One province for the whole suite.
  static func sharedProvince(
    _ settings: [String: String] = [:], brokerForgets: Bool = true
  ) -> Self {
    SharedProvince(settings: settings, brokerForgets: brokerForgets)
  }
}
