import EventStream
import Foundation
import RatingDomain
import ReviewEvents
import ReviewRules
import ServiceRuntime

/// Times single functions of ours beside floors on the same values, in alternating rounds of one
/// process, and prints them as JSON lines; `deploy/bench/run micro` makes the table of it.
@main
enum Micro {
  /// Odd, so that there is a median.
  static let rounds = 21

  static func main() throws {
    for duel in [
      encoding(Work.members), try decoding(Work.members), fences(try Work.facts), quota(Work.group),
      try tables(Work.table),
    ] {
      print(try duel.line(rounds: rounds))
    }
  }

  private static func encoding(_ members: [PersonRegistered]) -> Duel {
    Duel(
      name: "codec encode", floor: "text put together by hand", items: members.count,
      ours: { members.reduce(0) { $0 + EventCodec.encode($1).count } },
      // Not JSONSerialization: on Linux it is ten times slower than what it would be a floor of.
      beside: { members.reduce(0) { $0 + Work.text($1).count } })
  }

  private static func decoding(_ members: [PersonRegistered]) throws -> Duel {
    let envelopes = try members.map(Work.envelope)
    let payloads = envelopes.map { Data($0.payload) }
    return Duel(
      name: "codec decode", floor: "JSONSerialization", items: members.count,
      ours: {
        try envelopes.reduce(0) { sum, envelope in
          sum + (try EventCodec.decode(PersonRegistered.self, from: envelope)).fullName.utf8.count
        }
      },
      beside: {
        try payloads.reduce(0) { sum, payload in
          let object = try JSONSerialization.jsonObject(with: payload) as? [String: Any]
          return sum + ((object?["fullName"] as? String)?.utf8.count ?? 0)
        }
      })
  }

  private static func fences(_ facts: [EventEnvelope]) -> Duel {
    let subscription = Subscription(
      "rating.micro", area: .intake, replay: .projection, routes: [],
      ignored: [PersonRegistered.type])
    let partition = TopicPartition(topic: ServiceArea.intake.topic, partition: 0)
    let items = facts.map { BatchPlan.Item(event: $0, partition: partition, offset: 0) }
    return Duel(
      name: "fence decision", floor: "dictionary look-up", items: facts.count,
      ours: {
        let plan = BatchPlan(items, for: subscription, fences: [:], parkedStreams: [])
        return plan.fences.count
      },
      beside: {
        var fences: [StreamID: Int64] = [:]
        for fact in facts where fact.sequence == (fences[fact.stream] ?? 0) + 1 {
          fences[fact.stream] = fact.sequence
        }
        return fences.count
      })
  }

  private static func quota(_ group: [GroupMember]) -> Duel {
    let rule = QuotaRule(base: .goodOrBetter, percent: 20, rounding: .down, source: "micro")
    return Duel(
      name: "quota", floor: "sort of the same array", items: group.count,
      ours: { QuotaCheck(members: group, rule: rule).finished.total },
      beside: {
        let sorted = group.sorted { ($0.proposed ?? .good) < ($1.proposed ?? .good) }
        return sorted.count
      })
  }

  private static func tables(_ table: (text: [UInt8], columns: [Field])) throws -> Duel {
    let reader = CSVTable(columns: table.columns)
    return Duel(
      name: "CSV reading", floor: "scan for separators",
      items: table.text.count { $0 == UInt8(ascii: "\n") },
      ours: { try reader.read(table.text).rows.count },
      beside: {
        // As `memchr` would be used: every byte is looked at, nothing is kept.
        var (fields, rows) = (0, 0)
        for byte in table.text {
          if byte == UInt8(ascii: ",") { fields += 1 }
          if byte == UInt8(ascii: "\n") { rows += 1 }
        }
        precondition(fields > rows)
        return rows - 1
      })
  }
}

/// One function of ours and its floor, which both say how much they did.
struct Duel {
  let name: String
  let floor: String
  let items: Int
  let ours: () throws -> Int
  let beside: () throws -> Int

  private struct Line: Encodable {
    let name: String
    let floor: String
    let items: Int
    let oursSeconds: [Double]
    let floorSeconds: [Double]
  }

  struct Differing: Error, CustomStringConvertible {
    let description: String
  }

  /// - Throws: ``Differing`` when one of them did another work.
  func line(rounds: Int) throws -> String {
    var (mine, theirs): ([Double], [Double]) = ([], [])
    // The first round fills the caches of both and is not kept.
    for round in 0...rounds {
      var (first, second) = (0, 0)
      var (a, b): (Double, Double) = (0, 0)
      if round % 2 == 0 {
        a = try Self.seconds { first = try ours() }
        b = try Self.seconds { second = try beside() }
      } else {
        b = try Self.seconds { second = try beside() }
        a = try Self.seconds { first = try ours() }
      }
      guard first == second else {
        throw Differing(description: "\(name): \(first) here, \(second) there")
      }
      if round > 0 {
        mine.append(a)
        theirs.append(b)
      }
    }
    let line = Line(
      name: name, floor: floor, items: items, oursSeconds: mine, floorSeconds: theirs)
    return String(decoding: try JSONEncoder().encode(line), as: UTF8.self)
  }

  private static func seconds(_ work: () throws -> Void) rethrows -> Double {
    let duration = try ContinuousClock().measure(work)
    let (seconds, attoseconds) = duration.components
    return Double(seconds) + Double(attoseconds) / 1e18
  }
}
