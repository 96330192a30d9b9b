import Foundation
import NIOHTTP1

/// A few organisations in a launched cycle, played into a running province.
struct TestYear: Sendable {
  /// Organisations below the first district, each of which owes a report.
  static let communes = 240
  /// Of these so many have a mail address.
  static let reachable = 12
  static let province = "unit/PROVINCE"
  static let district = "unit/D1"
  /// The key that the cycle was opened under.
  static let cycleKey = "open-the-cycle-of-2021"
  /// When the communes' reports are due, exclusive.
  static let due = Date(timeIntervalSince1970: 1_639_069_200)
  static let dueText = "2021-12-10T00:00:00+07:00"

  let province: Province

  init(_ province: Province) { self.province = province }

  static func commune(_ number: Int) -> String { "unit/G\(number)" }
  static func reportID(_ number: Int) -> String { "2021.u-G\(number)" }

  /// A complete report; `tag` makes its text differ from others.
  static func report(_ tag: String, without section: String? = nil) -> Data {
    let required: [String] = ["I", "II", "III", "V", "VI", "VII"]
    let sections = required.filter { $0 != section }.map {
      #"{"section":"\#($0)","text":"Mục \#($0): \#(tag)"}"#
    }
    return Data(#"{"sections":[\#(sections.joined(separator: ","))],"answers":[]}"#.utf8)
  }

  static let cycle = """
    {"cycleId":"2021","year":2021,"kind":"annual","ruleSetId":"132-2018","planNumber":"57-KH/TU",
    "milestones":[
    {"task":"report","level":"PROVINCE","pilot":false,"dueBefore":"2021-12-25T00:00:00+07:00",
    "wording":"trước ngày 25/12/2021"},
    {"task":"report","level":"DISTRICT","pilot":false,"dueBefore":"\(dueText)",
    "wording":"trước ngày 10/12/2021"}],"pilotUnitIds":[]}
    """

  static func units(_ communes: Int = communes) -> [String] {
    ["unit_id,name,level,parent_id,managing_unit_id,peer_group,reviewed"]
      + ["PROVINCE,Tỉnh,PROVINCE,,,PROVINCE,false"]
      + (1...2).map { "D\($0),Huyện \($0),DISTRICT,PROVINCE,PROVINCE,DISTRICT-BODY,true" }
      + (1...communes).map { "G\($0),Xã \($0),GRASSROOTS,D1,D1,GRASSROOTS-BODY,true" }
  }

  /// Registers everything on 1/11/2021 and launches the cycle.
  func begin() async throws {
    try await province.setCalendar(Date(timeIntervalSince1970: 1_635_732_000))
    try await table(.intake, "/v1/units/import", Self.units())
    try await table(
      .intake, "/v1/persons/import",
      [
        "person_id,full_name,member_of,managing_unit_id,role,peer_group,channel",
        "P1,Nguyễn Văn Một,D1,PROVINCE,head,OFFICIALS,electronic",
        "P2,Trần Thị Hai,D1,PROVINCE,member,OFFICIALS,paper",
      ])
    try await table(
      .notification, "/v1/recipients/import",
      ["subject_id,address,language"]
        + (1...Self.reachable).map { "unit/G\($0),g\($0)@tanhung.invalid,vi" })
    try await approveRules()
    try await command(
      .intake, "/v1/cycles", key: Self.cycleKey, body: Data(Self.cycle.utf8))
    let opened = try await province.client.insist(.GET, province.url(.intake) + "/v1/cycles/2021")
    try await command(.intake, "/v1/cycles/2021/launch", ifMatch: opened.version, body: nil)
    try await province.rest()
  }

  /// Approves the rules as intake has loaded them: no cycle is opened under others.
  private func approveRules() async throws {
    let path = "/v1/rule-sets/132-2018"
    let shown = try await province.client.insist(.GET, province.url(.intake) + path)
    guard let fingerprint = shown["summary.fingerprint"] as? String else {
      throw Trouble("\(path): \(shown.text)")
    }
    try await command(
      .intake, path + "/approvals",
      body: Data(#"{"fingerprint":"\#(fingerprint)","legalBasis":"12-QĐ/TU"}"#.utf8))
  }

  /// Hands in the report of one commune, as a patient client.
  func submit(
    _ number: Int, key: String = UUID().uuidString, version: Int64? = nil
  ) async throws -> Answer {
    let url = province.url(.intake) + "/v1/reports/\(Self.reportID(number))"
    var seen = version
    if seen == nil { seen = try await province.client.insist(.GET, url).version }
    return try await province.client.insist(
      .POST, url + "/submit",
      headers: Client.command(by: Self.commune(number), key: key, ifMatch: seen),
      body: Self.report("xã \(number)"))
  }

  private func table(_ service: Service, _ path: String, _ lines: [String]) async throws {
    try await command(
      service, path, type: "text/csv", body: Data(lines.joined(separator: "\n").utf8))
  }

  private func command(
    _ service: Service, _ path: String, key: String = UUID().uuidString, ifMatch: Int64? = nil,
    type: String = "application/json", body: Data?
  ) async throws {
    let answer = try await province.client.insist(
      .POST, province.url(service) + path,
      headers: Client.command(
        by: Self.province, key: key, ifMatch: ifMatch, type: body == nil ? nil : type),
      body: body)
    guard (200..<300).contains(answer.status) else { throw Trouble("\(path): \(answer.text)") }
  }
}
