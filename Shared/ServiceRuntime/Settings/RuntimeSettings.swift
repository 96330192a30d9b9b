package import Logging
package import ReviewEvents

/// The settings that every service has; `docs/reference/configuration.md` explains them.
package struct RuntimeSettings: Sendable {
  /// What kind of installation this is.
  package enum Profile: String, Sendable, CaseIterable {
    /// A machine of somebody who tries or develops: the calendar can be set.
    case local
    /// The real thing.
    case production
  }

  /// How to reach the database.
  package struct Postgres: Sendable {
    package var host: String
    package var port: Int
    package var database: String
    package var user: String
    package var password: Secret?
    package var owner: String
    package var ownerPassword: Secret?
    package var pool: Int
    /// How many processes, over all services, share the server (contract 14).
    package var processes: Int
  }

  /// How to reach the broker.
  package struct Kafka: Sendable {
    /// A property of librdkafka.
    package enum Property: Sendable, Hashable {
      case text(String)
      case file(String)
    }
    package var bootstrapServers: [String]
    package var isEmbedded: Bool
    package var partitions: Int
    package var replication: Int
    package var properties: [String: Property]
  }

  package var profile: Profile
  package var instance: String
  package var httpHost: String
  package var httpPort: Int
  package var adminPort: Int
  package var postgres: Postgres
  package var kafka: Kafka
  package var logLevel: Logger.Level
  package var rulesDirectory: String
  package var calendarsDirectory: String
  package var outboxLimit: Int
  package var requestsMax: Int
  /// The admin ports through which the services' logs are read, such as `http://127.0.0.1:18111`.
  package var logs: [ServiceArea: String]
  /// How many days may pass between two seasons.
  package var seasonDays: Int
  /// How many persons decide what cannot easily be taken back.
  package var approval: Approval
  /// The text with the operators' public keys.
  package var operatorKeys: String?

  /// How many persons decide.
  package enum Approval: String, Sendable, CaseIterable {
    /// The operator alone.
    case onePerson = "one-person"
    /// The operator, and another one who signs the plan.
    case twoPersons = "two-persons"
  }

  /// Reads all of them; what is wrong is noted in `settings`.
  package init(_ settings: inout SettingsCollector, service: String) {
    profile =
      settings.choice("REVIEW_PROFILE", of: Profile.self, default: .production) ?? .production
    instance = settings.text("REVIEW_INSTANCE", default: service)
    httpHost = settings.text("REVIEW_HTTP_HOST", default: "127.0.0.1")
    httpPort = settings.integer("REVIEW_HTTP_PORT", in: 1...65_535)
    adminPort = settings.integer("REVIEW_ADMIN_PORT", in: 1...65_535)
    postgres = Postgres(&settings)
    kafka = Kafka(&settings)
    logLevel =
      settings.choice("REVIEW_LOG_LEVEL", of: Logger.Level.self, default: .info) ?? .info
    rulesDirectory = settings.text("REVIEW_RULES_DIRECTORY", default: "deploy/rules")
    calendarsDirectory = settings.text("REVIEW_CALENDARS_DIRECTORY", default: "deploy/calendars")
    outboxLimit = settings.integer(
      "REVIEW_OUTBOX_LIMIT", in: 1...100_000_000, default: 100_000)
    requestsMax = settings.integer("REVIEW_REQUESTS_MAX", in: 1...10_000, default: 256)
    seasonDays = settings.integer("REVIEW_SEASON_DAYS", in: 1...3_650, default: 400)
    let usual: Approval = profile == .production ? .twoPersons : .onePerson
    approval = settings.choice("REVIEW_APPROVAL", of: Approval.self, default: usual) ?? usual
    operatorKeys = settings.secret(file: "REVIEW_OPERATOR_KEYS_FILE", required: false)?.value
    logs = [:]
    for area in ServiceArea.allCases {
      let name = "REVIEW_LOG_\(area.rawValue.uppercased())"
      guard let address = settings.optionalText(name) else { continue }
      if !address.hasPrefix("http://"), !address.hasPrefix("https://") {
        settings.add(name, "must begin with http:// or https://")
      }
      logs[area] = address.hasSuffix("/") ? String(address.dropLast()) : address
    }
    check(&settings)
  }

  private func check(_ settings: inout SettingsCollector) {
    if !Self.isLoopback(httpHost) {
      settings.add("REVIEW_HTTP_HOST", "must be a loopback address until access tokens exist")
    }
    if httpPort == adminPort {
      settings.add("REVIEW_ADMIN_PORT", "must differ from REVIEW_HTTP_PORT")
    }
    let isName = instance.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || byte == 0x2D || byte == 0x5F || byte == 0x2E
    }
    if !isName || instance.utf8.count > 60 {
      settings.add("REVIEW_INSTANCE", "must be at most 60 characters of A–Z a–z 0–9 . _ -")
    }
    if profile == .production, kafka.isEmbedded {
      settings.add("REVIEW_KAFKA_EMBEDDED", "must be false in the profile production")
    }
  }

  /// Whether only this machine can connect to `host`.
  static func isLoopback(_ host: String) -> Bool {
    if host == "localhost" || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}

extension RuntimeSettings.Postgres {
  fileprivate init(_ settings: inout SettingsCollector) {
    host = settings.text("REVIEW_POSTGRES_HOST")
    port = settings.integer("REVIEW_POSTGRES_PORT", in: 1...65_535, default: 5_432)
    database = settings.text("REVIEW_POSTGRES_DATABASE")
    user = settings.text("REVIEW_POSTGRES_USER")
    password = settings.secret(file: "REVIEW_POSTGRES_PASSWORD_FILE", required: false)
    owner = settings.text("REVIEW_POSTGRES_OWNER", default: "\(user)_owner")
    ownerPassword = settings.secret(
      file: "REVIEW_POSTGRES_OWNER_PASSWORD_FILE", required: false)
    pool = settings.integer("REVIEW_POSTGRES_POOL", in: 1...16, default: 6)
    processes = settings.integer("REVIEW_POSTGRES_PROCESSES", in: 1...1_000, default: 8)
    if owner == user {
      settings.add(
        "REVIEW_POSTGRES_OWNER",
        "must differ from REVIEW_POSTGRES_USER: the service may not own its tables")
    }
  }

  /// The connection string of libpq for one of the two roles.
  package func connectionString(owner asOwner: Bool) -> String {
    let values = [
      ("host", host), ("port", String(port)), ("dbname", database),
      ("user", asOwner ? owner : user),
      ("password", (asOwner ? ownerPassword : password)?.value ?? ""),
    ]
    return values.filter { !$0.1.isEmpty }.map { name, value in
      let quoted = value.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
      return "\(name)='\(quoted)'"
    }.joined(separator: " ")
  }
}

extension RuntimeSettings.Kafka {
  /// The beginning of settings that are handed to librdkafka.
  static let prefix = "REVIEW_KAFKA_PROPERTY_"
  /// Properties that may hold a secret, so that only a file can give them.
  static let secrets: Set<String> = [
    "sasl.password", "ssl.key.password", "ssl.key.pem", "ssl.keystore.password",
    "sasl.oauthbearer.client.secret",
  ]

  fileprivate init(_ settings: inout SettingsCollector) {
    bootstrapServers = settings.text("REVIEW_KAFKA_BOOTSTRAP_SERVERS").split(separator: ",").map {
      String($0.drop(while: \.isWhitespace))
    }
    isEmbedded = settings.flag("REVIEW_KAFKA_EMBEDDED")
    partitions = settings.integer("REVIEW_KAFKA_PARTITIONS", in: 1...1_000, default: 16)
    replication = settings.integer("REVIEW_KAFKA_REPLICATION", in: 1...9, default: 1)
    properties = [:]
    for name in settings.reader.names.filter({ $0.hasPrefix(Self.prefix) }).sorted() {
      guard let value = settings.optionalText(name) else { continue }
      let words = name.dropFirst(Self.prefix.count).lowercased().split(separator: "_")
      let isFile = words.count > 1 && words.last == "file"
      let property = (isFile ? words.dropLast() : words[...]).joined(separator: ".")
      if Self.secrets.contains(property), !isFile {
        settings.add(name, "holds a secret: name a file with \(name)_FILE")
      }
      properties[property] = isFile ? .file(value) : .text(value)
    }
  }
}
