import EventStream
import ReviewEvents
import Testing

@testable import PostgresStore

@Suite(.timeLimit(.minutes(2))) struct `Parameters of a statement` {
  /// Texts that any quoting would get wrong.
  private static let awkward = [
    "", "NULL", "Nguyễn Văn Ổn", "{a,b}", "\"quoted\"", "it's", "back\\slash", "new\nline", "👩‍🌾",
  ]

  @Test func `lists arrive element by element, with nulls, quotes and any script`() async throws {
    let texts = Self.awkward.map(Optional.some) + [nil]
    let numbers: [Int64?] = Self.awkward.indices.map { Int64($0) - 4 } + [nil]
    let instants: [Instant?] =
      try Self.awkward.indices.map { try Instant("1999-12-31T23:59:5\($0).00\($0)Z") } + [nil]
    try await TestDatabase.with(migrated: false) { database in
      try await database.withStore { store in
        let rows = try await store.commit { transaction in
          try transaction.rows(
            """
            select * from unnest($1::text[], $2::bigint[], $3::timestamptz[])
            """,
            [.optionalTexts(texts), .optionalIntegers(numbers), .optionalInstants(instants)])
        }
        #expect(rows.map { $0.optionalText(0) } == texts)
        #expect(try rows.map { try $0.optionalInteger(1) } == numbers)
        #expect(try rows.map { try $0.optionalInstant(2) } == instants)
      }
    }
  }

  @Test func `lists without nulls and empty lists arrive, too`() async throws {
    try await TestDatabase.with(migrated: false) { database in
      try await database.withStore { store in
        let row = try await store.commit { transaction in
          try transaction.rows(
            """
            select cardinality($1::text[]), ($2::boolean[])[2], ($3::bigint[])[1],
                   ($4::timestamptz[])[1], cardinality($5::bigint[])
            """,
            [
              .texts(Self.awkward), .booleans([true, false]), .integers([.min]),
              .instants([Instant(milliseconds: -1)]), .integers([]),
            ])[0]
        }
        #expect(try row.integer(0) == Int64(Self.awkward.count))
        #expect(try row.boolean(1) == false)
        #expect(try row.integer(2) == .min)
        #expect(try row.instant(3) == Instant(milliseconds: -1))
        #expect(try row.integer(4) == 0)
      }
    }
  }

  @Test func `single values take the type that the statement asks for`() async throws {
    try await TestDatabase.with(migrated: false) { database in
      try await database.withStore { store in
        let instant = try Instant("2021-12-09T17:00:00.123Z")
        let row = try await store.commit { transaction in
          try transaction.rows(
            """
            create temporary table thing
                (day date, small integer, moment timestamptz, flag boolean, blob bytea, note text)
            """, [])
          return try transaction.rows(
            """
            insert into thing values ($1, $2, $3, $4, $5, $6)
            returning day, small, moment, flag, encode(blob, 'hex'), note
            """,
            [
              .text("2021-12-09"), .integer(7), .instant(instant), .boolean(true),
              .bytes([0, 255]), .null,
            ])[0]
        }
        #expect(try row.text(0) == "2021-12-09")
        #expect(try row.integer(1) == 7)
        #expect(try row.instant(2) == instant)
        #expect(try row.boolean(3))
        #expect(try row.text(4) == "00ff")
        #expect(row.isNull(5))
      }
    }
  }

  @Test(arguments: [SQLValue.text("a\0b"), .texts(["a\0b"])])
  func `a text with a zero byte is refused and not cut`(value: SQLValue) async throws {
    try await TestDatabase.with(migrated: false) { database in
      try await database.withStore { store in
        await #expect {
          try await store.commit { try $0.rows("select $1::text", [value]) }
        } throws: { error in
          guard case .refused("22021", _)? = error as? StoreError else { return false }
          return true
        }
      }
    }
  }

  @Test func `a refusal names the rule and never the value`() async throws {
    try await TestDatabase.with(migrated: false) { database in
      try await database.withStore { store in
        await #expect(
          throws: StoreError.refused(
            sqlState: "22P02", message: "invalid input syntax for type integer")
        ) {
          try await store.commit {
            try $0.rows("select $1::integer", [.text("Nguyễn Văn A")])
          }
        }
        await #expect {
          try await store.commit { transaction in
            try transaction.rows("create temporary table person (name text primary key)", [])
            for _ in 0..<2 {
              try transaction.rows("insert into person values ($1)", [.text("Nguyễn Văn A")])
            }
          }
        } throws: { !"\($0)".contains("Nguyễn") && "\($0)".contains("23505") }
      }
    }
  }

  @Test func `plans are kept, shared and bounded`() async throws {
    try await TestDatabase.with(migrated: false) { database in
      let connection = PostgresConnection(database.settings, area: .intake, threadName: "plans")
      try await connection.withLink { link in
        for number in 0..<(ServerLink.keptStatementsMax + 50) {
          for _ in 0..<2 {
            let answer = try link.ask("select \(number) + $1::bigint", .integer(1))
            #expect(try answer.integer(0, 0) == Int64(number + 1))
          }
        }
      }
      #expect(await connection.keptStatements == ServerLink.keptStatementsMax)
      let onServer = await connection.attempt(.allowed) { transaction in
        try transaction.rows("select count(*) from pg_prepared_statements", [])[0].integer(0)
      }
      // This side has forgotten them; the server forgets them with the next transaction.
      #expect(try onServer.result.get() == Int64(ServerLink.keptStatementsMax + 1))
      await connection.close()
    }
  }

  @Test func `a plan that a migration made stale is made anew`() async throws {
    try await TestDatabase.with(migrated: false) { database in
      try await database.withStore({ $0.poolSize = 1 }) { store in
        _ = try await store.commit { try $0.rows("create table thing (a integer)", []) }
        let read: SQL = "select * from thing"
        _ = try await store.commit { try $0.rows("insert into thing values (1)", []) }
        let before = try await store.commit { try $0.rows(read, []) }
        #expect(before == [SQLRow(["1"])])
        _ = try await store.commit { try $0.rows("alter table thing add column b text", []) }
        let after = try await store.commit { try $0.rows(read, []) }
        #expect(after == [SQLRow(["1", nil])])
      }
    }
  }
}
