extension Malformed {
  static let imports: [Malformed] = [
    Malformed("POST /v1/units/import", "unit_id,name\n", 400, "missing-column", "level"),
    Malformed(
      "POST /v1/units/import", Province.unitHeader + "a b,Tên,CELL,,,cells,false\n", 422,
      "csv-has-errors", "unit_id"),
    Malformed(
      "POST /v1/units/import",
      Province.unitHeader + "u1,Tên,CELL,province,commune-1,cells,false\n", 422, "csv-has-errors",
      "managing_unit_id"),
    Malformed(
      "POST /v1/units/import",
      Province.unitHeader + "commune-1,Tên,CELL,district-1,district-1,communes,true\n", 422,
      "csv-has-errors", "level"),
    Malformed(
      "POST /v1/units/import",
      Province.unitHeader + "district-1,Tên,DISTRICT,commune-1,province,districts,true\n", 422,
      "csv-has-errors", "parent_id"),
    Malformed(
      "POST /v1/persons/import", Province.personHeader + "p,Tên,cell-1,district-1,chief,g,paper\n",
      422, "csv-has-errors", "role"),
    Malformed(
      "POST /v1/units/import?sheet=A", Province.units, 400, "unknown-sheet", "sheet"),
    Malformed(
      "POST /v1/persons/import?dryRun=perhaps", Province.persons, 400, "wrong-type", "dryRun"),
    Malformed(
      "POST /v1/units/import",
      Province.unitHeader.dropLast() + ",sector\ncommune-9,Tên,GRASSROOTS,district-1,district-1,x,"
        + "true,NAVY\n", 422, "csv-has-errors", "sector"),
    Malformed("POST /v1/posts/import", "person_id,rank\n", 400, "missing-column", "unit_id"),
    Malformed(
      "POST /v1/posts/import",
      Province.postHeader + "leader-1,0,commune-1,head,2021-11-02,12-QĐ/TU\n", 422,
      "csv-has-errors", "rank"),
    Malformed(
      "POST /v1/posts/import",
      Province.postHeader + "leader-1,1,commune-1,head,2/11/2021,12-QĐ/TU\n", 422,
      "csv-has-errors", "effective_on"),
    Malformed(
      "POST /v1/posts/import",
      Province.postHeader + "nobody,1,commune-1,head,2021-11-02,12-QĐ/TU\n", 422,
      "csv-has-errors", "person_id"),
  ]

  static let exports: [Malformed] = [
    Malformed("GET /v1/units/export?format=ods", nil, 400, "not-a-choice", "format"),
    Malformed("GET /v1/units/export?sheet=A", nil, 400, "unknown-parameter", "sheet"),
    Malformed("GET /v1/persons/export", nil, 400, "actor-required", "Review-Actor", by: nil),
    Malformed(
      "GET /v1/persons/export?format=xlsx", nil, 403, "not-the-province", "Review-Actor",
      by: Province.district),
    Malformed("GET /v1/posts/export", nil, 400, "actor-required", "Review-Actor", by: nil),
    Malformed(
      "GET /v1/posts/export?format=xlsx", nil, 403, "not-the-province", "Review-Actor",
      by: Province.district),
  ]
}
