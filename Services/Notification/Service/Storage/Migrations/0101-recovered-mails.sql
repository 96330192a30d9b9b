-- After a restore a mail may be known by its facts alone: its text has to be written anew, and until
-- then it waits, or is held, without one. It cannot be taken into hands meanwhile.
alter table delivery drop constraint delivery_check1;
alter table delivery
  add check (state <> 'sending' or mail is not null),
  add check (state <> 'pending' or mail is not null or next_attempt_at is null);

create index delivery_without_text on delivery (delivery_id)
  where mail is null and state in ('pending', 'uncertain');
