import EventStream
import Synchronization

/// What readers and relays did about the faults; a story in which none of it happens proves little.
enum Occurrence: Int, CaseIterable, Sendable {
  case gapNoticed
  case repairAsked
  case startedOver
  case abandoned
  case sentAgain
  case repeatDropped
  case parked
  case released
  case handlerFailed
  case clusterChanged
  case relayStoodBy
}

/// Hears what the engine says and keeps what the checker and the totals need.
final class Witness: EngineObserver {
  private struct State {
    var counts = Array(repeating: 0, count: Occurrence.allCases.count)
    var gaps: [String] = []
    var stops: [String] = []
    var needsMotion = false
  }

  private let state = Mutex(State())

  func observe(_ event: EngineEvent) {
    switch event {
    case .gap(let consumer, let gap, let asked):
      count(.gapNoticed)
      if asked { count(.repairAsked) }
      let text = "\(consumer) misses \(gap.stream)@\(gap.from)…\(gap.through)"
      state.withLock { $0.gaps.append(text) }
    case .startedOver: count(.startedOver)
    case .abandoned: count(.abandoned)
    case .resent(let records): count(.sentAgain, records)
    case .applied(_, let report, _): count(.repeatDropped, report.repeated)
    case .parked: count(.parked)
    case .released: count(.released)
    case .handlerFailed: count(.handlerFailed)
    case .publishedClusterChanged: count(.clusterChanged)
    case .publicationGuardTripped(let tripped):
      state.withLock { $0.stops.append(tripped.description) }
    default: break
    }
  }

  /// Takes note of what the engine leaves to its caller to tell.
  func count(_ occurrence: Occurrence, _ number: Int = 1) {
    state.withLock { $0.counts[occurrence.rawValue] += number }
  }

  /// A consumer or relay stopped for good because the broker is not the one it knows.
  func stopped(_ reason: String) { state.withLock { $0.stops.append(reason) } }

  /// The broker lost something in a way that shows only when its streams move on.
  ///
  /// A record that was swallowed alone is missed when a later one of its stream comes; a partition
  /// that lost all it had looks like an empty one. Decision 0006 takes both into account.
  func lostUnseen() { state.withLock { $0.needsMotion = true } }

  /// Whether streams must move on before everything can be repaired.
  var needsMotion: Bool { state.withLock { $0.needsMotion } }

  /// Gaps that consumers noticed, in order.
  var gaps: [String] { state.withLock { $0.gaps } }

  /// Guards that tripped.
  var stops: [String] { state.withLock { $0.stops } }

  /// How often each thing happened.
  var counts: [Occurrence: Int] {
    let counts = state.withLock { $0.counts }
    return Dictionary(uniqueKeysWithValues: Occurrence.allCases.map { ($0, counts[$0.rawValue]) })
  }
}
