public import EventStream
public import ReviewEvents

/// Why a rebuild, a comparison or an exchange is not done.
public enum ReplayRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// Somebody else works on the same read model.
  case busy(ReadModelName)
  /// The writer's log does not hold facts that were applied live.
  case factsMissing(StreamID, from: Int64)
  /// The live consumer is always ahead of the feed.
  case cannotCatchUp(ConsumerName, StreamID)
  /// The shadow is not complete.
  case incomplete(ReadModelName)
  /// The shadow was not found equal, and nobody accepted it as it is.
  case notCompared(ReadModelName)
  /// A consumer went on for as long as it was waited for.
  case consumerBusy(ConsumerName)

  /// What stands in the way, and what to do.
  public var description: String {
    switch self {
    case .busy(let model): "another operation works on \(model): wait for it, or cancel it"
    case .factsMissing(let stream, let sequence):
      "the writer's log lacks \(stream) from sequence \(sequence) on, which was applied here: run "
        + "`verify`, and see the runbook for a service restored to an earlier moment"
    case .cannotCatchUp(let consumer, let stream):
      "\(consumer) is ahead of the topic, for example in \(stream): run again with --from-log"
    case .incomplete(let model):
      "the shadow of \(model) is not complete: run `replay run` to its end first"
    case .notCompared(let model):
      "the shadow of \(model) was not found equal: run `replay compare`, then `replay accept` if "
        + "the difference is what you want"
    case .consumerBusy(let consumer): "\(consumer) did not pause in time: try again"
    }
  }
}
