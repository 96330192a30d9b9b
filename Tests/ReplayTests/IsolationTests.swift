import EventStream
import PostgresStore
import PostgresTestSupport
import Replay
import ReviewEvents
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(3))) struct `Where a shadow is built` {
  private func expect(_ sqlState: String, _ work: () async throws -> Void) async {
    await #expect {
      try await work()
    } throws: { error in
      guard case .refused(sqlState, _)? = error as? StoreError else { return false }
      return true
    }
  }

  @Test func `no log, no outbox and no other table exists`() async throws {
    try await Workbench.with { bench in
      try await bench.site.create(bench.model)
      let tables: [SQL] = [
        "select from event_log", "select from stream_head", "select from outbox",
        "select from parked", "select from consumer_position", "select from mail_queue",
        "select from idempotency", "select from audit", "insert into mail_queue values (1, '')",
      ]
      for statement in tables {
        await expect("42P01") {
          _ = try await bench.site.build(bench.model) { try $0.rows(statement, []) }
        }
      }
      await expect("42P01") {
        try await bench.site.build(bench.model) { try SampleService.advance("C1", in: $0) }
      }
      let known = try await bench.site.build(bench.model) { transaction in
        try transaction.rows(
          "select count(*) from (select from report_sheet union all select from fence) as all_", []
        )[0].integer(0)
      }
      #expect(known == 0)
    }
  }

  @Test func `nothing that fails is kept`() async throws {
    struct Failed: Error {}
    try await Workbench.with { bench in
      try await bench.site.create(bench.model)
      await #expect(throws: Failed.self) {
        try await bench.site.build(bench.model) { transaction in
          try transaction.rows("insert into report_sheet (report_id) values ('R1')", [])
          throw Failed()
        }
      }
      #expect(try await bench.liveRows(in: "shadow_case_sheets") == [])
    }
  }

  @Test func `a shadow that was given up is missed`() async throws {
    try await Workbench.with { bench in
      let write: @Sendable (borrowing AnyTransaction) throws -> Void = { transaction in
        try transaction.rows("delete from report_sheet", [])
      }
      await #expect(throws: ShadowError.missing(bench.model.name)) {
        try await bench.site.build(bench.model, write)
      }
      try await bench.site.create(bench.model)
      try await bench.site.build(bench.model, write)
      let other = PostgresShadow(bench.database.run, area: .case, logger: .silent)
      try await other.drop(bench.model)
      await other.close()
      await #expect(throws: ShadowError.missing(bench.model.name)) {
        try await bench.site.build(bench.model, write)
      }
      await #expect(throws: ShadowError.missing(bench.model.name)) {
        try await bench.rebuild().catchUp(RebuildProgress(expected: 0))
      }
    }
  }

  @Test func `the run role changes no table itself`() async throws {
    try await Workbench.with { bench in
      try await bench.site.create(bench.model)
      let forbidden: [SQL] = [
        "create schema other", "create table shadow_case_sheets.other (a integer)",
        "alter table shadow_case_sheets.fence set schema public",
        "alter table report_sheet set schema shadow_case_sheets",
        "drop table shadow_case_sheets.report_sheet", "drop schema shadow_case_sheets",
        "insert into read_model_table values ('case.sheets', 7, 'event_log')",
        "select shadow_clear('case_sheets')", "select shadow_can_replace('outbox')",
        "select shadow_shape('public', 'outbox')",
      ]
      for statement in forbidden {
        await expect("42501") {
          _ = try await bench.store.commit { try $0.rows(statement, []) }
        }
      }
    }
  }

  @Test func `functions refuse a model that was not declared, and another schema`() async throws {
    try await Workbench.with { bench in
      let calls = [
        ("case.other", "case_other"), ("case.sheets", "case_other"), ("case.sheets", "public"),
        ("case_sheets", "case_sheets"), ("outbox", "outbox"),
      ]
      for function in ["create", "drop", "analyze", "swap", "restore"] {
        for (model, suffix) in calls {
          await expect("22023") {
            _ = try await bench.store.commit { transaction in
              try transaction.rows(
                SQL(composed: "select shadow_\(function)($1, $2)"), [.text(model), .text(suffix)])
            }
          }
        }
      }
    }
  }

  @Test func `a table that something hangs on is refused`() async throws {
    let hangingOn = [
      "create table child (name text references parent)",
      "create view seen as select name from parent",
      "alter table parent add column number bigserial",
      "alter table parent add column number bigint generated always as identity",
      "create rule silence as on delete to parent do instead nothing",
      """
      create function answer() returns trigger language plpgsql as 'begin return new; end';
      create trigger noticing before insert on parent for each row execute function answer()
      """,
    ]
    try await OwnedDatabase.with { database in
      let table = "create table parent (name text primary key)"
      let model = ReadModel(
        "case.parent", tables: [ReadTable("parent", key: ["name"], stream: "name")])
      try await database.migrate([Migration(100, "parent", sql: table)], [model])
      let site = PostgresShadow(database.run, area: .case, logger: .silent)
      for statement in hangingOn {
        try await database.asOwner("drop table parent cascade; \(table)")
        try await site.create(model)
        try await database.asOwner(statement)
        await expect("0A000") { try await site.create(model) }
        // What was refused left the shadow before it alone.
        #expect(try await site.inventory(of: model).hasShadow)
      }
      await site.close()
    }
  }
}
