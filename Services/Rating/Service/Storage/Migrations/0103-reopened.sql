-- Every reopening of a report, so that figures can say which decisions rest on one that was opened
-- again afterwards. A reopening stays on record when the report is accepted anew.
create table reopened (
  cycle_id text not null,
  subject_id text not null,
  sequence bigint not null,
  reopened_at timestamptz not null,
  primary key (cycle_id, subject_id, sequence)
);
