-- A report that was reopened is owed even when its cycle is closed; what a closing cancelled is
-- owed again when the cycle goes on. Before, no cycle ever went on, so which of the cancelled
-- duties ended with theirs is told by the cycle: no other fact cancelled the duty of a report.
alter table duty
  add column outlives_cycle boolean not null default false,
  add column ended_with_cycle boolean not null default false;
update duty set ended_with_cycle = true where kind = 'report' and state = 'cancelled';
create index duty_ended_with_cycle on duty (cycle_id) where ended_with_cycle;
