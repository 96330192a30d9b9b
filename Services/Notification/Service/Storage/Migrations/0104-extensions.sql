-- The sequence of the extension that set a duty's date, or from whose date a reminder counts; null
-- for the first date. A reminder whose date is not that of its duty any more is not sent.
alter table duty add column dated_by bigint;
alter table delivery add column dated_by bigint;
