-- What case-tracking learned from intake. Rows may be incomplete: facts of different streams
-- arrive in any order, so nothing here refers to another table.

create table unit (
  unit_id text collate "C" primary key,
  level text collate "C" not null,
  parent_id text collate "C",
  managing_unit_id text collate "C",
  managing_level text collate "C"
);

create table person (
  person_id text collate "C" primary key,
  member_of_id text collate "C" not null,
  managing_unit_id text collate "C" not null,
  managing_level text collate "C" not null
);

create table cycle (
  cycle_id text collate "C" primary key,
  year bigint not null,
  rule_set_id text collate "C" not null
);

-- When the report of a subject was first received; no row before that.
create table report_state (
  cycle_id text collate "C" not null,
  subject text collate "C" not null,
  submitted_at timestamptz not null,
  primary key (cycle_id, subject)
);

-- Answers to some matters of a case whose other matters have none yet.
create table pending_answer (
  case_id text collate "C" not null,
  matter_id text collate "C" not null,
  kind text collate "C" not null,
  text_hash text not null,
  primary key (case_id, matter_id)
);

-- The texts, by content. Events carry the hash alone.
create table document (
  sha256 text primary key,
  content text not null
);

-- Cases as people list and count them; every column follows from the case's own stream.
create table suggested_case (
  case_id text collate "C" primary key,
  sequence bigint not null,
  state text not null,
  cycle_id text collate "C" not null,
  subject text collate "C" not null,
  kind text collate "C" not null,
  authority_id text collate "C" not null,
  authority_level text collate "C" not null,
  grounds text not null,
  proposed_at timestamptz not null,
  document_number text,
  issued_at timestamptz,
  acknowledge_before timestamptz,
  acknowledged_at timestamptz,
  explained_at timestamptz,
  conference_held_at timestamptz,
  minutes_hash text,
  concluded_at timestamptz,
  carried_over_to text,
  ended_at timestamptz
);

create index suggested_case_by_cycle on suggested_case (cycle_id, case_id);
create index suggested_case_by_subject on suggested_case (subject);

create table matter (
  case_id text collate "C" not null references suggested_case,
  matter_id text collate "C" not null unique,
  number bigint not null,
  area text not null,
  text_hash text not null,
  answer_kind text,
  answer_hash text,
  outcome text,
  owner text,
  due_before timestamptz,
  measures_hash text,
  percent_done bigint,
  note_hash text,
  result text,
  primary key (case_id, matter_id)
);

-- Why a case was withdrawn: a text that no event carries.
create table withdrawal_reason (
  case_id text collate "C" primary key references suggested_case,
  sha256 text not null references document
);
