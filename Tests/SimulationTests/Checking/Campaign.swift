import Foundation
import Synchronization

/// Many stories, on as many cores as there are.
enum Campaign {
  /// What came of them.
  struct Report: Sendable {
    var stories = 0
    var violations: [Violation] = []
    var faults: [Fault: Int] = [:]
    var occurrences: [Occurrence: Int] = [:]

    mutating func add(_ history: History) {
      stories += 1
      violations += Checker.check(history)
      faults.merge(history.faults) { $0 + $1 }
      occurrences.merge(history.occurrences) { $0 + $1 }
    }

    mutating func add(_ other: Report) {
      stories += other.stories
      violations += other.violations
      faults.merge(other.faults) { $0 + $1 }
      occurrences.merge(other.occurrences) { $0 + $1 }
    }
  }

  /// How many violations all workers have found.
  private final class Total: Sendable {
    private let number = Mutex(0)
    var value: Int { number.withLock { $0 } }
    func add(_ more: Int) { number.withLock { $0 += more } }
  }

  /// Plays `seeds`; stops soon after `violationsMax` violations, when nothing new is learned.
  static func play(_ seeds: [UInt64], violationsMax: Int = 20) async throws -> Report {
    let workers = max(1, ProcessInfo.processInfo.activeProcessorCount)
    let found = Total()
    return try await withThrowingTaskGroup(of: Report.self) { group in
      for worker in 0..<workers {
        group.addTask {
          var report = Report()
          for place in stride(from: worker, to: seeds.count, by: workers)
          where found.value < violationsMax {
            let known = report.violations.count
            report.add(try await Simulation(seed: seeds[place]).play())
            found.add(report.violations.count - known)
          }
          return report
        }
      }
      return try await group.reduce(into: Report()) { $0.add($1) }
    }
  }
}
