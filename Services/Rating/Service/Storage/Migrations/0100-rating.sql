-- What rating learned from intake: cycles and who is rated under whom.
create table cycle (
  cycle_id text primary key,
  year integer not null,
  rule_set_id text not null
);

create table subject (
  subject_id text primary key,
  kind text not null check (kind in ('collective', 'individual')),
  managing_unit_id text not null,
  managing_level text not null,
  peer_group text not null,
  files_on_paper boolean not null
);
create index subject_group on subject (managing_unit_id, kind, peer_group);

-- Facts of different streams arrive in any order (contract 2), so nothing here refers to a subject
-- that must exist already.
create table reviewed (
  cycle_id text not null,
  subject_id text not null,
  primary key (cycle_id, subject_id)
);

-- A case or a supplement that was opened and, later, settled. A settled row stays, because the
-- fact that opened it could be told again.
create table gate (
  subject_id text not null,
  cycle_id text not null,
  kind text not null check (kind in ('case', 'supplement')),
  case_id text not null,
  is_open boolean not null,
  primary key (subject_id, cycle_id, kind, case_id)
);

-- The group that decisions on the last place are serialised by (contract 21).
create table quota_group (
  cycle_id text not null,
  managing_unit_id text not null,
  kind text not null,
  peer_group text not null,
  primary key (cycle_id, managing_unit_id, kind, peer_group)
);

create table rating (
  rating_id text primary key,
  cycle_id text not null,
  subject_id text not null,
  kind text not null,
  managing_unit_id text not null,
  managing_level text not null,
  peer_group text not null,
  self_level text,
  appraised_level text,
  decided_level text,
  decision_number text,
  sequence bigint not null
);
create index rating_group on rating (cycle_id, managing_unit_id, kind, peer_group);

-- Every decision ever made, so that a figure can be told as it was known on a day (contract 20).
create table rating_decision (
  rating_id text not null,
  sequence bigint not null,
  level text not null,
  effective_at timestamptz not null,
  recorded_at timestamptz not null,
  primary key (rating_id, sequence)
);
