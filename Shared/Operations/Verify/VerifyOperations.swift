public import EventStream

/// Whether what a service holds is consistent in itself and with the other services.
///
/// Two operations, because only one of them writes: `verify log` can run every night without a name
/// and a reason; `verify read-models` builds shadows, takes the lock of replay and needs room, so it
/// is audited.
public enum VerifyOperations {
  /// Both of them.
  public static func all(_ site: ReplaySite, _ subscriptions: [Subscription]) -> [Operation] {
    [log(site, subscriptions), readModels(site)]
  }

  /// The most findings of each kind that are named; all are counted.
  private static let named = OperationParameter.optional(
    "named", .number(1...1_000), "how many findings of each check to name; 20")

  private static func log(_ site: ReplaySite, _ subscriptions: [Subscription]) -> Operation {
    .reads(
      "verify log",
      "Checks sequences, outbox and fences; writes nothing; exit code 1 when anything is found",
      [named]
    ) { call in
      let namedMax = Int(call.input.number("named") ?? 20)
      var checks = [
        try await LogCheck(site.store, call, namedMax: namedMax).sequences(),
        try await LogCheck(site.store, call, namedMax: namedMax).outbox(),
      ]
      for subscription in subscriptions {
        checks.append(
          try await FenceCheck(site, subscription, call, namedMax: namedMax).run())
      }
      return VerifyAnswer(checks: checks)
    }
  }

  private static func readModels(_ site: ReplaySite) -> Operation {
    .changes(
      "verify read-models",
      "Rebuilds every read model in a shadow, compares and drops it; the live tables stay as they are",
      [.optional("read-model", .text, "only this read model")]
    ) { call in
      let models = site.models.filter { model in
        call.input.text("read-model").map { $0 == model.name.description } ?? true
      }
      guard !models.isEmpty else {
        throw OperationRefusal("unknown-read-model", "this service has no such read model")
      }
      var checks: [VerifyCheck] = []
      for model in models { checks.append(try await ReadModelCheck(site, model, call).run()) }
      call.counts.set("found", checks.reduce(0) { $0 + $1.found })
      return VerifyAnswer(checks: checks)
    }
  }
}

/// What one check came to.
struct VerifyCheck: Encodable, Sendable, Hashable {
  enum Verdict: String, Encodable, Sendable {
    case ok
    case found
    /// The check could not be made; never taken for ok.
    case unknown
  }

  let name: String
  /// How many rows, streams or tables were looked at.
  var looked: Int64 = 0
  /// How many of them are not as they should be.
  var found: Int64 = 0
  /// Some of them.
  var findings: [String] = []
  /// Why the check was not made.
  var unknown: String?

  init(_ name: String) { self.name = name }

  var verdict: Verdict { unknown != nil ? .unknown : found > 0 ? .found : .ok }

  mutating func note(_ finding: String, namedMax: Int) {
    found += 1
    if findings.count < namedMax { findings.append(finding) }
  }

  private enum Key: String, CodingKey { case name, verdict, looked, found, findings, unknown }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(name, forKey: .name)
    try container.encode(verdict, forKey: .verdict)
    try container.encode(looked, forKey: .looked)
    try container.encode(found, forKey: .found)
    try container.encode(findings, forKey: .findings)
    try container.encodeIfPresent(unknown, forKey: .unknown)
  }
}

/// All checks.
struct VerifyAnswer: OperationAnswer {
  let checks: [VerifyCheck]

  /// 1 when anything was found, or could not be looked at.
  var exitCode: Int32 { checks.allSatisfy { $0.verdict == .ok } ? 0 : 1 }

  var text: String {
    checks.map { check in
      let head =
        switch check.verdict {
        case .ok: "ok       \(check.name): \(check.looked) looked at"
        case .found: "FOUND    \(check.name): \(check.found) of \(check.looked)"
        case .unknown: "UNKNOWN  \(check.name): \(check.unknown ?? "")"
        }
      return ([head] + check.findings.map { "  \($0)" }).joined(separator: "\n")
    }.joined(separator: "\n")
  }
}
