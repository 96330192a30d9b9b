public import EventStream
import Synchronization

/// Keeps what the engine said, for tests to look at.
public final class RecordingObserver: EngineObserver {
  private let kept = Mutex<[EngineEvent]>([])

  /// An observer that heard nothing yet.
  public init() {}

  /// Keeps `event`.
  public func observe(_ event: EngineEvent) { kept.withLock { $0.append(event) } }

  /// Everything heard, oldest first.
  public var events: [EngineEvent] { kept.withLock { $0 } }

  /// What `pick` makes of the events heard.
  public func all<Value>(_ pick: (EngineEvent) -> Value?) -> [Value] { events.compactMap(pick) }

  /// The batches that were applied.
  public var batches: [BatchReport] {
    all { if case .applied(_, let report, _) = $0 { report } else { nil } }
  }

  /// The guards that tripped.
  public var tripped: [OffSeasonGuard] {
    all { if case .guardTripped(let guarded) = $0 { guarded } else { nil } }
  }

  /// Forgets what was heard.
  public func clear() { kept.withLock { $0 = [] } }
}
