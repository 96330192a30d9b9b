import ReviewEvents
import Synchronization

/// Who was the active relay when, as the server of the lock saw it.
final class RelayLedger: Sendable {
  /// Something that happened to the lock of a service's relay.
  enum Entry: Hashable, Sendable {
    /// A relay got the lock.
    case took(ServiceArea, tenure: Int)
    /// A transaction of the connection that holds the lock was committed.
    case worked(ServiceArea, tenure: Int)
    /// The relay gave the lock back, or ended with it.
    case gaveUp(ServiceArea, tenure: Int)
    /// The connection was lost, and the lock with it.
    case lost(ServiceArea)
  }

  private let state = Mutex<(entries: [Entry], tenures: Int)>(([], 0))

  func note(_ entry: Entry) { state.withLock { $0.entries.append(entry) } }

  /// Takes note of a relay that got the lock.
  /// - Returns: the number of its tenure.
  func take(_ area: ServiceArea) -> Int {
    state.withLock { state in
      state.tenures += 1
      state.entries.append(.took(area, tenure: state.tenures))
      return state.tenures
    }
  }

  /// Everything noted, in order.
  var entries: [Entry] { state.withLock { $0.entries } }
}
