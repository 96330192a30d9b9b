-- What intake shows and looks up. Every table but document, suggested_matter and outage follows
-- from intake's own events and is written together with them.

create table cycle (
  cycle_id          text primary key,
  state             text not null check (state in ('open', 'launched', 'closed')),
  year              bigint not null,
  kind              text not null,
  rule_set_id       text not null,
  plan_number       text not null,
  requested_reports bigint not null,
  sequence          bigint not null
);

create table unit (
  unit_id          text primary key,
  name             text not null,
  level            text not null,
  parent_id        text,
  managing_unit_id text,
  managing_level   text,
  peer_group       text not null,
  reviewed         boolean not null,
  sequence         bigint not null
);

create table person (
  person_id        text primary key,
  full_name        text not null,
  member_of        text not null,
  managing_unit_id text not null,
  managing_level   text not null,
  role             text not null,
  peer_group       text not null,
  channel          text not null,
  sequence         bigint not null
);

create table report (
  report_id        text primary key,
  cycle_id         text not null,
  subject_id       text not null,
  kind             text not null check (kind in ('collective', 'individual')),
  managing_unit_id text not null,
  managing_level   text not null,
  form             text not null,
  state            text not null,
  version          bigint not null,
  due_before       timestamptz not null,
  due_wording      text not null,
  lateness         text,
  received_at      timestamptz,
  draft_hash       text,
  sequence         bigint not null
);
create index report_by_cycle on report (cycle_id, report_id);

create table report_version (
  report_id    text not null,
  version      bigint not null,
  content_hash text not null,
  received_at  timestamptz not null,
  lateness     text not null,
  primary key (report_id, version)
);

create table supplement (
  report_id    text not null,
  case_id      text not null,
  cycle_id     text not null,
  state        text not null check (state in ('requested', 'submitted', 'cancelled')),
  due_before   timestamptz not null,
  due_wording  text not null,
  content_hash text,
  primary key (report_id, case_id)
);
create index supplement_by_case on supplement (case_id);

-- The texts themselves, by fingerprint: events carry the fingerprint only.
create table document (
  sha256  text primary key,
  content text not null
);

-- What case-tracking said about suggested reviews.
create table suggested_matter (
  case_id    text not null,
  matter_id  text not null,
  cycle_id   text not null,
  subject_id text not null,
  number     bigint not null,
  area       text not null,
  state      text not null check (state in ('open', 'withdrawn')),
  primary key (case_id, matter_id)
);
create index suggested_matter_by_subject on suggested_matter (cycle_id, subject_id);

create table outage (
  outage_id   bigint generated always as identity primary key,
  from_at     timestamptz not null,
  to_at       timestamptz not null check (to_at > from_at),
  note        text not null,
  recorded_at timestamptz not null,
  recorded_by text not null
);
