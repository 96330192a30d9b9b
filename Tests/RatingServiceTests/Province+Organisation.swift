import EventStream
import ReviewEvents
import TestSupport

/// What becomes of the organisation, with the day on which it holds and the moment of recording.
extension Province {
  /// Recorded at `time` by nobody in particular.
  static func recorded(_ time: String) -> EventOrigin {
    EventOrigin(time: moment(time), actor: Samples.origin.actor, trace: Samples.origin.trace)
  }

  /// A day written in the source.
  static func day(_ text: String) -> LocalDate {
    do { return try LocalDate(text) } catch { preconditionFailure("no day: \(text)") }
  }

  static func founded(
    _ name: String, from predecessors: [String] = [], on text: String,
    at time: String
  ) -> EventEnvelope {
    Samples.envelope(
      UnitFounded(
        unitID: id(name), name: "Đơn vị \(name)", level: id("DISTRICT"), parentID: id("province"),
        managingUnitID: id("province"), managingLevel: id("PROVINCE"),
        peerGroup: id("DISTRICT-BODY"), reviewed: true, predecessorIDs: predecessors.map { id($0) },
        effectiveOn: day(text), legalBasis: "9-QĐ/TU"), in: .unit(id(name)), at: 1,
      origin: recorded(time))
  }

  static func ended(
    _ name: String, into heir: String, on text: String, at time: String, sequence: Int64 = 2
  ) -> EventEnvelope {
    Samples.envelope(
      UnitEnded(
        unitID: id(name), ending: .merged, successorIDs: [id(heir)], heirID: id(heir),
        effectiveOn: day(text), legalBasis: "9-QĐ/TU"), in: .unit(id(name)), at: sequence,
      origin: recorded(time))
  }

  static func moved(
    _ name: String, below parent: String? = nil, managedBy manager: (String, String)? = nil,
    group: String? = nil, on text: String, at time: String, sequence: Int64 = 2
  ) -> EventEnvelope {
    Samples.envelope(
      UnitMoved(
        unitID: id(name), parentID: parent.map { id($0) },
        managingUnitID: manager.map { id($0.0) }, managingLevel: manager.map { id($0.1) },
        peerGroup: group.map { id($0) }, effectiveOn: day(text), legalBasis: "10-QĐ/TU"),
      in: .unit(id(name)), at: sequence, origin: recorded(time))
  }

  static func joined(
    _ name: String, managedBy manager: (String, String) = ("province", "PROVINCE"),
    on text: String, at time: String, sequence: Int64 = 1
  ) -> EventEnvelope {
    Samples.envelope(
      PersonJoined(
        personID: id(name), fullName: "Đảng viên \(name)", memberOfID: id("district-1"),
        managingUnitID: id(manager.0), managingLevel: id(manager.1), role: .member,
        peerGroup: id("OFFICIALS"), channel: .paper, effectiveOn: day(text),
        legalBasis: "11-QĐ/TU"), in: .person(id(name)), at: sequence, origin: recorded(time))
  }

  static func transferred(
    _ name: String, to manager: (String, String), on text: String, at time: String,
    sequence: Int64 = 2
  ) -> EventEnvelope {
    Samples.envelope(
      PersonTransferred(
        personID: id(name), memberOfID: nil, managingUnitID: id(manager.0),
        managingLevel: id(manager.1), role: nil, peerGroup: nil, effectiveOn: day(text),
        legalBasis: "12-QĐ/TU"), in: .person(id(name)), at: sequence, origin: recorded(time))
  }

  static func left(
    _ name: String, on text: String, at time: String, sequence: Int64 = 2
  ) -> EventEnvelope {
    Samples.envelope(
      PersonLeft(personID: id(name), effectiveOn: day(text), legalBasis: "13-QĐ/TU"),
      in: .person(id(name)), at: sequence, origin: recorded(time))
  }

  static func posts(
    _ name: String, _ posts: [(String, MemberRole)], on text: String, at time: String,
    sequence: Int64
  ) -> EventEnvelope {
    Samples.envelope(
      PostsAssigned(
        personID: id(name), posts: posts.map { Post(unitID: id($0.0), role: $0.1) },
        effectiveOn: day(text), legalBasis: "14-QĐ/TU"), in: .person(id(name)), at: sequence,
      origin: recorded(time))
  }
}
