-- The group of a rating follows from its facts, and facts from before groups were recorded name
-- none: such a rating counts in no quota until its next step. Rows that were written before keep
-- the group they were written with.
alter table rating
  alter column managing_unit_id drop not null,
  alter column managing_level drop not null,
  alter column peer_group drop not null;
