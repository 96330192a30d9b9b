-- The read models are built anew from facts beside the live tables and exchanged for them, so
-- nothing may refer to their tables (decision 0008).
alter table matter drop constraint matter_case_id_fkey;
alter table withdrawal_reason
  drop constraint withdrawal_reason_case_id_fkey,
  drop constraint withdrawal_reason_sha256_fkey;

-- Every answer that intake received, whatever has become of its case. The report that gave it is
-- part of the key, so that a row follows from one stream alone.
create table received_answer (
  report_id text collate "C" not null,
  case_id text collate "C" not null,
  matter_id text collate "C" not null,
  kind text collate "C" not null,
  text_hash text not null,
  primary key (report_id, case_id, matter_id)
);

-- What waited goes on waiting. Answers that made a case explained before this step are missing
-- here and needed by nothing; building the read model anew brings them.
insert into received_answer (report_id, case_id, matter_id, kind, text_hash)
select cycle_id || '.' || left(subject, 1) || '-' || split_part(subject, '/', 2), case_id,
  matter_id, pending_answer.kind, text_hash
from pending_answer join suggested_case using (case_id);

drop table pending_answer;
