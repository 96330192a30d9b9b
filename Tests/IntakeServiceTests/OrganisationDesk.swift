import EventStream
import ReviewEvents
import ServiceRuntime
import Testing

@testable import IntakeService

extension IntakeDesk {
  /// Asks for a change of the organisation; `members` are those beside the decision.
  func change(
    _ path: String, _ members: String = "", on day: String, by actor: String = Province.province,
    ifMatch: Int64? = nil
  ) async throws -> Answer {
    let decision = #""effectiveOn":"\#(day)","legalBasis":"12-QĐ/TU""#
    return try await send(
      path, "{" + (members.isEmpty ? "" : members + ",") + decision + "}", by: actor,
      ifMatch: ifMatch)
  }

  /// What the worker does on the present day, a few subjects at a time.
  func passDay(limit: Int = 2) async throws {
    let worker = OrganisationDayWorker(
      store: database.store, calendar: calendar, log: context.log, pace: RealPace())
    while try await worker.round(limit: limit) == .more {}
  }

  /// The story of the report of a subject.
  func report(_ subject: String) async throws -> [String] {
    try await story(of: .report(id("2021.\(subject)")))
  }
}

extension Province {
  static let district3 = "person/d3-clerk;on-behalf-of=unit/district-3"

  /// An organisation to found, as the members of an object.
  static func new(
    _ unit: String, level: String = "DISTRICT", parent: String = "province",
    managedBy manager: String = "province"
  ) -> String {
    #""unitId":"\#(unit)","name":"Đảng bộ \#(unit)","level":"\#(level)","parentId":"\#(parent)","#
      + #""managingUnitId":"\#(manager)","peerGroup":"districts","reviewed":true"#
  }

  /// A member to take in, as the members of an object.
  static func joining(
    _ person: String, memberOf: String = "cell-1", managedBy manager: String = "district-1"
  ) -> String {
    #""personId":"\#(person)","fullName":"Phạm Thị Ba","memberOf":"\#(memberOf)","#
      + #""managingUnitId":"\#(manager)","role":"member","peerGroup":"members","#
      + #""channel":"electronic""#
  }

  static let mergedDistricts =
    #""unitIds":["district-1","district-2"],"founded":{\#(new("district-3"))}"#
}
