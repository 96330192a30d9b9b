import EventStream
import Operations
import ReviewEvents
import Synchronization

/// The topic of the service under test, one record on each page.
final class SampleTopic: OwnTopic {
  struct Lost: Error {}

  struct State: Sendable {
    var records: [EventEnvelope] = []
    var cluster: String? = "cluster-1"
    var beginnings: [String] = []
    /// After how many pages of which reading the broker goes away.
    var breaksOff: (reading: Int, pages: Int)?
    var readings = 0
  }

  let state = Mutex(State())

  func open() async throws -> any OwnTopicFeed {
    state.withLock { state in
      state.readings += 1
      let isBroken = state.breaksOff?.reading == state.readings
      return Feed(
        records: state.records, cluster: state.cluster, beginnings: state.beginnings,
        pagesMax: isBroken ? state.breaksOff?.pages : nil)
    }
  }

  func openNewest(within limit: Duration) async throws -> any OwnTopicFeed {
    state.withLock { state in
      Feed(
        records: Array(state.records.suffix(1)), cluster: state.cluster, beginnings: [],
        pagesMax: nil)
    }
  }

  private actor Feed: OwnTopicFeed {
    private var rest: ArraySlice<EventEnvelope>
    private let clusterID: String?
    private let beginnings: [String]
    private var pagesLeft: Int?

    init(records: [EventEnvelope], cluster: String?, beginnings: [String], pagesMax: Int?) {
      rest = records[...]
      clusterID = cluster
      self.beginnings = beginnings
      pagesLeft = pagesMax
    }

    func next(limit: Int) async throws -> [EventEnvelope]? {
      if let left = pagesLeft {
        guard left > 0 else { throw Lost() }
        pagesLeft = left - 1
      }
      return rest.popFirst().map { [$0] }
    }

    func facts(of stream: StreamID, from sequence: Int64, limit: Int) async throws
      -> [EventEnvelope]?
    { nil }
    func bookmark() async -> String { "" }
    func cluster() async -> String? { clusterID }
    func lostBeginnings() async -> [String] { beginnings }
    func close() async {}
  }
}
