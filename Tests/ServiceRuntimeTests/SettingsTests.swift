import Foundation
import Testing

@testable import ServiceRuntime

@Suite struct `Settings` {
  static let good = [
    "REVIEW_PROFILE": "local", "REVIEW_INSTANCE": "intake-1", "REVIEW_HTTP_PORT": "18101",
    "REVIEW_ADMIN_PORT": "18111", "REVIEW_POSTGRES_HOST": "127.0.0.1",
    "REVIEW_POSTGRES_DATABASE": "intake", "REVIEW_POSTGRES_USER": "intake",
    "REVIEW_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:19092, 127.0.0.1:19093",
    "REVIEW_KAFKA_EMBEDDED": "true",
  ]

  private func read(_ values: [String: String]) throws -> RuntimeSettings {
    try SettingsReader(values: values).read { RuntimeSettings(&$0, service: "intake") }
  }

  private func problems(_ changes: [String: String?]) throws -> [String] {
    var values = Self.good
    for (name, value) in changes { values[name] = value }
    let found = #expect(throws: SettingsProblems.self) { try read(values) }
    return try #require(found).problems.map(\.name)
  }

  @Test func `that are complete are read with their defaults`() throws {
    let settings = try read(Self.good)
    #expect(settings.profile == .local && settings.httpHost == "127.0.0.1")
    #expect(settings.kafka.bootstrapServers == ["127.0.0.1:19092", "127.0.0.1:19093"])
    #expect(settings.kafka.partitions == 16 && settings.kafka.isEmbedded)
    #expect(settings.postgres.owner == "intake_owner" && settings.postgres.port == 5_432)
    #expect(settings.outboxLimit == 100_000)
    #expect(settings.rulesDirectory == "deploy/rules")
    #expect(settings.calendarsDirectory == "deploy/calendars")
  }

  @Test func `report everything wrong at once`() throws {
    let names = try problems([
      "REVIEW_PROFILE": "staging", "REVIEW_HTTP_PORT": "99999", "REVIEW_ADMIN_PORT": nil,
      "REVIEW_POSTGRES_HOST": "", "REVIEW_POSTGRES_POOL": "17", "REVIEW_KAFKA_EMBEDDED": "yes",
      "REVIEW_LOG_LEVEL": "loud", "REVIEW_HTTP_HOST": "0.0.0.0",
    ])
    for name in [
      "REVIEW_PROFILE", "REVIEW_HTTP_PORT", "REVIEW_ADMIN_PORT", "REVIEW_POSTGRES_HOST",
      "REVIEW_POSTGRES_POOL", "REVIEW_KAFKA_EMBEDDED", "REVIEW_LOG_LEVEL", "REVIEW_HTTP_HOST",
    ] { #expect(names.contains(name), "\(name)") }
  }

  @Test func `keep the service on this machine until there are tokens`() throws {
    #expect(try problems(["REVIEW_HTTP_HOST": "192.168.1.10"]) == ["REVIEW_HTTP_HOST"])
    #expect(try problems(["REVIEW_HTTP_HOST": "127.example"]) == ["REVIEW_HTTP_HOST"])
    var values = Self.good
    values["REVIEW_HTTP_HOST"] = "127.0.0.2"
    #expect(try read(values).httpHost == "127.0.0.2")
  }

  @Test func `never let the service own its tables, nor a forgetful broker into production`()
    throws
  {
    #expect(
      try problems(["REVIEW_POSTGRES_OWNER": "intake", "REVIEW_PROFILE": "production"])
        == ["REVIEW_POSTGRES_OWNER", "REVIEW_KAFKA_EMBEDDED"])
  }

  @Test func `hand properties to the client by name, secrets only by file`() throws {
    var values = Self.good
    values["REVIEW_KAFKA_PROPERTY_SECURITY_PROTOCOL"] = "SASL_SSL"
    values["REVIEW_KAFKA_PROPERTY_SASL_PASSWORD_FILE"] = "/run/secrets/kafka"
    #expect(
      try read(values).kafka.properties == [
        "security.protocol": .text("SASL_SSL"), "sasl.password": .file("/run/secrets/kafka"),
      ])
    #expect(
      try problems(["REVIEW_KAFKA_PROPERTY_SASL_PASSWORD": "geheim"])
        == ["REVIEW_KAFKA_PROPERTY_SASL_PASSWORD"])
  }

  @Test func `take secrets from files and never show them`() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: file) }
    try Data("p'ss\\w\n".utf8).write(to: file)
    var values = Self.good
    values["REVIEW_POSTGRES_PASSWORD_FILE"] = file.path
    let settings = try read(values)
    #expect(settings.postgres.password?.value == "p'ss\\w")
    #expect("\(settings)".contains("p'ss") == false)
    #expect(
      settings.postgres.connectionString(owner: false).hasSuffix(#"password='p\'ss\\w'"#))
    #expect(
      try problems(["REVIEW_POSTGRES_PASSWORD_FILE": "/nonexistent"])
        == ["REVIEW_POSTGRES_PASSWORD_FILE"])
  }

  @Test func `of the environment win over those of the file`() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: file) }
    let lines = Self.good.map { "\($0)=\($1)" }.joined(separator: "\n")
    try Data("# settings\n\n\(lines)\nREVIEW_MAIL_FROM=a=b\n".utf8).write(to: file)
    let reader = try SettingsReader.from(environment: [
      "REVIEW_SETTINGS_FILE": file.path, "REVIEW_HTTP_PORT": "18201",
    ])
    #expect(try reader.read { RuntimeSettings(&$0, service: "intake") }.httpPort == 18_201)
    #expect(try reader.read { $0.text("REVIEW_MAIL_FROM") } == "a=b")
    #expect(throws: SettingsProblems.self) {
      try SettingsReader.from(environment: ["REVIEW_SETTINGS_FILE": "/nonexistent"])
    }
  }

  @Test func `of a service are read the same way`() throws {
    let reader = SettingsReader(values: ["REVIEW_SMTP_PORT": "0"])
    let found = #expect(throws: SettingsProblems.self) {
      try reader.read { ($0.text("REVIEW_SMTP_HOST"), $0.integer("REVIEW_SMTP_PORT", in: 1...9)) }
    }
    #expect(found?.problems.map(\.name) == ["REVIEW_SMTP_HOST", "REVIEW_SMTP_PORT"])
    #expect(found?.description.contains("1…9") == true)
  }
}
