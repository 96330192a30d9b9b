import Foundation
package import PostgresStore

/// The server that the tests use.
package enum TestServer {
  /// The variable is not set.
  package struct Missing: Error, CustomStringConvertible {
    package let description =
      "REVIEW_TEST_POSTGRES is not set: run the tests through deploy/local/with-test-servers"
  }

  /// How to reach it as a superuser.
  package static func settings() throws -> PostgresSettings {
    guard let text = ProcessInfo.processInfo.environment["REVIEW_TEST_POSTGRES"], !text.isEmpty
    else { throw Missing() }
    var settings = PostgresSettings(connectionString: text, applicationName: "test-setup")
    // Many suites make their databases at the same moment.
    settings.connectPatience = .seconds(20)
    settings.statementTimeout = .seconds(100)
    settings.answerPatience = .seconds(110)
    return settings
  }
}
