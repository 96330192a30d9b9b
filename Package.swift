// swift-tools-version:6.2
import PackageDescription

// Every target compiles under the same strict settings; the folders show the arrows, and
// `TidyTests` compares what stands here with the list of allowed arrows.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let lifecycle: Target.Dependency = .product(
  name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let coreMetrics: Target.Dependency = .product(name: "CoreMetrics", package: "swift-metrics")
let configuration: Target.Dependency = .product(
  name: "Configuration", package: "swift-configuration")
let arguments: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let httpClient: Target.Dependency = .product(
  name: "AsyncHTTPClient", package: "async-http-client")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")

// MARK: The four services

/// Domain, read models, service and executable of one service; nothing reaches another service.
///
/// What replay needs of a service is its read models, which know no way to send.
///
/// `shared` is what both its read models and its routes use.
func service(
  _ name: String, folder: String, executable: String, shared: [Target.Dependency] = [],
  extra: [Target.Dependency] = []
) -> [Target] {
  [
    .target(
      name: "\(name)Domain", dependencies: ["ReviewEvents", "ReviewRules"],
      path: "Services/\(folder)/Domain", swiftSettings: strict),
    .target(
      name: "\(name)ReadModels",
      dependencies: [
        .target(name: "\(name)Domain"), "ReviewEvents", "ReviewRules", "EventStream",
      ] + shared,
      path: "Services/\(folder)/ReadModels", swiftSettings: strict),
    .target(
      name: "\(name)Service",
      dependencies: [
        .target(name: "\(name)Domain"), .target(name: "\(name)ReadModels"), "ReviewEvents",
        "ReviewRules", "EventStream", "ServiceRuntime", lifecycle, logging, metrics,
      ] + shared + extra,
      path: "Services/\(folder)/Service", resources: [.embedInCode("Storage/Migrations")],
      swiftSettings: strict),
    .executableTarget(
      name: executable,
      dependencies: [
        .target(name: "\(name)Service"), .target(name: "\(name)ReadModels"), "Composition",
        "ReviewEvents",
      ],
      path: "Services/\(folder)/Run", swiftSettings: strict),
  ]
}

let services: [Target] =
  service("Intake", folder: "Intake", executable: "intake")
  + service(
    "CaseTracking", folder: "CaseTracking", executable: "case-tracking",
    shared: ["OrganisationTerms"])
  + service("Rating", folder: "Rating", executable: "rating", shared: ["OrganisationTerms"])
  + service(
    "Notification", folder: "Notification", executable: "notification",
    extra: ["SMTPMail", "NotificationMessages"])
  + [
    .target(
      name: "SMTPMail", dependencies: ["CCurl", "Threads"], path: "Services/Notification/Mail",
      swiftSettings: strict),
    .target(
      name: "NotificationMessages", dependencies: [mustache],
      path: "Services/Notification/Messages", resources: [.embedInCode("Templates")],
      swiftSettings: strict),
  ]

// MARK: Shared

let shared: [Target] = [
  .systemLibrary(
    name: "CLibPQ", path: "Shared/CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
  .systemLibrary(
    name: "CRdKafka", path: "Shared/CRdKafka", pkgConfig: "rdkafka",
    providers: [.apt(["librdkafka-dev"])]),
  .systemLibrary(
    name: "CCurl", path: "Shared/CCurl", pkgConfig: "libcurl",
    providers: [.apt(["libcurl4-openssl-dev"])]),
  .systemLibrary(
    name: "CZlib", path: "Shared/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
  .target(name: "ReviewEvents", path: "Shared/ReviewEvents", swiftSettings: strict),
  .target(
    name: "ReviewRules", dependencies: ["ReviewEvents"], path: "Shared/ReviewRules",
    swiftSettings: strict),
  .target(
    name: "RuleSets", dependencies: ["ReviewRules", "ReviewEvents", yams],
    path: "Shared/RuleSets", swiftSettings: strict),
  .target(
    name: "EventStream", dependencies: ["ReviewEvents"], path: "Shared/EventStream",
    swiftSettings: strict),
  .target(
    name: "OrganisationTerms", dependencies: ["EventStream", "ReviewEvents"],
    path: "Shared/OrganisationTerms", swiftSettings: strict),
  .target(
    name: "EventRelay", dependencies: ["EventStream", "ReviewEvents"], path: "Shared/EventRelay",
    swiftSettings: strict),
  .target(name: "Threads", path: "Shared/Threads", swiftSettings: strict),
  .target(
    name: "Compression", dependencies: ["CZlib"], path: "Shared/Compression",
    swiftSettings: strict),
  .target(name: "TextForms", path: "Shared/TextForms", swiftSettings: strict),
  .target(
    name: "Spreadsheet", dependencies: ["Compression", "TextForms"], path: "Shared/Spreadsheet",
    swiftSettings: strict),
  .target(
    name: "PostgresStore",
    dependencies: ["CLibPQ", "Threads", "EventStream", "ReviewEvents", logging],
    path: "Shared/PostgresStore", resources: [.embedInCode("Migrations")], swiftSettings: strict),
  .target(
    name: "KafkaStream",
    dependencies: ["CRdKafka", "Threads", "EventStream", "ReviewEvents"],
    path: "Shared/KafkaStream", swiftSettings: strict),
  .target(
    name: "Telemetry", dependencies: [logging, metrics, coreMetrics], path: "Shared/Telemetry",
    swiftSettings: strict),
  .target(
    name: "ServiceRuntime",
    dependencies: [
      "EventStream", "ReviewEvents", "ReviewRules", "Spreadsheet", "Telemetry", "TextForms",
      hummingbird, httpTypes, nioCore, lifecycle, signals, logging, metrics, configuration, crypto,
      arguments,
    ],
    path: "Shared/ServiceRuntime", swiftSettings: strict),
  .target(
    name: "Replay", dependencies: ["EventStream", "ReviewEvents"], path: "Shared/Replay",
    swiftSettings: strict),
  .target(
    name: "LogArchive", dependencies: ["Compression"], path: "Shared/LogArchive",
    swiftSettings: strict),
  .target(
    name: "Operations",
    dependencies: [
      "LogArchive", "Replay", "ServiceRuntime", "EventStream", "ReviewEvents", crypto,
    ],
    path: "Shared/Operations", swiftSettings: strict),
  .target(
    name: "ReplayComposition",
    dependencies: [
      "Operations", "Replay", "PostgresStore", "KafkaStream", "ServiceRuntime", "EventStream",
      "ReviewEvents", logging, httpClient, nioCore, nioHTTP1,
    ],
    path: "Shared/ReplayComposition", swiftSettings: strict),
  .target(
    name: "Composition",
    dependencies: [
      "ReplayComposition", "Operations", "Replay", "ServiceRuntime", "PostgresStore", "KafkaStream",
      "EventRelay", "EventStream",
      "ReviewEvents", "RuleSets", "ReviewRules", lifecycle, logging, arguments, configuration,
    ],
    path: "Shared/Composition", swiftSettings: strict),
  .target(
    name: "PostgresTestSupport", dependencies: ["PostgresStore", "EventStream", logging],
    path: "Shared/PostgresTestSupport", swiftSettings: strict),
  .target(
    name: "TestSupport", dependencies: ["EventStream", "ReviewEvents", "Spreadsheet", logging],
    path: "Shared/TestSupport", swiftSettings: strict),
]

// MARK: Tools of the local stack

let tools: [Target] = [
  .target(
    name: "BrokerSockets", path: "Services/EmbeddedBroker/Sockets",
    cSettings: [.unsafeFlags(["-fvisibility=default"])]),
  .executableTarget(
    name: "embedded-broker", dependencies: ["CRdKafka", "BrokerSockets", arguments],
    path: "Services/EmbeddedBroker/Run", swiftSettings: strict,
    linkerSettings: [.unsafeFlags(["-Xlinker", "--export-dynamic"])]),
  .target(
    name: "RehearsalModel", path: "Services/Rehearsal/Model", swiftSettings: strict),
  .executableTarget(
    name: "rehearsal", dependencies: ["RehearsalModel", arguments, httpClient, nioCore, nioHTTP1],
    path: "Services/Rehearsal/Run", swiftSettings: strict),
  .executableTarget(
    name: "microbenchmarks",
    dependencies: ["EventStream", "RatingDomain", "ReviewEvents", "ReviewRules", "ServiceRuntime"],
    path: "Tests/Benchmarks/Micro", exclude: ["thresholds.json"], swiftSettings: strict),
  .executableTarget(
    name: "mail-transport", dependencies: ["SMTPMail"], path: "Tests/Benchmarks/MailTransport",
    swiftSettings: strict),
]

// MARK: Floors of the benchmark, which nobody ships

let floors: [Target] = [
  .executableTarget(
    name: "hello-floor", dependencies: [hummingbird, logging], path: "Tests/Benchmarks/Hello",
    swiftSettings: strict)
]

// MARK: Tests

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, path: "Tests/\(name)",
    exclude: testResources[name] ?? [], swiftSettings: strict)
}

/// Files that tests find by their own path instead of a bundle.
let testResources: [String: [String]] = [
  "ReviewEventsTests": ["Golden"],
  "SimulationTests": ["seeds.txt"],
  "SMTPMailTests": ["Resources"],
  "NotificationMessagesTests": ["Golden"],
]

let hummingbirdTesting: Target.Dependency = .product(
  name: "HummingbirdTesting", package: "hummingbird")

/// What a test of a service's routes and projections needs.
let serviceTests: [Target.Dependency] = [
  "ServiceRuntime", "PostgresStore", "EventStream", "ReviewEvents", "ReviewRules", "RuleSets",
  "TestSupport", "Telemetry", logging, hummingbird, hummingbirdTesting, httpTypes, nioCore,
  configuration,
]

let testTargets: [Target] = [
  tests("IntakeDomainTests", ["IntakeDomain", "ReviewEvents", "ReviewRules", "TestSupport"]),
  tests(
    "CaseTrackingDomainTests",
    ["CaseTrackingDomain", "ReviewEvents", "ReviewRules", "TestSupport"]),
  tests("RatingDomainTests", ["RatingDomain", "ReviewEvents", "ReviewRules"]),
  tests(
    "NotificationDomainTests",
    ["NotificationDomain", "ReviewEvents", "ReviewRules", "TestSupport"]),
  tests("ReviewEventsTests", ["ReviewEvents"]),
  tests("RuleSetsTests", ["RuleSets", "ReviewRules", "ReviewEvents"]),
  tests("SimulationTests", ["EventStream", "EventRelay", "ReviewEvents", "TestSupport"]),
  tests("EventStreamTests", ["EventStream", "EventRelay", "ReviewEvents", "TestSupport"]),
  tests("ThreadsTests", ["Threads"]),
  tests("CompressionTests", ["Compression"]),
  tests("SpreadsheetTests", ["Spreadsheet", "TestSupport"]),
  tests("SMTPMailTests", ["SMTPMail"]),
  tests("NotificationMessagesTests", ["NotificationMessages"]),
  tests(
    "PostgresStoreTests",
    ["PostgresStore", "Threads", "EventStream", "ReviewEvents", logging]),
  tests("KafkaStreamTests", ["KafkaStream", "EventStream", "ReviewEvents"]),
  tests(
    "ContractTests",
    [
      "EventStream", "EventRelay", "ReviewEvents", "TestSupport", "PostgresStore", "KafkaStream",
      logging,
    ]),
  tests("TelemetryTests", ["Telemetry", logging, metrics, coreMetrics]),
  tests("ServiceRuntimeTests", serviceTests),
  tests(
    "IntakeServiceTests",
    ["IntakeService", "IntakeReadModels", "IntakeDomain"] + serviceTests),
  tests(
    "CaseTrackingServiceTests",
    ["CaseTrackingService", "CaseTrackingReadModels", "CaseTrackingDomain", "OrganisationTerms"]
      + serviceTests),
  tests(
    "RatingServiceTests",
    // What the readers keep of the organisation must say what the writer's own fold says.
    [
      "RatingService", "RatingReadModels", "RatingDomain", "Replay", "OrganisationTerms",
      "IntakeDomain",
    ] + serviceTests),
  tests(
    "NotificationServiceTests",
    ["NotificationService", "NotificationReadModels", "NotificationDomain", "SMTPMail"]
      + serviceTests),
  tests("RehearsalModelTests", ["RehearsalModel"]),
  tests(
    "ReplayTests",
    [
      "Replay", "PostgresStore", "PostgresTestSupport", "EventStream", "ReviewEvents",
      "TestSupport", logging,
    ]),
  tests(
    "OperationsTests",
    [
      "Operations", "Replay", "PostgresStore", "PostgresTestSupport", "ServiceRuntime",
      "EventStream", "ReviewEvents",
      "TestSupport", logging, crypto, hummingbird, hummingbirdTesting, httpTypes, nioCore,
    ]),
  tests("SystemTests", ["RehearsalModel", httpClient, nioCore, nioHTTP1]),
  tests("TidyTests", []),
]

let package = Package(
  name: "kiemdiem",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
    .package(url: "https://github.com/apple/swift-configuration", exact: "1.4.0"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
  ],
  targets: shared + services + tools + floors + testTargets,
  swiftLanguageModes: [.v6]
)
