public import EventStream
public import ReviewEvents

/// Why a topic cannot be read as asked; asking again changes nothing.
public enum TopicReadingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The broker does not have the record that comes next, only those from the oldest to before the
  /// end of `held`; `nil` when that could not be learned.
  case lost(TopicPartition, wanted: Int64, held: Range<Int64>?)
  /// The broker keeps no times, so that nothing can be found by them.
  case timesUnknown(Topic)
  /// Another cluster answers than the one in which reading began: offsets mean other records there.
  case otherCluster(Topic)

  /// One sentence, with the way out.
  public var description: String {
    switch self {
    case .lost(let partition, let wanted, let held):
      let rest = held.map { "its oldest is \($0.lowerBound) and its end \($0.upperBound)" }
      return "\(partition) has no offset \(wanted): \(rest ?? "what it has is unknown"); "
        + "read the event log instead"
    case .timesUnknown(let topic):
      return "the broker of \(topic) keeps no times; read the event log instead"
    case .otherCluster(let topic):
      return "another cluster answers for \(topic) than at the beginning; begin anew"
    }
  }
}
