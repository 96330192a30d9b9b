import EventStream
import Foundation
import RatingDomain
import ReviewEvents
import ServiceRuntime

/// The values that ours and the floors work on; invented, and the same in every run.
enum Work {
  private static let count = 5_000
  private static let names = ["Nguyễn Văn Mẫu", "Trần Thị Thử", "Lê Hoàng Ví Dụ"]

  static var members: [PersonRegistered] {
    (0..<count).map { number in
      PersonRegistered(
        personID: id("P\(number)"), fullName: "\(names[number % names.count]) \(number)",
        memberOfID: id("G\(number / 100)"), managingUnitID: id("D1"),
        managingLevel: id("DISTRICT"), role: .head, peerGroup: id("MEMBERS"), channel: .paper)
    }
  }

  /// What the codec writes of it, as somebody who knows the event would write it.
  static func text(_ member: PersonRegistered) -> [UInt8] {
    var text = "{\"channel\":\"" + member.channel.rawValue
    text += "\",\"fullName\":\"" + member.fullName
    text += "\",\"managingLevel\":\"" + member.managingLevel.description
    text += "\",\"managingUnitID\":\"" + member.managingUnitID.description
    text += "\",\"memberOfID\":\"" + member.memberOfID.description
    text += "\",\"peerGroup\":\"" + member.peerGroup.description
    text += "\",\"personID\":\"" + member.personID.description
    text += "\",\"role\":\"" + member.role.rawValue + "\"}"
    return Array(text.utf8)
  }

  static func envelope(_ member: PersonRegistered) throws -> EventEnvelope {
    try envelope("person/\(member.personID)", 1, EventCodec.encode(member))
  }

  /// Facts of many streams, most of them one each, as in a batch of an import.
  static var facts: [EventEnvelope] {
    get throws {
      try (0..<count).map { number in
        let isSecond = number % 10 == 9
        return try envelope("person/P\(isSecond ? number - 1 : number)", isSecond ? 2 : 1, [])
      }
    }
  }

  private static func envelope(
    _ stream: String, _ sequence: Int64, _ payload: [UInt8]
  ) throws -> EventEnvelope {
    EventEnvelope(
      stream: try StreamID(stream), sequence: sequence, type: PersonRegistered.type,
      dataVersion: PersonRegistered.version, area: .intake,
      time: Instant(milliseconds: 1_639_000_000_000), actor: ActorContext(actor: .service(.intake)),
      trace: TraceContext(correlationID: "micro", causationID: "micro"), payload: payload)
  }

  static var group: [GroupMember] {
    var state: UInt64 = 20_211_210
    return (0..<4 * count).map { number in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let level = RatingLevel.allCases[Int(state >> 33) % RatingLevel.allCases.count]
      return GroupMember(proposed: level, decided: number % 3 == 0 ? level : nil)
    }
  }

  static var table: (text: [UInt8], columns: [Field]) {
    let names = [
      "person_id", "full_name", "member_of", "managing_unit_id", "role", "peer_group", "channel",
    ]
    var text = names.joined(separator: ",") + "\n"
    for member in members {
      text +=
        "\(member.personID),\(member.fullName),\(member.memberOfID),"
        + "\(member.managingUnitID),member,\(member.peerGroup),paper\n"
    }
    return (Array(text.utf8), names.map { .required($0, .text(max: 200)) })
  }

  private static func id<Entity>(_ text: String) -> Identifier<Entity> {
    do { return try Identifier(text) } catch { preconditionFailure("\(text) is no identifier") }
  }
}
