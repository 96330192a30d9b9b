import Foundation

/// A block of ports of which none is taken.
struct Ports: Sendable {
  /// What each further instance of a service adds.
  static let instanceStep = 50
  /// Below the ports that the system hands out by itself.
  private static let blocks = stride(from: 26_200, to: 28_800, by: 200)

  let base: Int

  var postgres: Int { base }
  var broker: Int { base + 1 }
  var smtp: Int { base + 2 }
  var postgresProxy: Int { base + 3 }
  var brokerProxy: Int { base + 4 }
  var smtpProxy: Int { base + 5 }

  func http(_ service: Service, _ number: Int = 1) -> Int {
    base + 10 + service.place + (number - 1) * Self.instanceStep
  }

  func admin(_ service: Service, _ number: Int = 1) -> Int {
    base + 20 + service.place + (number - 1) * Self.instanceStep
  }

  /// A free block.
  static func free(instances: [Service: Int]) async throws -> Ports {
    for base in blocks.shuffled() {
      let ports = Ports(base: base)
      if try await ports.areFree(instances) { return ports }
    }
    throw Trouble("no block of ports is free")
  }

  /// Whether nobody answers on any port that a stack with `instances` uses.
  private func areFree(_ instances: [Service: Int]) async throws -> Bool {
    var all = [postgres, broker, smtp, postgresProxy, brokerProxy, smtpProxy]
    for service in Service.allCases {
      for number in 1...(instances[service] ?? 1) {
        all += [http(service, number), admin(service, number)]
      }
    }
    let script =
      "for p in \(all.map(String.init).joined(separator: " ")); do "
      + "if (: </dev/tcp/127.0.0.1/$p) 2>/dev/null; then exit 1; fi; done"
    return try await Command(
      arguments: ["/bin/bash", "-c", script], environment: [:],
      output: URL(filePath: "/dev/null")
    ).run() == 0
  }
}
