import EventStream

/// The statements about one read model and its shadow.
///
/// Every name in them comes from the source: of tables by ``ReadTable``, of schemas by
/// ``ReadModelName``, whose characters need no quoting.
struct ShadowSQL {
  private let model: ReadModel

  init(_ model: ReadModel) { self.model = model }

  private var shadow: String { "shadow_\(model.name.identifier)" }

  /// Streams behind $3 that a consumer ($1) applied further live, at most $2.
  ///
  /// A look into the key for each stream: a fence that was filled a moment ago has no statistics,
  /// and a join with it may be planned as if it were empty, which takes minutes for 100,000 streams.
  var foreignLag: SQL {
    SQL(
      composed: """
        select stream, built, last_sequence
          from (select stream, last_sequence,
                       coalesce((select built.last_sequence from \(shadow).fence as built
                                  where built.consumer = $1 and built.stream = live.stream), 0)
                         as built
                  from public.fence as live
                 where consumer = $1 and stream not like 'repair/%' and stream > $3
                 order by stream offset 0) as compared
         where last_sequence > built order by stream limit $2
        """)
  }

  /// Own streams of the kinds $4, behind $3, that are further than what was folded under the name
  /// $1, at most $2.
  var ownLag: SQL {
    SQL(
      composed: """
        select stream, built, last_sequence
          from (select stream, last_sequence,
                       coalesce((select built.last_sequence from \(shadow).fence as built
                                  where built.consumer = $1 and built.stream = head.stream), 0)
                         as built
                  from public.stream_head as head
                 where split_part(stream, '/', 1) = any($4::text[]) and stream > $3
                 order by stream offset 0) as compared
         where last_sequence > built order by stream limit $2
        """)
  }

  /// Only the shadow exists from here on to the end of the transaction, or until told otherwise.
  var enterShadow: SQL { SQL(composed: "select set_config('search_path', '\(shadow)', true)") }

  /// Keeps everybody from reading and writing the tables, in one order everywhere: the shadow's
  /// first, because nobody has to wait while those are waited for.
  var lockTables: SQL {
    let tables = [shadow, "public"].flatMap { schema in
      model.tables.map { "\(schema).\($0.name.text)" }
    }
    return SQL(
      composed: "lock table \(tables.joined(separator: ", ")) in access exclusive mode")
  }

  /// Rows live and in the shadow, streams compared, differing and moving, and the names of some
  /// that differ; $1 consumers, $2 kinds of own streams, $3 the name of the folds' fences.
  func comparison(of table: ReadTable) -> SQL {
    SQL(
      composed: """
        with moving as (
          select live.stream from public.fence as live
            left join \(shadow).fence as built using (consumer, stream)
           where live.consumer = any($1::text[])
             and live.last_sequence is distinct from coalesce(built.last_sequence, 0)
             and live.stream not like 'repair/%'
          union
          select head.stream from public.stream_head as head
            left join \(shadow).fence as built on built.consumer = $3 and built.stream = head.stream
           where split_part(head.stream, '/', 1) = any($2::text[])
             and head.last_sequence is distinct from coalesce(built.last_sequence, 0)
        ), live as (\(hashes("public", table))), built as (\(hashes(shadow, table))),
        joined as (
          select stream, live.rows as live_rows, built.rows as built_rows,
                 live.hash is distinct from built.hash as differs,
                 stream in (select stream from moving) as is_moving
            from live full join built using (stream)
        )
        select coalesce(sum(live_rows), 0)::bigint, coalesce(sum(built_rows), 0)::bigint,
               count(*) filter (where not is_moving),
               count(*) filter (where differs and not is_moving),
               count(*) filter (where is_moving),
               coalesce(string_agg(stream, E'\\n' order by stream)
                          filter (where differs and not is_moving and place <= 100), ''),
               (select count(*) from moving)
          from (select joined.*, count(*) filter (where differs and not is_moving)
                                   over (order by stream) as place from joined) as counted
        """)
  }

  private func hashes(_ schema: String, _ table: ReadTable) -> String {
    """
    select \(stream(of: table)) as stream, count(*) as rows,
           md5(string_agg(md5(row::text), '' order by row::text)) as hash
      from \(schema).\(table.name.text) as row group by 1
    """
  }

  /// The fields in which rows of the streams $1 differ, at most $2.
  func samples(of table: ReadTable) -> SQL {
    SQL(
      composed: """
        select coalesce(live.stream, built.stream), key, field,
               case field when '(row)' then live.row::text else live.row ->> field end,
               case field when '(row)' then built.row::text else built.row ->> field end
          from (\(rows("public", table))) as live
          full join (\(rows(shadow, table))) as built using (key)
          cross join lateral (
            select '(row)' where live.row is null or built.row is null
            union all
            select name from jsonb_object_keys(live.row) as name
             where built.row is not null and live.row -> name is distinct from built.row -> name
          ) as differing (field)
         order by 1, key, field limit $2
        """)
  }

  private func rows(_ schema: String, _ table: ReadTable) -> String {
    let key = table.key.joined(separator: ", ")
    return """
      select \(stream(of: table)) as stream, jsonb_build_array(\(key))::text as key,
             to_jsonb(row) as row
        from \(schema).\(table.name.text) as row where \(stream(of: table)) = any($1::text[])
      """
  }

  /// A row that names no stream is compared too, together with its like.
  private func stream(of table: ReadTable) -> String {
    "coalesce((\(table.stream.text)), '')"
  }
}
