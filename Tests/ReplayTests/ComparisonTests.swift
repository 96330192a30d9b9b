import EventStream
import PostgresStore
import PostgresTestSupport
import Replay
import ReviewEvents
import Testing

@Suite(.timeLimit(.minutes(3))) struct `A comparison` {
  @Test func `names table, stream, key and field of whatever is wrong`() async throws {
    try await Workbench.with { bench in
      for number in 0..<6 {
        try await bench.consume((0...number).map { bench.writer.draft("R\(number)", "h\($0)") })
      }
      for _ in 0..<2 { try await bench.advance(["C1", "C2"]) }
      try await bench.database.asOwner(
        """
        delete from report_sheet where report_id = 'R2';
        update report_sheet set drafts = 99, last_hash = null where report_id = 'R4';
        insert into case_sheet values ('C9', 'review.case.closed', 3);
        """)
      let comparison = try await bench.comparisonAfterRebuild()
      #expect(!comparison.isEqual)
      #expect(
        comparison.tables == [
          .init(
            name: "report_sheet", liveRows: 5, shadowRows: 6, streams: 6, differingStreams: 2,
            movingStreams: 0),
          .init(
            name: "case_sheet", liveRows: 3, shadowRows: 2, streams: 3, differingStreams: 1,
            movingStreams: 0),
        ])
      #expect(
        comparison.samples == [
          .init(
            table: "report_sheet", stream: "report/R2", key: #"["R2"]"#, field: "(row)", live: nil,
            shadow:
              #"{"drafts": 3, "accepted": false, "last_hash": "h2", "report_id": "R2"}"#),
          .init(
            table: "report_sheet", stream: "report/R4", key: #"["R4"]"#, field: "drafts",
            live: "99", shadow: "5"),
          .init(
            table: "report_sheet", stream: "report/R4", key: #"["R4"]"#, field: "last_hash",
            live: nil, shadow: "h4"),
          .init(
            table: "case_sheet", stream: "case/C9", key: #"["C9"]"#, field: "(row)",
            live: #"{"facts": 3, "phase": "review.case.closed", "case_id": "C9"}"#, shadow: nil),
        ])
      #expect(try await bench.site.compare(bench.model, samples: 2).samples.count == 2)
      #expect(try await bench.site.compare(bench.model, samples: 0).samples == [])
    }
  }

  @Test func `takes what moved meanwhile for no difference`() async throws {
    try await Workbench.with { bench in
      try await bench.writeAndConsume(reports: 10, rounds: 4)
      try await bench.advance(["C1", "C2", "C3"])
      _ = try await bench.rebuild().run()
      try await bench.consume([bench.writer.draft("R3"), bench.writer.draft("R4")])
      try await bench.advance(["C2"])
      try await bench.database.asOwner("update report_sheet set drafts = 99 where report_id = 'R5'")
      let comparison = try await bench.site.compare(bench.model, samples: 20)
      #expect(!comparison.isEqual)
      #expect(comparison.movingStreams == 3)
      #expect(comparison.tables.map(\.movingStreams) == [2, 1])
      #expect(comparison.tables.map(\.differingStreams) == [1, 0])
      #expect(comparison.samples.map(\.stream) == ["report/R5"])
      _ = try await bench.rebuild().catchUp(RebuildProgress(expected: 0))
      let settled = try await bench.site.compare(bench.model, samples: 20)
      #expect(settled.movingStreams == 0)
      #expect(settled.differingStreams == 1)
    }
  }

  @Test func `looks at rows that name no stream as well`() async throws {
    try await OwnedDatabase.with { database in
      let migration = Migration(
        100, "loose", sql: "create table loose (name text primary key, stream text)")
      let model = ReadModel(
        "case.loose", tables: [ReadTable("loose", key: ["name"], stream: "stream")])
      try await database.migrate([migration], [model])
      let site = PostgresShadow(database.run, area: .case, logger: .silent)
      try await site.create(model)
      #expect(try await site.compare(model, samples: 5).isEqual)
      try await database.asOwner("insert into loose (name) values ('a')")
      let comparison = try await site.compare(model, samples: 5)
      #expect(comparison.differingStreams == 1)
      #expect(comparison.samples.map(\.key) == [#"["a"]"#])
      await site.close()
    }
  }
}
