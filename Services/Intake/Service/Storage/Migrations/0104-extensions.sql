-- More time on request: the date that was set first, once another one holds, and what became of the
-- newest wish. Both follow from the report's own facts.
alter table report
  add column first_due_before timestamptz,
  add column extension_state text
    check (extension_state in ('requested', 'granted', 'refused'));
