import Foundation
import Testing

@testable import ServiceRuntime
@testable import Telemetry

@Suite struct `The reference` {
  private func document(_ name: String) throws -> String {
    // Tests/ServiceRuntimeTests/<this file>
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: root.appending(path: "docs/reference/\(name)"), encoding: .utf8)
  }

  @Test func `lists every slug of the runtime with status and title`() throws {
    let text = try document("errors.md")
    for slug in RuntimeSlug.allCases {
      #expect(text.contains("| `\(slug.rawValue)` | \(slug.status) | \(slug.title) |"))
    }
  }

  @Test func `lists every metric`() throws {
    let text = try document("metrics.md")
    for metric in MetricCatalogue.all { #expect(text.contains("| `\(metric.name)` |")) }
  }

  @Test func `lists every setting`() throws {
    let text = try document("configuration.md")
    for name in SettingsTestNames.all { #expect(text.contains("`\(name)`")) }
  }

  @Test func `has a title for every slug`() {
    #expect(Set(RuntimeSlug.titles.keys) == Set(RuntimeSlug.allCases))
  }
}

private enum SettingsTestNames {
  /// Every name that the runtime reads.
  static let all = [
    "REVIEW_PROFILE", "REVIEW_INSTANCE", "REVIEW_HTTP_HOST", "REVIEW_HTTP_PORT",
    "REVIEW_ADMIN_PORT", "REVIEW_POSTGRES_HOST", "REVIEW_POSTGRES_PORT",
    "REVIEW_POSTGRES_DATABASE", "REVIEW_POSTGRES_USER", "REVIEW_POSTGRES_PASSWORD_FILE",
    "REVIEW_POSTGRES_OWNER", "REVIEW_POSTGRES_OWNER_PASSWORD_FILE", "REVIEW_POSTGRES_POOL",
    "REVIEW_POSTGRES_PROCESSES", "REVIEW_KAFKA_BOOTSTRAP_SERVERS", "REVIEW_KAFKA_EMBEDDED",
    "REVIEW_KAFKA_PARTITIONS", "REVIEW_KAFKA_REPLICATION", "REVIEW_LOG_LEVEL",
    "REVIEW_RULES_DIRECTORY", "REVIEW_CALENDARS_DIRECTORY", "REVIEW_OUTBOX_LIMIT",
    "REVIEW_REQUESTS_MAX", "REVIEW_SETTINGS_FILE",
  ]
}
