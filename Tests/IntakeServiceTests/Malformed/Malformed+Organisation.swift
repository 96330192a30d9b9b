extension Malformed {
  private static let decided = #""effectiveOn":"2021-11-01","legalBasis":"12-QĐ/TU"}"#
  private static let merge = "POST /v1/units/merge"
  private static let split =
    #"{"founded":[],"existing":["commune-1","district-2"],"heirId":"district-2","#

  static let organisation: [Malformed] = [
    Malformed("POST /v1/units", #"{\#(Province.new("d")),"#, 400, "malformed-json", "body"),
    Malformed(
      "POST /v1/units",
      #"{\#(Province.new("d")),\#(decided)"#.replacing("2021-11-01", with: "1/11"),
      400, "malformed-date", "effectiveOn"),
    Malformed(
      "POST /v1/units",
      #"{\#(Province.new("d")),\#(decided)"#.replacing("2021-11-01", with: "0001-01-01"), 422,
      "organisation-day-unlikely", "effectiveOn"),
    Malformed(
      "POST /v1/units", #"{\#(Province.new("d", level: "WARD")),\#(decided)"#, 422,
      "organisation-level-not-in-force", "level"),
    Malformed(
      "POST /v1/units", #"{\#(Province.new("district-1")),\#(decided)"#, 409,
      "organisation-already-there", "unitId"),
    Malformed(
      "POST /v1/units", #"{\#(Province.new("d", parent: "nowhere")),\#(decided)"#, 409,
      "organisation-no-longer-there", "parentId"),
    Malformed(
      "POST /v1/units", #"{\#(Province.new("d", managedBy: "commune-1")),\#(decided)"#, 422,
      "organisation-manager-not-above", "managingUnitId"),
    Malformed(
      "POST /v1/units/nowhere/rename", #"{"name":"Tên","# + decided, 404, "unknown-unit", "unit"),
    Malformed(
      "POST /v1/units/commune-1/rename", #"{"name":" ","# + decided, 422,
      "organisation-name-missing", "name"),
    Malformed(
      "POST /v1/units/commune-1/rename", #"{"name":"Tên","# + decided, 428, "version-required",
      "If-Match", ifMatch: nil),
    Malformed(
      "POST /v1/units/commune-1/rename", #"{"name":"Tên","# + decided, 412, "version-stale",
      "If-Match", ifMatch: 7),
    Malformed(
      "POST /v1/units/commune-1/rename",
      #"{"name":"Tên","# + decided.replacing("2021-11-01", with: "2021-10-31"), 409,
      "organisation-not-yet-there", "unit"),
    Malformed(
      "POST /v1/units/commune-1/move", #"{"handovers":[],"# + decided, 422,
      "organisation-nothing-changes", "body"),
    Malformed(
      "POST /v1/units/district-1/move", #"{"parentId":"cell-1","handovers":[],"# + decided, 422,
      "organisation-circular", "unit"),
    Malformed(
      "POST /v1/units/commune-1/move",
      #"{"peerGroup":"g","handovers":[{"subjectId":"cell-1","toUnitId":"district-1"}],"# + decided,
      400, "malformed-subject", "handovers[0].subjectId"),
    Malformed(
      merge, #"{"unitIds":["commune-1","commune-2"],"# + decided, 422, "organisation-one-successor",
      "founded"),
    Malformed(
      merge, #"{"unitIds":["commune-1","nowhere"],"successorId":"commune-2","# + decided, 422,
      "organisation-unit-unknown", "unitIds[1]"),
    Malformed(
      merge, #"{"unitIds":["commune-1","commune-1"],"successorId":"commune-2","# + decided, 422,
      "organisation-unit-repeated", "unitIds[0]"),
    Malformed(
      "POST /v1/units/district-1/split", split + #""handovers":[],"# + decided, 422,
      "organisation-not-handed-over", "handovers"),
    Malformed(
      "POST /v1/units/district-1/split",
      split + #""handovers":[{"subjectId":"unit/cell-1","toUnitId":"district-2"}],"# + decided, 422,
      "organisation-not-held", "handovers[0].subjectId"),
    Malformed(
      "POST /v1/units/commune-1/dissolve", #"{"receiverId":"commune-1","# + decided, 422,
      "organisation-ends-itself", "unit"),
    Malformed(
      "POST /v1/persons", #"{\#(Province.joining("leader-1")),\#(decided)"#, 409,
      "organisation-already-there", "personId"),
    Malformed(
      "POST /v1/persons/leader-1/transfer", "{" + decided, 422, "organisation-nothing-changes",
      "body"),
    Malformed(
      "POST /v1/persons/leader-1/transfer", #"{"memberOf":"nowhere","# + decided, 422,
      "organisation-unit-unknown", "memberOf"),
    Malformed(
      "POST /v1/persons/nobody/leave", "{" + decided, 404, "unknown-person", "person"),
    Malformed(
      "POST /v1/persons/leader-1/leave", #"{"effectiveOn":"2021-11-01","legalBasis":" "}"#, 422,
      "organisation-basis-missing", "legalBasis"),
    Malformed(
      "POST /v1/persons/leader-1/posts",
      #"{"posts":[{"unitId":"cell-1","role":"head"},{"unitId":"cell-1","role":"deputy"}],"#
        + decided, 422, "organisation-post-repeated", "posts[1].unitId"),
    Malformed("POST /v1/cycles/1999/joiners", nil, 404, "unknown-cycle"),
    Malformed("GET /v1/units/nowhere/lineage", nil, 404, "unknown-unit", "unit"),
    Malformed("GET /v1/units/province/children?asOf=today", nil, 400, "malformed-date", "asOf"),
    Malformed("GET /v1/units/province?knownAt=now", nil, 400, "malformed-instant", "knownAt"),
  ]
}
