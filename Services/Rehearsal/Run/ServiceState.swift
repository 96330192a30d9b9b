import Foundation

/// What an instance says of itself on its admin port.
struct ServiceState: Decodable, Sendable {
  struct Outbox: Decodable, Sendable { let rows: Int }
  struct Parked: Decodable, Sendable {
    let streams: Int
    let events: Int
  }

  let state: String
  /// Missing, like ``parked`` and ``gaps``, while the service's database is away.
  let outbox: Outbox?
  let lag: [String: Int64]
  let parked: Parked?
  let gaps: Int?

  /// Why this is not rest; empty when it is.
  var unrest: [String] {
    guard let outbox, let parked, let gaps else { return ["the database is away"] }
    var reasons: [String] = []
    if outbox.rows > 0 { reasons.append("outbox \(outbox.rows)") }
    for (consumer, records) in lag.sorted(by: { $0.key < $1.key }) where records > 0 {
      reasons.append("lag of \(consumer) \(records)")
    }
    if parked.events > 0 { reasons.append("parked \(parked.events)") }
    if gaps > 0 { reasons.append("gaps \(gaps)") }
    return reasons
  }
}

/// What notification says of its mail.
struct MailState: Decodable, Sendable {
  struct Counts: Decodable, Sendable {
    let pending: Int
    let sending: Int
    let sent: Int
    let uncertain: Int
    let refused: Int
  }

  struct Dropped: Decodable, Sendable {
    let unreachable: Int
    let superseded: Int
    let fulfilled: Int
  }

  let mails: [String: Counts]
  let states: Counts
  let dropped: Dropped
  let evaluatedThrough: String?
}
