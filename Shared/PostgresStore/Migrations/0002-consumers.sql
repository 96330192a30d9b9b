-- What this service knows of the topics it reads.

-- Where each consumer stands. This offset wins over the broker's, because it is kept in the same
-- transaction as what was done with the records.
create table consumer_position (
    consumer      text        not null collate "C",
    topic         text        not null collate "C",
    partition     integer     not null check (partition >= 0),
    next_offset   bigint      not null check (next_offset >= 0),
    -- Offsets mean nothing in another cluster.
    cluster_id    text        not null,
    -- The record before next_offset must carry this id, or it is not the topic it was.
    last_event_id text        not null,
    moved_at      timestamptz not null default clock_timestamp(),
    primary key (consumer, topic, partition)
) with (fillfactor = 50);

-- The last applied sequence of each stream: repeats are recognised, and so are gaps. One row for
-- each stream and not one for each event, so nothing ever has to be cleaned.
create table fence (
    consumer      text   not null collate "C",
    stream        text   not null collate "C",
    last_sequence bigint not null check (last_sequence >= 0),
    primary key (consumer, stream)
) with (fillfactor = 70);

-- Events that wait for an operator or for a newer build, and those of their stream behind them.
create table parked (
    consumer       text        not null collate "C",
    stream         text        not null collate "C",
    sequence       bigint      not null,
    event_type     text        not null,
    data_version   integer     not null,
    recorded_at    timestamptz not null,
    actor          text        not null,
    correlation_id text        not null,
    causation_id   text        not null,
    traceparent    text,
    -- Bytes and not text: what could not be read may not even be text.
    payload        bytea       not null,
    area           text        not null,
    topic          text        not null,
    partition      integer     not null,
    record_offset  bigint      not null,
    cause          text        not null check (cause in ('undecodable', 'failed', 'behind')),
    problem        text,
    attempts       integer     not null,
    parked_at      timestamptz not null default clock_timestamp(),
    primary key (consumer, stream, sequence)
);

-- Streams of which an event was missed. The writer is asked again only after a while.
create table gap (
    consumer         text        not null collate "C",
    stream           text        not null collate "C",
    missing_sequence bigint      not null,
    noted_at         timestamptz not null,
    requested_at     timestamptz not null,
    primary key (consumer, stream)
);
