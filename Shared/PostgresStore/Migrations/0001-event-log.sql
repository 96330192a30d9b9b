-- The log of one service, the heads that guard it, and the queue of what is not published yet.

-- Append-only truth. Partitioned by the year of recorded_at from the first migration, because a
-- table that has grown cannot be partitioned without moving every row. A stream may live for
-- years and so lie in several partitions.
create table event_log (
    position       bigint      not null generated always as identity,
    recorded_year  smallint    not null,
    stream         text        not null collate "C",
    sequence       bigint      not null check (sequence > 0),
    event_type     text        not null,
    data_version   integer     not null check (data_version > 0),
    -- By the calendar clock, which can be set in the local profile.
    recorded_at    timestamptz not null,
    -- By the real clock, which never moves.
    logged_at      timestamptz not null default clock_timestamp(),
    actor          text        not null,
    correlation_id text        not null,
    causation_id   text        not null,
    traceparent    text,
    -- Text and not jsonb: the bytes are kept exactly as they were first written.
    payload        text        not null,
    -- The year is here only because a partitioned table demands it; stream_head keeps a sequence
    -- from appearing in two years.
    primary key (stream, sequence, recorded_year)
) partition by list (recorded_year);

do $$
begin
    for year in 2014..2040 loop
        execute format('create table %I partition of event_log for values in (%s)',
                       'event_log_' || year, year);
    end loop;
end $$;

-- A calendar set to another century must not stop the service.
create table event_log_other partition of event_log default;

-- For readers that copy the log.
create index event_log_position on event_log (position);

comment on table event_log is 'Every fact this service recorded; never updated, never deleted.';

-- One row for each stream, locked by every append: it gives sequences out without a gap.
create table stream_head (
    stream            text   collate "C" primary key,
    last_sequence     bigint not null check (last_sequence >= 0),
    -- What the last append expected; an upsert can compare the stored row with the wanted one
    -- only by a column.
    expected_sequence bigint not null,
    -- 1 means that the append made this row, so that an append which expected earlier facts is
    -- recognised.
    append_count      bigint not null
) with (fillfactor = 70);

comment on table stream_head is 'The last sequence of each stream; appends are serialised here.';

-- A queue: rows live for milliseconds. Order inside a stream follows from the lock on its head.
create table outbox (
    id             bigint      generated always as identity primary key,
    stream         text        not null collate "C",
    sequence       bigint      not null,
    event_type     text        not null,
    data_version   integer     not null,
    recorded_at    timestamptz not null,
    actor          text        not null,
    correlation_id text        not null,
    causation_id   text        not null,
    traceparent    text,
    payload        text        not null,
    -- By the real clock: the age of the oldest row is what alarms go by.
    enqueued_at    timestamptz not null default clock_timestamp()
) with (
    -- Dead rows slow the reader of the queue's head down: they are removed after 1,000, not after
    -- a share of a table that is nearly empty most of the time.
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 1000,
    autovacuum_vacuum_insert_scale_factor = 0,
    autovacuum_vacuum_insert_threshold = 10000,
    autovacuum_analyze_scale_factor = 0,
    autovacuum_analyze_threshold = 10000,
    autovacuum_vacuum_cost_delay = 0
);

comment on table outbox is 'Facts that the broker has not acknowledged yet.';

-- Which cluster the facts went to: with another one everything has to be sent again.
create table publication (
    is_only_row boolean primary key default true check (is_only_row),
    cluster_id  text    not null
);

-- Streams, or the whole log, that wait to be sent again.
create table republication (
    id           bigint      generated always as identity primary key,
    -- Null stands for the whole log.
    stream       text        collate "C",
    -- The first sequence of the stream, or the position of the log to go on after.
    from_place   bigint      not null,
    requested_at timestamptz not null default clock_timestamp()
);
