import Foundation

/// What came, how often, and how long it took until everything was well again.
struct ChaosReport: CustomStringConvertible {
  let strikes: [Nemesis.Strike]
  /// Kinds that this machine does not allow.
  let impossible: [Fault.Kind]

  var description: String {
    let kinds = Fault.Kind.allCases.map { kind in
      let recoveries = strikes.filter { $0.fault.kind == kind }.map(\.recovery).sorted()
      guard let longest = recoveries.last else {
        let why = impossible.contains(kind) ? "not possible here" : "did not come"
        return "| \(kind.rawValue) | 0 | \(why) | |"
      }
      let median = recoveries[recoveries.count / 2]
      return "| \(kind.rawValue) | \(recoveries.count) | \(Self.seconds(median)) |"
        + " \(Self.seconds(longest)) |"
    }
    let head = ["| fault | times | well again after s, median | longest |", "|---|---|---|---|"]
    return (head + kinds).joined(separator: "\n")
  }

  /// Seconds with one decimal.
  static func seconds(_ duration: Duration) -> String {
    duration.formatted(.units(allowed: [.seconds], fractionalPart: .show(length: 1)))
      .filter { $0.isNumber || $0 == "." }
  }
}
