"""What the statements of notification cost by themselves: smtplib instead of our sender.

The same trip for each mail in the same order, prepared and pipelined by psycopg, one commit each:
the last mail is settled, its fact goes to log and outbox, the next mail is claimed. Nobody
publishes the facts, nobody looks for stale mails, no lock is held, no clock is asked.
"""

import smtplib

import psycopg

SENDER = "no-reply@review.invalid"
INCARNATION = "bench"
ACTOR = "service:notification"
ANSWER_LIMIT_SECONDS = 30

ACCEPTED = """
with changed as (
    update delivery set state = 'sent', sequence = sequence + 1, last_reply_code = %(code)s,
        last_reply = %(reply)s, decided_at = now(), next_attempt_at = null, claimed_by = null,
        address = null, mail = null
     where delivery_id = %(id)s and claimed_by = %(sender)s and attempts = %(attempt)s
       and sequence = %(sequence)s and state = 'sending'
    returning delivery_id
) select 1 / count(*) from changed
"""
APPEND = """
with shared as materialized (
    select pg_advisory_xact_lock_shared(hashtextextended('event-log', 0))
), advanced as (
    insert into stream_head as head (stream, last_sequence, expected_sequence, append_count)
    select %(stream)s::text, %(sequence)s::bigint + 1, %(sequence)s::bigint, 1 from shared
    on conflict (stream) do update
       set last_sequence = excluded.last_sequence, expected_sequence = excluded.expected_sequence,
           append_count = head.append_count + 1
     where head.last_sequence = excluded.expected_sequence
    returning append_count
), checked as materialized (
    select 1 / count(*) as passed from advanced where append_count > 1 or %(sequence)s::bigint = 0
), fact as materialized (
    select fact.*
      from checked,
           unnest(array[%(stream)s::text], array[%(sequence)s::bigint + 1],
                  array['notification.delivery-sent'], array[1], array[now()],
                  array[%(actor)s::text], array[%(correlation)s::text], array[%(cause)s::text],
                  array[null::text], array[%(payload)s::text]) with ordinality
        as fact (stream, sequence, event_type, data_version, recorded_at, actor, correlation_id,
                 causation_id, traceparent, payload, place)
     where passed = 1
), logged as (
    insert into event_log
           (recorded_year, stream, sequence, event_type, data_version, recorded_at, actor,
            correlation_id, causation_id, traceparent, payload)
    select extract(year from recorded_at at time zone 'UTC'), stream, sequence, event_type,
           data_version, recorded_at, actor, correlation_id, causation_id, traceparent, payload
      from fact order by place
)
insert into outbox
       (stream, sequence, event_type, data_version, recorded_at, actor, correlation_id,
        causation_id, traceparent, payload)
select stream, sequence, event_type, data_version, recorded_at, actor, correlation_id,
       causation_id, traceparent, payload
  from fact order by place
"""
CLAIM = """
with next as (
    select delivery_id, (
        select duty.state from duty where duty.duty_id = delivery.duty_id) as duty_state
      from delivery
     where state = 'pending' and next_attempt_at <= clock_timestamp()
     order by next_attempt_at limit 1 for update skip locked
), taken as (
    update delivery set state = 'sending', claimed_by = %(sender)s, attempts = attempts + 1
      from next
     where delivery.delivery_id = next.delivery_id and coalesce(next.duty_state, 'open') = 'open'
    returning delivery.delivery_id, delivery.attempts, delivery.sequence, delivery.address,
        delivery.mail, delivery.correlation_id
)
select taken.* from next left join taken on true
"""


def send_everything(database: psycopg.Connection, host: str, port: int) -> int:
    """Sends until nothing is due.
    :return: how many mails were sent."""
    sent = 0
    with smtplib.SMTP(host, port, timeout=ANSWER_LIMIT_SECONDS) as server:
        server.ehlo()
        claimed = step(database, None)
        while claimed is not None:
            _, _, _, address, mail, _ = claimed
            server.sendmail(SENDER, [address], mail.encode("ascii"))
            sent += 1
            claimed = step(database, claimed)
    return sent


def step(database: psycopg.Connection, last: tuple | None) -> tuple | None:
    """Settles the last mail and claims the next one, in one round trip and one commit."""
    with database.pipeline():
        if last is not None:
            settle(database, last)
        cursor = database.execute(CLAIM, {"sender": INCARNATION}, prepare=True)
    return cursor.fetchone()


def settle(database: psycopg.Connection, last: tuple) -> None:
    name, attempt, sequence, _, _, correlation = last
    stream = f"delivery/{name}"
    database.execute(ACCEPTED, {
        "code": 250, "reply": "250 2.0.0 OK", "id": name, "sender": INCARNATION,
        "attempt": attempt, "sequence": sequence}, prepare=True)
    database.execute(APPEND, {
        "stream": stream, "sequence": sequence, "actor": ACTOR, "correlation": correlation,
        "cause": f"{stream}@{sequence}",
        "payload": f'{{"attempt":{attempt},"deliveryID":"{name}"}}'}, prepare=True)
