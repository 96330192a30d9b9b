-- Answers to requests that may be repeated. A row is claimed and answered in one transaction, so a
-- claimed row without an answer is never seen from outside.
create table idempotency (
    actor        text        not null collate "C",
    route        text        not null collate "C",
    key          text        not null collate "C",
    request_hash text        not null,
    status       integer,
    headers      text,
    body         bytea,
    -- By the real clock: answers are forgotten 30 days after it.
    created_at   timestamptz not null default clock_timestamp(),
    primary key (actor, route, key)
);

create index idempotency_created_at on idempotency (created_at);

-- How far the calendar clock is from the real one, in the local profile; no row elsewhere. The
-- version only grows, so that a late instance cannot set an earlier calendar again.
create table calendar (
    is_only_row boolean primary key default true check (is_only_row),
    version     bigint  not null,
    offset_ms   bigint  not null
);
