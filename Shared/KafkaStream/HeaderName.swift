/// The headers this system reads and writes (`docs/reference/wire.md`), in the order in which it
/// writes them.
enum HeaderName: Int, CaseIterable, Sendable {
  case specVersion, id, type, source, subject, time, sequence, dataVersion, actor, contentType
  case correlationID, causationID, traceparent, republished

  /// The name on the wire.
  var spelling: String {
    switch self {
    case .specVersion: "ce_specversion"
    case .id: "ce_id"
    case .type: "ce_type"
    case .source: "ce_source"
    case .subject: "ce_subject"
    case .time: "ce_time"
    case .sequence: "ce_sequence"
    case .dataVersion: "ce_dataversion"
    case .actor: "ce_actor"
    case .contentType: "content-type"
    case .correlationID: "correlationid"
    case .causationID: "causationid"
    case .traceparent: "traceparent"
    case .republished: "republished"
    }
  }

  static let count = allCases.count
  private static let spellings = allCases.map { Array($0.spelling.utf8) }
  private static let cStrings = allCases.map { Array($0.spelling.utf8CString) }

  /// The name as C wants it, made once and not for each record.
  var cString: [CChar] { Self.cStrings[rawValue] }

  /// The name that is spelled like this.
  ///
  /// - Parameter guess: the place that is looked at first: headers mostly come in the order in
  ///   which they were written.
  init?(spelling: Span<UInt8>, guess: Int) {
    if guess < Self.count, spelling.equals(Self.spellings[guess]) {
      self.init(rawValue: guess)
      return
    }
    let place = Self.spellings.indices.first { spelling.equals(Self.spellings[$0]) }
    guard let place else { return nil }
    self.init(rawValue: place)
  }
}

extension Span<UInt8> {
  fileprivate func equals(_ other: [UInt8]) -> Bool { equals(other.span) }

  /// Whether both hold the same bytes.
  func equals(_ other: Span<UInt8>) -> Bool {
    count == other.count && indices.allSatisfy { self[$0] == other[$0] }
  }
}
