-- What happens to a report besides being written. Reports from before have nothing of it: no fact
-- of theirs speaks of reopening.
alter table report add column reopenings bigint not null default 0;
