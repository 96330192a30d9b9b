-- One submission for pgbench: the statements of intake in their order and in their round trips,
-- with values of the same length. :n is the report. The benchmark puts in {document} and {fact},
-- and leaves out `begin` and `commit` where several submissions share a transaction.
\startpipeline
begin;
set local lock_timeout = '5000ms';
insert into idempotency (actor, route, key, request_hash)
values ('unit/G' || :n, 'POST /v1/reports/{report}/submit', '5f0c8c5e-31b7-4a0e-9d52-c7e1a8' || :n,
        '46fe19825ecacaf62b8ef8579e3c96286a4f0c8e5aff54ad33950b41a4' || :n)
on conflict (actor, route, key) do nothing
returning key;
set local lock_timeout = '10000ms';
select report_id from report where report_id = '2026.u-G' || :n for update;
select stream, sequence, event_type, data_version, recorded_at, actor, correlation_id, causation_id,
       traceparent, payload
  from event_log where stream = 'report/2026.u-G' || :n
 order by stream, sequence;
\endpipeline
\startpipeline
select case_id, matter_id, number, area from suggested_matter
 where cycle_id = '2026' and subject_id = 'unit/G' || :n and state = 'open'
 order by case_id, number, matter_id;
select from_at, to_at from outage where from_at < '2099-12-09 17:00:00+00'
 order by to_at desc limit 100;
select state from cycle where cycle_id = '2026' for share;
\endpipeline
\startpipeline
insert into document (sha256, content)
select *
  from unnest(array['249cdd8755b1178e8ba2132234585a0439759942cc9c19e842504adb06' || :n]::text[],
              array[{document}]::text[])
on conflict (sha256) do nothing;
with shared as materialized (
  select pg_advisory_xact_lock_shared(hashtextextended('event-log', 0))
), advanced as (
  insert into stream_head as head (stream, last_sequence, expected_sequence, append_count)
  select ('report/2026.u-G' || :n)::text, 1::bigint + 1::bigint, 1::bigint, 1 from shared
  on conflict (stream) do update
     set last_sequence = excluded.last_sequence,
         expected_sequence = excluded.expected_sequence,
         append_count = head.append_count + 1
   where head.last_sequence = excluded.expected_sequence
  returning append_count
), checked as materialized (
  select 1 / count(*) as passed from advanced where append_count > 1 or 1::bigint = 0
), fact as materialized (
  select fact.*
    from checked,
         unnest(array['report/2026.u-G' || :n]::text[], array[2]::bigint[],
                array['review.intake.report-submitted']::text[], array[1]::bigint[],
                array[now()]::timestamptz[], array['unit/G' || :n]::text[],
                array['b9a6c2a9-2438-4c18-8e55-3b61bd' || :n]::text[],
                array['request/b9a6c2a9-2438-4c18-8e55-3b61bd' || :n]::text[],
                array[null]::text[], array[{fact}]::text[])
         with ordinality
      as fact (stream, sequence, event_type, data_version, recorded_at,
               actor, correlation_id, causation_id, traceparent, payload, place)
   where passed = 1
), logged as (
  insert into event_log
         (recorded_year, stream, sequence, event_type, data_version, recorded_at,
          actor, correlation_id, causation_id, traceparent, payload)
  select extract(year from recorded_at at time zone 'UTC'), stream, sequence, event_type,
         data_version, recorded_at, actor, correlation_id, causation_id, traceparent, payload
    from fact
   order by place
)
insert into outbox
       (stream, sequence, event_type, data_version, recorded_at,
        actor, correlation_id, causation_id, traceparent, payload)
select stream, sequence, event_type, data_version, recorded_at,
       actor, correlation_id, causation_id, traceparent, payload
  from fact
 order by place;
insert into report (report_id, cycle_id, subject_id, kind, managing_unit_id, managing_level,
                    form, state, version, due_before, due_wording, lateness, received_at,
                    draft_hash, sequence)
select * from unnest(array['2026.u-G' || :n]::text[], array['2026']::text[],
                     array['unit/G' || :n]::text[], array['collective']::text[],
                     array['D1']::text[], array['DISTRICT']::text[], array['01']::text[],
                     array['submitted']::text[], array[1]::bigint[],
                     array['2099-12-09 17:00:00+00']::timestamptz[],
                     array['trước ngày 10/12/2099']::text[], array['onTime']::text[],
                     array[now()]::timestamptz[], array[null]::text[], array[2]::bigint[])
on conflict (report_id) do update
  set cycle_id = excluded.cycle_id, subject_id = excluded.subject_id, kind = excluded.kind,
      managing_unit_id = excluded.managing_unit_id,
      managing_level = excluded.managing_level, form = excluded.form,
      state = excluded.state, version = excluded.version, due_before = excluded.due_before,
      due_wording = excluded.due_wording, lateness = excluded.lateness,
      received_at = excluded.received_at, draft_hash = excluded.draft_hash,
      sequence = excluded.sequence;
insert into report_version (report_id, version, content_hash, received_at, lateness)
select * from unnest(array['2026.u-G' || :n]::text[], array[1]::bigint[],
                     array['249cdd8755b1178e8ba2132234585a0439759942cc9c19e842504adb06' || :n]::text[],
                     array[now()]::timestamptz[], array['onTime']::text[])
on conflict (report_id, version) do update
  set content_hash = excluded.content_hash, received_at = excluded.received_at,
      lateness = excluded.lateness;
insert into idempotency (actor, route, key, request_hash, status, headers, body)
values ('unit/G' || :n, 'POST /v1/reports/{report}/submit', '5f0c8c5e-31b7-4a0e-9d52-c7e1a8' || :n,
        '46fe19825ecacaf62b8ef8579e3c96286a4f0c8e5aff54ad33950b41a4' || :n, 201,
        {headers}, convert_to({receipt}, 'UTF8'))
on conflict (actor, route, key) do update
   set request_hash = excluded.request_hash, status = excluded.status,
       headers = excluded.headers, body = excluded.body;
commit;
\endpipeline
