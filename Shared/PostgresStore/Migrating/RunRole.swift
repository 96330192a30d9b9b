import EventStream

/// The role a service runs as: it reads and writes rows, changes no table, and changes nothing
/// that was recorded (contract 13).
///
/// A table named `audit`, or `audit_…`, is append-only like `event_log`, and so is `discarded`.
struct RunRole {
  private let name: String

  init(_ name: String) { self.name = name }

  /// Gives the role exactly what it needs; does nothing when it has that already.
  func grant(on link: ServerLink) throws {
    // Taking rights from an owner would lock the migrations themselves out.
    guard try !link.ask("select $1 = current_user", .text(name)).boolean(0, 0) else {
      throw StoreError.refused(sqlState: "0LP01", message: "the run role owns the tables")
    }
    let answer = try link.ask(Self.differences, .text(name))
    guard answer.count > 0 else { return }
    var script = "begin; "
    for row in 0..<answer.count { script += try answer.text(row, 0) + "; " }
    do { try link.script(script + "commit") } catch {
      try? link.script("rollback")  // If even this fails, the connection ends, and with it all.
      throw error
    }
  }

  /// One statement for each thing on which the role has other rights than it should.
  ///
  /// Granting what is granted already would make every running instance look everything up anew.
  private static let differences = """
    with thing as (
      select oid, relname, relkind,
             case
               when relkind = 'S' then array['USAGE']
               when relispartition then array[]::text[]
               when relname in ('schema_migration', 'read_model_table') then array['SELECT']
               when relname in ('event_log', 'audit', 'discarded') or relname like 'audit\\_%'
                 then array['SELECT', 'INSERT']
               when relkind in ('v', 'm') then array['SELECT']
               else array['SELECT', 'INSERT', 'UPDATE', 'DELETE']
             end as wanted
        from pg_class
       where relnamespace = current_schema()::regnamespace
         and relkind in ('r', 'p', 'v', 'm', 'S')
    ), judged as (
      select thing.*,
             array(select acl.privilege_type
                     from aclexplode((select relacl from pg_class where oid = thing.oid)) as acl
                    where acl.grantee = (select oid from pg_roles where rolname = $1)
                    order by 1) as granted
        from thing
    )
    select format('grant execute on function %s to %I', oid::regprocedure, $1::text), 0 as place
      from pg_proc
     where pronamespace = current_schema()::regnamespace and prosecdef
       and not has_function_privilege($1, oid, 'EXECUTE')
    union all
    select format('grant usage on schema %I to %I', current_schema(), $1::text), 0
     where not has_schema_privilege($1, current_schema(), 'USAGE')
    union all
    select format('revoke create on schema %I from %I, public', current_schema(), $1::text), 0
     where has_schema_privilege($1, current_schema(), 'CREATE')
    union all
    select format('revoke all on %s %I.%I from %I', case relkind when 'S' then 'sequence' else 'table' end,
                  current_schema(), relname, $1::text), 1
      from judged
     where cardinality(granted) > 0 and not granted <@ wanted
    union all
    select format('grant %s on %s %I.%I to %I', array_to_string(wanted, ', '),
                  case relkind when 'S' then 'sequence' else 'table' end,
                  current_schema(), relname, $1::text), 2
      from judged
     where cardinality(wanted) > 0 and not (wanted <@ granted and granted <@ wanted)
     order by place
    """
}
