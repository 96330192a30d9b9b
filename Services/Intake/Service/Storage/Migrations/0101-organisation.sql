-- Organisations and members over time. A row shows how a thing stands in the end, so it follows
-- from one stream alone; it answers for every day from changes_until on. For an earlier day, and
-- where changes_until is not known, the stream is folded.

alter table unit
  add column sector        text,
  add column ended_on      date,
  add column changes_until date;

alter table person
  -- Every post, the first-ranked first: the role and the organisation, "head cell-1".
  add column posts         text[] not null default '{}',
  add column left_on       date,
  add column changes_until date,
  -- Every organisation that the member ever belonged to or was managed by, in order.
  add column unit_ids      text[] not null default '{}';

-- Until now these streams hold registrations alone, each of which holds from the day in Việt Nam on
-- which it was recorded.
update unit
   set changes_until = told.day
  from (select stream, max((recorded_at at time zone interval '7 hours')::date) as day
          from event_log where stream like 'unit/%' group by stream) as told
 where told.stream = 'unit/' || unit.unit_id;

update person
   set unit_ids = array(
         select distinct unit_id collate "C"
           from unnest(array[person.member_of, person.managing_unit_id]) as named (unit_id)
          order by 1);

update person
   set changes_until = told.day, unit_ids = told.unit_ids
  from (select stream, max((recorded_at at time zone interval '7 hours')::date) as day,
               array_agg(distinct unit_id collate "C" order by unit_id collate "C") as unit_ids
          from event_log,
               unnest(array[payload::jsonb ->> 'memberOfID', payload::jsonb ->> 'managingUnitID'])
                 as named (unit_id)
         where stream like 'person/%' group by stream) as told
 where told.stream = 'person/' || person.person_id;

create index person_by_unit on person using gin (unit_ids);

-- Which days' changes are followed by what becomes of open reports: all up to evaluated_through. The
-- work for the day `evaluating` is done for the subjects up to after_subject.
create table organisation_day (
  is_only_row       boolean primary key default true check (is_only_row),
  evaluated_through date,
  evaluating        date,
  after_subject     text
);
insert into organisation_day default values;
