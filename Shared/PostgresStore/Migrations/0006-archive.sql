-- Years of the log that lie in files outside this database, whole streams each: see
-- docs/decisions/0014-archived-years.md.

-- One row for each year that is away now; `log restore-archive` takes the row away again.
create table archived_log (
    year           smallint    primary key,
    facts          bigint      not null,
    streams        bigint      not null,
    first_position bigint      not null,
    last_position  bigint      not null,
    -- Over all lines, in any order; see log_digest.
    digest         bigint      not null,
    -- Of the file, in hexadecimal digits.
    sha256         text        not null,
    archived_at    timestamptz not null default clock_timestamp()
);

-- The head of a stream stays, so that nobody can begin it anew.
alter table stream_head add column archived_year smallint;

create function stream_head_is_archived() returns trigger language plpgsql as $$
begin
    raise exception 'stream % lies in the archive of %: restore it first', old.stream, old.archived_year
        using errcode = '55000';
end $$;

-- Whoever appends knows only the last sequence; without this a stream could go on without its past.
create trigger stream_head_is_archived before update on stream_head for each row
    when (old.archived_year is not null and new.archived_year is not null)
    execute function stream_head_is_archived();

-- A fact as one line of JSON, with everything that the log holds of it.
create view log_line as
    select recorded_year, stream, position,
           (select row_to_json(fact)::text
              from (select log.position, log.recorded_year, log.stream, log.sequence, log.event_type,
                           log.data_version,
                           to_char(log.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
                               as recorded_at,
                           to_char(log.logged_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
                               as logged_at,
                           log.actor, log.correlation_id, log.causation_id, log.traceparent,
                           log.payload) as fact) as line
      from event_log as log;

-- 56 bits of each line's hash, added up: the same for the same lines in any order.
create function line_digest(line text) returns bigint language sql immutable as $$
    select ('x' || substr(encode(sha256(convert_to(line, 'UTF8')), 'hex'), 1, 14))::bit(56)::bigint
$$;

-- The streams whose last fact was recorded in this year. A stream goes whole or not at all.
create function log_archivable(which smallint, living text[]) returns setof text language sql stable as $$
    select distinct stream from event_log as past
     where recorded_year = which and split_part(stream, '/', 1) <> all (living)
       and not exists (select from event_log as later
                        where later.stream = past.stream and later.recorded_year > which)
$$;

-- What the streams that are marked with this year come to.
create function log_digest(which smallint, out facts bigint, out digest bigint) language sql stable as $$
    select count(*), coalesce(mod(sum(line_digest(line)), 72057594037927936), 0)::bigint
      from log_line join stream_head using (stream) where archived_year = which
$$;

-- Takes archived streams out of one year's partition: what stays moves to a new table that takes its
-- place, so that the disk is free at once.
create function log_thin(part_year smallint, which smallint) returns void language plpgsql
set search_path = public, pg_temp as $$
declare
    part text := format('event_log_%s', part_year);
begin
    if to_regclass(part) is null then
        -- A year without a partition of its own shares its table with others.
        delete from event_log using stream_head
         where event_log.stream = stream_head.stream and archived_year = which
           and recorded_year = part_year;
        return;
    end if;
    execute format('create table event_log_kept (like %I including all)', part);
    execute format(
        'insert into event_log_kept select part.* from %I as part join stream_head using (stream)'
        ' where archived_year is distinct from $1', part) using which;
    execute format('alter table event_log detach partition %I', part);
    execute format('drop table %I', part);
    execute format('alter table event_log_kept rename to %I', part);
    execute format('alter table event_log attach partition %I for values in (%s)', part, part_year);
    -- The new table's indexes bear the name it was made with.
    execute (select string_agg(format('alter index %I rename to %I', relname,
                                      replace(relname, 'event_log_kept', part)), '; ')
               from pg_index join pg_class on pg_class.oid = indexrelid
              where indrelid = part::regclass and relname like 'event\_log\_kept%');
end $$;

-- Takes a year out of the log, if it is exactly what the file was found to hold. In the caller's
-- transaction: either all of it happens or nothing.
create function log_archive(
    which smallint, living text[], wanted_facts bigint, wanted_digest bigint, file_sha256 text
) returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare
    found record;
    years smallint[];
    part_year smallint;
begin
    -- Every append holds this in shared mode: nothing is under way, and nothing begins.
    perform pg_advisory_xact_lock(hashtextextended('event-log', 0));
    update stream_head set archived_year = which
      from log_archivable(which, living) as ended (stream) where stream_head.stream = ended.stream;
    if exists (select from outbox join stream_head using (stream) where archived_year = which) then
        raise exception 'facts of % are not published yet', which using errcode = '55000';
    end if;
    select * into found from log_digest(which);
    if (found.facts, found.digest) is distinct from (wanted_facts, wanted_digest) then
        raise exception 'the log is no longer what the file holds' using errcode = '55000';
    end if;
    insert into archived_log (year, facts, streams, first_position, last_position, digest, sha256)
    select which, count(*), count(distinct stream), min(position), max(position), wanted_digest,
           file_sha256
      from event_log join stream_head using (stream) where archived_year = which;
    -- As an array: a query that is still read would keep the tables from being dropped.
    select array_agg(distinct recorded_year) into years
      from event_log join stream_head using (stream) where archived_year = which;
    foreach part_year in array years loop
        perform log_thin(part_year, which);
    end loop;
end $$;

revoke all on function log_thin(smallint, smallint),
    log_archive(smallint, text[], bigint, bigint, text) from public;
