import EventStream
import IntakeReadModels
import ReviewEvents
import ReviewRules
import TestSupport
import Testing

@testable import IntakeService

@Suite(.timeLimit(.minutes(2))) struct `The migrations of intake` {
  /// Takes away what 0101 brought, as if the rows came from a version before it.
  private static let before = """
    drop index person_by_unit;
    drop table organisation_day;
    alter table unit drop column sector, drop column ended_on, drop column changes_until;
    alter table person drop column posts, drop column left_on, drop column changes_until,
      drop column unit_ids;
    """

  @Test func `make of older rows what a rebuild makes of their facts`() async throws {
    try await IntakeDesk.with { desk in
      try await desk.open()
      desk.calendar.set(to: moment("2021-11-09T01:00"))
      let units = try await desk.table(
        "/v1/units/import", Province.units.replacing("xã Hai", with: "xã Hai mới"))
      #expect(units["amended"] == "1")
      let persons = try await desk.table(
        "/v1/persons/import",
        Province.persons.replacing("cell-1,district-1", with: "cell-1,province"))
      #expect(persons["amended"] == "1")
      let model = try #require(IntakeReadModels.all(rules: RuleBook([])).first)
      let expected = try await RebuiltTables(model, in: desk.database.store).liveRows()
      let step = try #require(Intake.migrations.first { $0.number == 101 })
      try await desk.database.script(Self.before)
      try await desk.database.script(step.sql)
      #expect(try await RebuiltTables(model, in: desk.database.store).liveRows() == expected)
      #expect(
        try await desk.rows("select array_to_string(unit_ids, ' ') from person order by 1").last
          == "cell-1 district-1 province")
      #expect(
        try await desk.rows(
          "select unit_id from unit where changes_until = date '2021-11-09'") == ["commune-2"])
    }
  }
}
