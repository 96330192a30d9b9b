import Foundation
import NIOHTTP1

extension MalformedRequest {
  private static func change(
    _ route: String, at path: String? = nil, ifMatch: String? = "\"1\"", _ members: String = "",
    on day: String = "2021-11-01", is status: Int, _ slug: String, _ field: String? = nil
  ) -> MalformedRequest {
    .post(
      .intake, route, path, ifMatch: ifMatch,
      send: #"{\#(members)"effectiveOn":"\#(day)","legalBasis":"12-QĐ/TU"}"#, is: status, slug,
      field)
  }

  private static let unit =
    #""unitId":"D9","name":"Huyện 9","level":"DISTRICT","peerGroup":"g","reviewed":false,"#

  /// Changes of the organisation, each of which must be refused.
  static let organisation: [MalformedRequest] = [
    change("/v1/units", unit, on: "2021-02-30", is: 400, "malformed-date", "effectiveOn"),
    change(
      "/v1/units", unit.replacing("D9", with: "D1"), is: 409, "organisation-already-there",
      "unitId"),
    change(
      "/v1/units/{unit}/rename", at: "/v1/units/NOWHERE/rename", #""name":"Tên","#, is: 404,
      "unknown-unit", "unit"),
    change(
      "/v1/units/{unit}/move", at: "/v1/units/D1/move", #""handovers":[],"#, is: 422,
      "organisation-nothing-changes", "body"),
    change(
      "/v1/units/{unit}/split", at: "/v1/units/D1/split", #""founded":[],"#, is: 400,
      "missing-member", "existing"),
    change(
      "/v1/units/{unit}/dissolve", at: "/v1/units/D1/dissolve", #""receiverId":"D1","#, is: 422,
      "organisation-ends-itself", "unit"),
    change(
      "/v1/units/merge", #""unitIds":["D1","D2"],"#, is: 422, "organisation-one-successor",
      "founded"),
    change("/v1/persons", #""personId":"P 9","#, is: 400, "malformed-identifier", "personId"),
    change(
      "/v1/persons/{person}/transfer", at: "/v1/persons/P1/transfer", is: 422,
      "organisation-nothing-changes", "body"),
    change(
      "/v1/persons/{person}/leave", at: "/v1/persons/NOBODY/leave", is: 404, "unknown-person",
      "person"),
    change(
      "/v1/persons/{person}/posts", at: "/v1/persons/P1/posts",
      #""posts":[{"unitId":"D1","role":"chief"}],"#, is: 400, "not-a-choice", "posts[0].role"),
    .post(
      .intake, "/v1/cycles/{cycle}/joiners", "/v1/cycles/1999/joiners", is: 404, "unknown-cycle"),
    .get(
      .intake, "/v1/units/{unit}/lineage", "/v1/units/D1/lineage?asOf=today", is: 400,
      "malformed-date", "asOf"),
    .get(
      .intake, "/v1/units/{unit}/children", "/v1/units/NOWHERE/children", is: 404, "unknown-unit",
      "unit"),
  ]
}
