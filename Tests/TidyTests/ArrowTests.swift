import Foundation
import Testing

/// Which module may know which, written down once and compared with the package and with the
/// imports of every file.
enum Arrows {
  static let services = ["Intake", "CaseTracking", "Rating", "Notification"]

  /// Modules of this project that each module may import.
  static let allowed: [String: Set<String>] = {
    var allowed: [String: Set<String>] = [
      "ReviewEvents": [],
      "ReviewRules": ["ReviewEvents"],
      "RuleSets": ["ReviewEvents", "ReviewRules"],
      "EventStream": ["ReviewEvents"],
      // What reading services keep of the organisation; who may use it stands below.
      "OrganisationTerms": ["EventStream", "ReviewEvents"],
      "EventRelay": ["EventStream", "ReviewEvents"],
      "Threads": [],
      "PostgresStore": ["CLibPQ", "Threads", "EventStream", "ReviewEvents"],
      "KafkaStream": ["CRdKafka", "Threads", "EventStream", "ReviewEvents"],
      "Telemetry": [],
      "Compression": ["CZlib"],
      "TextForms": [],
      // What reads hostile files knows nothing of services.
      "Spreadsheet": ["Compression", "TextForms"],
      "ServiceRuntime": [
        "EventStream", "ReviewEvents", "ReviewRules", "Spreadsheet", "Telemetry", "TextForms",
      ],
      // What replay is made of: it reaches nothing that can send (contract 12).
      "Replay": ["EventStream", "ReviewEvents"],
      // Years of the log in files are zlib's and the disk's alone.
      "LogArchive": ["Compression"],
      "Operations": ["LogArchive", "Replay", "ServiceRuntime", "EventStream", "ReviewEvents"],
      "ReplayComposition": [
        "Operations", "Replay", "PostgresStore", "KafkaStream", "ServiceRuntime", "EventStream",
        "ReviewEvents",
      ],
      "Composition": [
        "ReplayComposition", "Operations", "Replay", "ServiceRuntime", "PostgresStore",
        "KafkaStream", "EventRelay", "EventStream",
        "ReviewEvents", "RuleSets", "ReviewRules", "Telemetry",
      ],
      "TestSupport": ["EventStream", "ReviewEvents", "Spreadsheet"],
      "PostgresTestSupport": ["PostgresStore", "EventStream"],
      "SMTPMail": ["CCurl", "Threads"],
      "NotificationMessages": [],
      "BrokerSockets": [],
      "embedded-broker": ["CRdKafka", "BrokerSockets"],
      "RehearsalModel": [],
      "rehearsal": ["RehearsalModel"],
      "hello-floor": [],
      "mail-transport": ["SMTPMail"],
      "microbenchmarks": [
        "EventStream", "RatingDomain", "ReviewEvents", "ReviewRules", "ServiceRuntime",
      ],
    ]
    for service in services {
      allowed["\(service)Domain"] = ["ReviewEvents", "ReviewRules"]
      allowed["\(service)ReadModels"] = [
        "\(service)Domain", "ReviewEvents", "ReviewRules", "EventStream",
      ]
      allowed["\(service)Service"] = [
        "\(service)Domain", "\(service)ReadModels", "ReviewEvents", "ReviewRules", "EventStream",
        "ServiceRuntime",
      ]
    }
    for reader in ["CaseTracking", "Rating"] {
      allowed["\(reader)ReadModels"]?.insert("OrganisationTerms")
      allowed["\(reader)Service"]?.insert("OrganisationTerms")
    }
    allowed["NotificationService"]?.formUnion(["SMTPMail", "NotificationMessages"])
    for (executable, service) in [
      "intake": "Intake", "case-tracking": "CaseTracking", "rating": "Rating",
      "notification": "Notification",
    ] {
      allowed[executable] = [
        "\(service)Service", "\(service)ReadModels", "Composition", "ReviewEvents",
      ]
    }
    return allowed
  }()

  /// The one folder that may import each C library, besides the broker for librdkafka
  /// (contract 26).
  static let importersOfC: [String: [String]] = [
    "CLibPQ": ["Shared/PostgresStore/"],
    "CRdKafka": ["Shared/KafkaStream/", "Services/EmbeddedBroker/"],
    "CCurl": ["Services/Notification/Mail/"],
    "CZlib": ["Shared/Compression/"],
  ]

  /// The modules that a file imports.
  static func imports(of text: String) -> Set<String> {
    Set(
      text.split(separator: "\n").compactMap { line in
        let words = line.split(separator: " ").map(String.init)
        guard let place = words.firstIndex(of: "import"), place <= 2,
          words.prefix(place).allSatisfy({
            ["public", "internal", "package", "private", "fileprivate"].contains($0)
              || $0.hasPrefix("@")
          }), words.count > place + 1
        else { return nil }
        let kinds = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
        let name = kinds.contains(words[place + 1]) ? words[place + 2] : words[place + 1]
        return name.split(separator: ".").first.map(String.init)
      })
  }

  /// The imports of project modules that `module` may not have.
  static func forbidden(_ imports: Set<String>, in module: String) -> Set<String> {
    let known = Set(allowed.keys).union(["CLibPQ", "CRdKafka", "CCurl", "CZlib"])
    return imports.intersection(known).subtracting(allowed[module] ?? []).subtracting([module])
  }
}

@Suite struct `The arrows between modules` {
  @Test func `of the package are the allowed ones and no others`() throws {
    let dump = try Project.package.get()
    let targets = dump.targets.filter { $0.type != "test" && $0.type != "system" }
    #expect(Set(targets.map(\.name)) == Set(Arrows.allowed.keys))
    for target in targets {
      let forbidden = Arrows.forbidden(target.arrows, in: target.name)
      #expect(forbidden.isEmpty, "\(target.name) must not depend on \(forbidden.sorted())")
    }
  }

  @Test func `of every file are the allowed ones and no others`() throws {
    let dump = try Project.package.get()
    for target in dump.targets where target.type != "test" && target.type != "system" {
      guard let path = target.path, target.name != "BrokerSockets" else { continue }
      for file in try Project.swiftFiles(in: path) {
        let forbidden = Arrows.forbidden(Arrows.imports(of: file.text), in: target.name)
        #expect(forbidden.isEmpty, "\(file.path) must not import \(forbidden.sorted())")
      }
    }
  }

  @Test func `to C libraries start in one place each`() throws {
    for folder in ["Shared", "Services"] {
      for file in try Project.swiftFiles(in: folder) {
        for (library, folders) in Arrows.importersOfC
        where Arrows.imports(of: file.text).contains(library) {
          #expect(
            folders.contains { file.path.hasPrefix($0) }, "\(file.path) must not import \(library)")
        }
      }
    }
  }

  @Test func `never lead from a domain to Foundation, a clock or concurrency`() throws {
    for service in Arrows.services {
      for file in try Project.swiftFiles(in: "Services/\(service)/Domain") {
        let foreign = Arrows.imports(of: file.text).subtracting(["ReviewEvents", "ReviewRules"])
        #expect(foreign.isEmpty, "\(file.path) imports \(foreign.sorted())")
        for word in ["Date()", "UUID()", " async ", "ContinuousClock", "await "] {
          #expect(!file.text.contains(word), "\(file.path) uses \(word)")
        }
      }
    }
  }

  /// Contract 12: whatever replay reaches, over any number of arrows, cannot send.
  @Test func `never lead from replay to a mail, a relay or a place where mails are planned`() throws
  {
    let arrows = Dictionary(
      uniqueKeysWithValues: try Project.package.get().targets.map { ($0.name, $0.arrows) })
    let readModels = Arrows.services.map { "\($0)ReadModels" }
    var reached: Set<String> = []
    var next = ["ReplayComposition"] + readModels
    while let target = next.popLast() {
      guard reached.insert(target).inserted else { continue }
      next += arrows[target] ?? []
    }
    #expect(reached.isSuperset(of: ["Replay", "Operations", "EventStream"]))
    #expect(
      reached.isDisjoint(with: [
        "EventRelay", "SMTPMail", "NotificationMessages", "CCurl", "Composition",
      ]))
    #expect(reached.isDisjoint(with: Arrows.services.map { "\($0)Service" }))
  }

  @Test func `what replay is made of names no table of mails and no queue`() throws {
    let folders =
      ["Shared/Replay"]
      + Arrows.services.map { folder in
        "Services/\(folder)/ReadModels"
      }
    for folder in folders {
      for file in try Project.swiftFiles(in: folder) {
        for pattern in ["(from|into|update|join) +(delivery|outbox|recipient|event_log)\\b"] {
          #expect(file.text.firstMatch(of: try Regex(pattern)) == nil, "\(file.path)")
        }
      }
    }
  }

  @Test func `an arrow added on purpose is found`() {
    let planted = Arrows.imports(of: "public import RatingService\n@testable import IntakeDomain\n")
    #expect(planted == ["RatingService", "IntakeDomain"])
    #expect(Arrows.forbidden(planted, in: "IntakeService") == ["RatingService"])
    #expect(Arrows.forbidden(["CLibPQ"], in: "IntakeService") == ["CLibPQ"])
    #expect(Arrows.forbidden(["PostgresStore"], in: "RatingService") == ["PostgresStore"])
  }
}
