-- Rebuilding read models beside the live ones, and a record of everything that operators do.

-- Which tables may be exchanged, and in which order they are locked. The migrator keeps it equal to
-- what the service declares; the functions below touch no other table.
create table read_model_table (
    read_model text    not null collate "C",
    place      integer not null,
    table_name text    not null unique collate "C",
    primary key (read_model, place)
);

-- Everything that operators did or were refused; the service's role can only add to it.
create table audit (
    id        bigint      generated always as identity primary key,
    at        timestamptz not null default clock_timestamp(),
    operator  text        not null,
    operation text        not null,
    -- Why, in the operator's own words.
    reason    text        not null check (reason <> ''),
    -- JSON, as it was shown to the operator.
    scope     text        not null,
    outcome   text        not null check (outcome in ('begun', 'done', 'refused', 'failed', 'cancelled')),
    -- JSON: what was counted.
    counts    text        not null,
    -- The row that tells of the beginning of the same operation.
    begun_by  bigint
);

-- Rebuilds that run, or ran last: one row for each read model.
create table replay_run (
    read_model  text        primary key collate "C",
    run_id      bigint      not null,
    state       text        not null
        check (state in ('running', 'paused', 'cancelled', 'complete', 'failed', 'swapped')),
    source      text        not null check (source in ('log', 'topic')),
    -- JSON: the operator's wishes, and how far it came.
    scope       text        not null,
    progress    text        not null,
    -- Whether the shadow was found equal, or accepted as it is, since it was built.
    verdict     text        not null default 'unknown'
        check (verdict in ('unknown', 'equal', 'different', 'accepted')),
    started_at  timestamptz not null default clock_timestamp(),
    moved_at    timestamptz not null default clock_timestamp()
);

-- Parked events that an operator discarded: a rebuild passes over them as the live consumer did.
create table discarded (
    consumer     text        not null collate "C",
    event_id     text        not null collate "C",
    stream       text        not null collate "C",
    sequence     bigint      not null,
    reason       text        not null,
    operator     text        not null,
    discarded_at timestamptz not null default clock_timestamp(),
    primary key (consumer, event_id)
);

-- Plans that two persons have to agree on: one operator asks, another one signs. What is signed is
-- the hash of everything above the requester, so that a changed row is no longer approved.
create table approval (
    -- SHA-256, in hexadecimal digits.
    plan         text        primary key collate "C",
    service      text        not null,
    operation    text        not null,
    -- JSON.
    scope        text        not null,
    fact_count   bigint      not null,
    expires_at   timestamptz not null,
    requester    text        not null,
    requested_at timestamptz not null default clock_timestamp(),
    approver     text,
    -- Ed25519, in base64.
    signature    text,
    approved_at  timestamptz,
    used_at      timestamptz,
    check ((approver is null) = (signature is null))
);

-- Exchanging tables needs their owner's rights, which the service's role must not have. These
-- functions lend them for exactly this and check every name against read_model_table.

create function shadow_check(model text, suffix text) returns void
language plpgsql stable set search_path = public, pg_temp as $$
begin
    if not exists (select from read_model_table where read_model = model)
       or suffix <> translate(model, '.-', '__') then
        raise exception 'unknown read model' using errcode = '22023';
    end if;
end $$;

-- Columns, constraints, indexes and storage of a table, to be compared with those of its copy.
create function shadow_shape(place text, table_name text) returns text
language sql stable set search_path = pg_catalog as $$
    select concat_ws(E'\n', class.reloptions::text,
        (select string_agg(
                    format('%s %s %s %s %s %s %s', attname, format_type(atttypid, atttypmod),
                           attcollation, attnotnull, attidentity, attgenerated,
                           pg_get_expr(adbin, adrelid)), E'\n' order by attnum)
           from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
          where attrelid = class.oid and attnum > 0 and not attisdropped),
        (select string_agg(conname || ' ' || pg_get_constraintdef(oid), E'\n' order by conname)
           from pg_constraint where conrelid = class.oid),
        (select string_agg(replace(pg_get_indexdef(indexrelid), format(' ON %I.', $1), ' ON '),
                           E'\n' order by indexrelid::regclass::text)
           from pg_index where indrelid = class.oid))
      from pg_class as class where class.oid = to_regclass(format('%I.%I', $1, $2))
$$;

-- A migration may have changed the live tables since the shadow was made.
create function shadow_check_shape(model text, suffix text) returns void
language plpgsql stable set search_path = public, pg_temp as $$
begin
    if exists (select from read_model_table
                where read_model = model
                  and shadow_shape('shadow_' || suffix, table_name)
                      is distinct from shadow_shape('public', table_name)) then
        raise exception 'the shadow has another shape than the live tables' using errcode = '55000';
    end if;
end $$;

-- Whether a copy of the table could take its place: what hangs on its identity would stay behind.
create function shadow_can_replace(live regclass) returns boolean
language sql stable set search_path = pg_catalog as $$
    select (select relkind = 'r' and relispartition = false from pg_class where oid = live)
       and not exists (select from pg_constraint
                        where contype = 'f' and live in (conrelid, confrelid))
       and not exists (select from pg_trigger where tgrelid = live and not tgisinternal)
       -- Views and rules, and sequences that belong to a column.
       and not exists (select from pg_depend
                        where refclassid = 'pg_class'::regclass and refobjid = live
                          and (classid = 'pg_rewrite'::regclass
                               or (classid = 'pg_class'::regclass and deptype in ('a', 'i')
                                   and objid in (select oid from pg_class where relkind = 'S'))))
$$;

-- Makes room for a shadow. Tables that an undo had begun to bring back become the previous ones
-- again.
create function shadow_clear(suffix text) returns void
language plpgsql set search_path = public, pg_temp as $$
begin
    if obj_description(to_regnamespace('shadow_' || suffix), 'pg_namespace') = 'restored'
       and to_regnamespace('previous_' || suffix) is null then
        execute format('alter schema %I rename to %I', 'shadow_' || suffix, 'previous_' || suffix);
        execute format('comment on schema %I is null', 'previous_' || suffix);
    else
        execute format('drop schema if exists %I cascade', 'shadow_' || suffix);
    end if;
end $$;

create function shadow_create(model text, suffix text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    shadow constant text := 'shadow_' || suffix;
    live regclass;
    known record;
    part record;
    options text[];
begin
    perform shadow_check(model, suffix);
    perform shadow_clear(suffix);
    execute format('create schema %I', shadow);
    execute format('grant usage on schema %I to %I', shadow, session_user);
    for known in select table_name from read_model_table where read_model = model order by place loop
        live := format('public.%I', known.table_name)::regclass;
        if not shadow_can_replace(live) then
            raise exception 'read model table % cannot be exchanged', known.table_name
                using errcode = '0A000',
                      hint = 'It has a foreign key, trigger, view or sequence, or is partitioned.';
        end if;
        execute format('create table %I.%I (like public.%I including all excluding indexes)',
                       shadow, known.table_name, known.table_name);
        select reloptions into options from pg_class where oid = live;
        if options is not null then
            execute format('alter table %I.%I set (%s)', shadow, known.table_name,
                           array_to_string(options, ', '));
        end if;
        -- By their own names, which a later migration may want to find.
        for part in
            select conname, pg_get_constraintdef(oid) as definition
              from pg_constraint where conrelid = live and contype in ('p', 'u', 'x')
        loop
            execute format('alter table %I.%I add constraint %I %s', shadow, known.table_name,
                           part.conname, part.definition);
        end loop;
        for part in
            select pg_get_indexdef(indexrelid) as definition
              from pg_index
             where indrelid = live
               and not exists (select from pg_constraint
                                where conindid = indexrelid and contype in ('p', 'u', 'x'))
        loop
            execute replace(part.definition, format(' ON public.%I ', known.table_name),
                            format(' ON %I.%I ', shadow, known.table_name));
        end loop;
        for part in
            select acl.grantee, string_agg(acl.privilege_type, ', ') as privileges
              from pg_class, aclexplode(relacl) as acl
             where pg_class.oid = live and acl.grantee <> relowner
             group by acl.grantee
        loop
            execute format('grant %s on table %I.%I to %s', part.privileges, shadow,
                           known.table_name,
                           case when part.grantee = 0 then 'public'
                                else quote_ident(pg_get_userbyid(part.grantee)) end);
        end loop;
    end loop;
    execute format('create table %I.fence (like public.fence including all)', shadow);
    execute format('grant select, insert, update, delete on %I.fence to %I', shadow, session_user);
end $$;

create function shadow_drop(model text, suffix text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform shadow_check(model, suffix);
    perform shadow_clear(suffix);
end $$;

-- To be called before a comparison and an exchange: fresh tables have no statistics, and every plan
-- would be a guess. Refuses early what the exchange would refuse.
create function shadow_analyze(model text, suffix text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    known record;
begin
    perform shadow_check(model, suffix);
    perform shadow_check_shape(model, suffix);
    for known in select table_name from read_model_table where read_model = model order by place loop
        execute format('analyze %I.%I', 'shadow_' || suffix, known.table_name);
    end loop;
    execute format('analyze %I.fence', 'shadow_' || suffix);
end $$;

-- The caller holds the locks on the live tables already, so that nothing moves while it catches up.
create function shadow_swap(model text, suffix text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    known record;
begin
    perform shadow_check(model, suffix);
    perform shadow_check_shape(model, suffix);
    execute format('drop schema if exists %I cascade', 'previous_' || suffix);
    execute format('create schema %I', 'previous_' || suffix);
    for known in select table_name from read_model_table where read_model = model order by place loop
        execute format('alter table public.%I set schema %I', known.table_name, 'previous_' || suffix);
        execute format('alter table %I.%I set schema public', 'shadow_' || suffix, known.table_name);
    end loop;
    -- What the old tables had applied at this moment: the way back begins there.
    execute format('alter table %I.fence set schema %I', 'shadow_' || suffix, 'previous_' || suffix);
    execute format('drop schema %I cascade', 'shadow_' || suffix);
    execute format('grant usage on schema %I to %I', 'previous_' || suffix, session_user);
end $$;

-- Again without effect until the tables are live again, so that an undo that was cut short goes on.
create function shadow_restore(model text, suffix text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform shadow_check(model, suffix);
    if to_regnamespace('previous_' || suffix) is null
       and obj_description(to_regnamespace('shadow_' || suffix), 'pg_namespace') = 'restored' then
        return;
    end if;
    execute format('drop schema if exists %I cascade', 'shadow_' || suffix);
    execute format('alter schema %I rename to %I', 'previous_' || suffix, 'shadow_' || suffix);
    execute format('comment on schema %I is %L', 'shadow_' || suffix, 'restored');
end $$;

revoke all on function shadow_check(text, text), shadow_shape(text, text),
    shadow_check_shape(text, text), shadow_can_replace(regclass), shadow_clear(text),
    shadow_create(text, text), shadow_drop(text, text), shadow_analyze(text, text), shadow_swap(text, text),
    shadow_restore(text, text) from public;
