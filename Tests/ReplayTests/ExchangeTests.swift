import EventStream
import PostgresStore
import PostgresTestSupport
import Replay
import ReviewEvents
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(3))) struct `An exchange` {
  private static let damage = """
    delete from report_sheet where report_id = 'R2';
    update report_sheet set drafts = 99 where report_id = 'R4';
    insert into case_sheet values ('C9', 'review.case.closed', 3);
    """

  @Test func `repairs, and undoing it brings back what was, brought up to now`() async throws {
    try await Workbench.with { bench in
      try await bench.writeAndConsume(reports: 10, rounds: 5)
      for _ in 0..<2 { try await bench.advance(["C1", "C2"]) }
      let good = try await bench.liveRows()
      try await bench.database.asOwner(Self.damage)
      let bad = try await bench.liveRows()
      #expect(bad != good)
      let progress = try await bench.rebuild().run()
      try await bench.exchange().swap(progress)
      #expect(try await bench.liveRows() == good)
      #expect(
        try await bench.site.inventory(of: bench.model)
          == ShadowInventory(hasShadow: false, hasPrevious: true))
      try await bench.exchange().undo()
      #expect(try await bench.liveRows() == bad)
      try await bench.exchange().undo()
      #expect(try await bench.liveRows() == good)
      // What is told between an exchange and the way back is there after both.
      try await bench.consume([bench.writer.draft("R7", "new"), bench.writer.draft("R11", "new")])
      try await bench.advance(["C2", "C3"])
      let later = try await bench.liveRows()
      try await bench.exchange().undo()
      let badLater = try await bench.liveRows()
      #expect(badLater.contains("(R11,1,new,f)"))
      #expect(badLater.contains("(C3,review.case.case-approved,1)"))
      #expect(badLater.contains("(C9,review.case.closed,3)"))
      try await bench.exchange().undo()
      #expect(try await bench.liveRows() == later)
      try await bench.expectLiveIsRight()
    }
  }

  @Test func `of which none took place cannot be undone`() async throws {
    try await Workbench.with { bench in
      await #expect(throws: ShadowError.nothingToRestore(bench.model.name)) {
        try await bench.exchange().undo()
      }
      _ = try await bench.rebuild().run()
      await #expect(throws: ShadowError.nothingToRestore(bench.model.name)) {
        try await bench.exchange().undo()
      }
      #expect(try await bench.site.inventory(of: bench.model).hasShadow)
    }
  }

  @Test func `leaves storage, keys, indexes by name and rights as they were`() async throws {
    try await Workbench.with { bench in
      let shape = """
        select format('%s %s %s %s', relname, reloptions, relacl, relowner::regrole)
          from pg_class where relnamespace = 'public'::regnamespace and relname like '%sheet'
        union all
        select replace(pg_get_indexdef(indexrelid), 'shadow_', '') from pg_index
         where indrelid in ('report_sheet'::regclass, 'case_sheet'::regclass)
        union all
        select conname || pg_get_constraintdef(oid) from pg_constraint
         where conrelid in ('report_sheet'::regclass, 'case_sheet'::regclass)
        order by 1
        """
      let before = try await bench.database.texts(shape)
      #expect(before.count == 9)
      try await bench.writeAndConsume(reports: 10, rounds: 2)
      for _ in 0..<2 {
        try await bench.exchange().swap(try await bench.rebuild().run())
        #expect(try await bench.database.texts(shape) == before)
      }
      // Granting again would make every running instance look everything up anew.
      let versions = "select xmin::text from pg_class where relname like '%sheet' order by relname"
      let granted = try await bench.database.texts(versions)
      #expect(try await bench.database.migrate([SampleService.migration], [bench.model]) == [])
      #expect(try await bench.database.texts(versions) == granted)
      // A later migration finds what an earlier one named.
      let later = Migration(
        101, "later",
        sql: """
          drop index report_by_hash;
          alter table case_sheet drop constraint case_sheet_key, add primary key (case_id);
          """)
      #expect(
        try await bench.database.migrate([SampleService.migration, later], [bench.model]) == [101])
      try await bench.advance(["C1"])
      try await bench.expectLiveIsRight()
    }
  }

  @Test func `keeps rights even when somebody else made the shadow`() async throws {
    try await Workbench.with { bench in
      let site = PostgresShadow(bench.database.owner, area: .case, logger: .silent)
      try await site.create(bench.model)
      try await site.swap(bench.model, foldsOf: 10)
      await site.close()
      try await bench.advance(["C1"])
      #expect(try await bench.liveRows().count == 1)
    }
  }

  @Test func `does not bring back tables of before a migration`() async throws {
    try await Workbench.with { bench in
      try await bench.writeAndConsume(reports: 5, rounds: 2)
      let progress = try await bench.rebuild().run()
      try await bench.exchange().swap(progress)
      let other = try await bench.rebuild().run()
      let later = Migration(
        101, "later", sql: "alter table report_sheet add column note text default 'none'")
      try await bench.database.migrate([SampleService.migration, later], [bench.model])
      let rows = try await bench.liveRows()
      await #expect(throws: ShadowError.outdated(bench.model.name)) {
        try await bench.exchange().swap(other)
      }
      await #expect(throws: ShadowError.outdated(bench.model.name)) {
        try await bench.exchange().undo()
      }
      #expect(try await bench.liveRows() == rows)
      try await bench.exchange().swap(try await bench.rebuild().run())
      #expect(try await bench.liveRows() == rows)
    }
  }

  @Test func `steps back while a long transaction writes the live tables`() async throws {
    try await Workbench.with(exchangeAttempts: 2) { bench in
      try await bench.writeAndConsume(reports: 5, rounds: 2)
      let progress = try await bench.rebuild().run()
      try await bench.database.asOwner("update report_sheet set drafts = 99")
      let rows = try await bench.liveRows()
      let (begun, end) = (Gate(), Gate())
      async let writing: Void = bench.store.commit { transaction in
        try transaction.rows("update report_sheet set drafts = drafts", [])
        begun.open()
        #expect(end.pass())
      }
      try await waitUntil { begun.isOpen }
      await #expect(throws: ShadowError.tablesBusy(bench.model.name)) {
        try await bench.exchange().swap(progress)
      }
      #expect(
        try await bench.site.inventory(of: bench.model)
          == ShadowInventory(hasShadow: true, hasPrevious: false))
      end.open()
      try await writing
      #expect(try await bench.liveRows() == rows)
      // The hold was let go: the consumer goes on, and so does a second attempt.
      try await bench.consume([bench.writer.draft("R1")])
      try await bench.exchange().swap(progress)
      try await bench.expectLiveIsRight()
    }
  }

  @Test func `that was cut short on its way back can be undone again`() async throws {
    try await Workbench.with(exchangeAttempts: 1) { bench in
      try await bench.writeAndConsume(reports: 5, rounds: 2)
      try await bench.database.asOwner("update report_sheet set drafts = 99")
      let bad = try await bench.liveRows()
      try await bench.exchange().swap(try await bench.rebuild().run())
      let good = try await bench.liveRows()
      for goesOn in [true, false] {
        let (begun, end) = (Gate(), Gate())
        async let writing: Void = bench.store.commit { transaction in
          try transaction.rows("lock table report_sheet in row exclusive mode", [])
          begun.open()
          #expect(end.pass())
        }
        try await waitUntil { begun.isOpen }
        await #expect(throws: ShadowError.tablesBusy(bench.model.name)) {
          try await bench.exchange().undo()
        }
        end.open()
        try await writing
        #expect(try await bench.site.inventory(of: bench.model).hasPrevious)
        // Neither another rebuild nor giving it up loses the tables that were on their way.
        if !goesOn {
          _ = try await bench.rebuild().run()
          try await bench.site.drop(bench.model)
        }
        try await bench.exchange().undo()
        #expect(try await bench.liveRows() == (goesOn ? bad : good))
      }
    }
  }

  @Test func `refuses a shadow that is too far behind, with nothing changed`() async throws {
    try await Workbench.with { bench in
      try await bench.writeAndConsume(reports: 5, rounds: 2)
      _ = try await bench.rebuild().run()
      try await bench.advance(["C1", "C2", "C3"])
      await #expect(throws: ShadowError.tooFarBehind(bench.model.name, streams: 3)) {
        try await bench.site.swap(bench.model, foldsOf: 2)
      }
      try await bench.consume([bench.writer.draft("R1")])
      await #expect(throws: ShadowError.tooFarBehind(bench.model.name, streams: 1)) {
        try await bench.site.swap(bench.model, foldsOf: 100)
      }
      #expect(
        try await bench.site.inventory(of: bench.model)
          == ShadowInventory(hasShadow: true, hasPrevious: false))
      _ = try await bench.rebuild().catchUp(RebuildProgress(expected: 0))
      try await bench.advance(["C2", "C4"])
      try await bench.site.swap(bench.model, foldsOf: 2)
      #expect(try await bench.liveRows().count == 9)
      try await bench.expectLiveIsRight()
    }
  }
}
