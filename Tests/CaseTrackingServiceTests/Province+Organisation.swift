import EventStream
import ReviewEvents
import TestSupport

/// What becomes of the organisation; recorded on 10/11/2021 unless said otherwise.
extension Province {
  private static let decidedAt = moment("2021-11-10T08:00")

  /// A day written in the source.
  static func day(_ text: String) -> LocalDate {
    do { return try LocalDate(text) } catch { preconditionFailure("no day: \(text)") }
  }

  static func founded(
    _ name: String, level: String, below parent: String, _ managingLevel: String,
    from predecessors: [String] = [], on text: String
  ) -> EventEnvelope {
    Samples.envelope(
      UnitFounded(
        unitID: id(name), name: "Đơn vị \(name)", level: id(level), parentID: id(parent),
        managingUnitID: id(parent), managingLevel: id(managingLevel), peerGroup: id("P"),
        reviewed: true, predecessorIDs: predecessors.map { id($0) }, effectiveOn: day(text),
        legalBasis: "9-QĐ/TU"), in: .unit(id(name)), at: 1, origin: origin(decidedAt))
  }

  static func ended(
    _ name: String, into heir: String, on text: String, sequence: Int64 = 2
  ) -> EventEnvelope {
    Samples.envelope(
      UnitEnded(
        unitID: id(name), ending: .merged, successorIDs: [id(heir)], heirID: id(heir),
        effectiveOn: day(text), legalBasis: "9-QĐ/TU"), in: .unit(id(name)), at: sequence,
      origin: origin(decidedAt))
  }

  static func moved(
    _ name: String, to parent: String, _ managingLevel: String, on text: String,
    sequence: Int64 = 2
  ) -> EventEnvelope {
    Samples.envelope(
      UnitMoved(
        unitID: id(name), parentID: id(parent), managingUnitID: id(parent),
        managingLevel: id(managingLevel), peerGroup: nil, effectiveOn: day(text),
        legalBasis: "9-QĐ/TU"), in: .unit(id(name)), at: sequence, origin: origin(decidedAt))
  }

  static func transferred(
    _ name: String, to unit: String, _ managingLevel: String, on text: String,
    sequence: Int64 = 2
  ) -> EventEnvelope {
    Samples.envelope(
      PersonTransferred(
        personID: id(name), memberOfID: id(unit), managingUnitID: id(unit),
        managingLevel: id(managingLevel), role: nil, peerGroup: nil, effectiveOn: day(text),
        legalBasis: "9-QĐ/TU"), in: .person(id(name)), at: sequence, origin: origin(decidedAt))
  }

  static func left(_ name: String, on text: String, sequence: Int64 = 2) -> EventEnvelope {
    Samples.envelope(
      PersonLeft(personID: id(name), effectiveOn: day(text), legalBasis: "9-QĐ/TU"),
      in: .person(id(name)), at: sequence, origin: origin(decidedAt))
  }

  /// Both districts end in a new one on `text`, with everything below them.
  static func districtsMerged(on text: String) -> [EventEnvelope] {
    [
      founded(
        "district-9", level: "DISTRICT", below: "province", "PROVINCE",
        from: ["district-1", "district-2"], on: text),
      ended("district-1", into: "district-9", on: text),
      ended("district-2", into: "district-9", on: text),
    ] + (1...3).map { moved("commune-\($0)", to: "district-9", "DISTRICT", on: text) } + [
      Samples.envelope(
        PersonTransferred(
          personID: id("leader-1"), memberOfID: nil, managingUnitID: id("district-9"),
          managingLevel: id("DISTRICT"), role: nil, peerGroup: nil, effectiveOn: day(text),
          legalBasis: "9-QĐ/TU"), in: .person(id("leader-1")), at: 2, origin: origin(decidedAt))
    ]
  }
}
