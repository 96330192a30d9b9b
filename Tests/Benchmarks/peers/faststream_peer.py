"""FastStream with confluent-kafka and psycopg: what a team would build in a week.

A writer stores an event and its outbox row in one transaction; a relay publishes and deletes; a
FastStream subscriber keeps a fence and a read model in another database (see ../README.md).

Cases: `commands` runs the writer alone; `path` runs all three, the subscriber in batches, and ends
when every row is visible; `latency` gives one command at a time and waits for its row; `apply`
and `apply-batch` work through a full topic, one commit for each message or batch; `replay`
rebuilds the read model from the topic in batches; `kill` and `kill-batch` end the subscriber in
the middle with SIGKILL and start another one.
"""

import argparse
import asyncio
import collections
import contextlib
import functools
import itertools
import json
import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
import psycopg
import uvloop
from confluent_kafka import Consumer, KafkaError, Message, Producer, TopicPartition
from fast_depends.msgspec import MsgSpecSerializer
from faststream.confluent import KafkaBroker
from faststream.middlewares import AckPolicy

from cases import (
    Timing,
    catch_up,
    killed_half_way,
    one_at_a_time,
    only_commands,
    whole_path,
)
from databases import READ_MODEL, ReadModel, fresh_database
from measuring import Counts, Measurement, options, versions
from processes import Talk, Worker, end_tidily
from workload import (
    STAGES,
    START_LIMIT_SECONDS,
    Command,
    Execute,
    commands,
    event_count,
    run_commands,
)

PEER = "faststream"
TOPIC = "peer-reports"
CONSUMER = "reader"
RELAY_BATCH = 500
RELAY_PAUSE_SECONDS = 0.002
CONSUME_BATCH = 500
# How long a batch may wait to become full.
CONSUME_WAIT_SECONDS = 0.01
BROKER_LIMIT_SECONDS = 30.0
# As the services set them for the embedded broker, which answers an empty fetch only after the
# whole wait, records or not.
FETCH_WAIT_MILLISECONDS = 10
SESSION_MILLISECONDS = 6000

WRITER_TABLES = """
create table report (
    report_id     uuid   primary key,
    stage         text   not null,
    last_sequence bigint not null
) with (fillfactor = 70);
create table event_log (
    position    bigint      not null generated always as identity,
    stream      text        not null collate "C",
    sequence    bigint      not null,
    event_type  text        not null,
    recorded_at timestamptz not null,
    payload     text        not null,
    primary key (stream, sequence)
);
create index event_log_position on event_log (position);
create table outbox (
    id      bigint generated always as identity primary key,
    stream  text   not null collate "C",
    payload text   not null
) with (
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 1000,
    autovacuum_vacuum_cost_delay = 0
);
"""

READER_TABLES = READ_MODEL + """;
create table fence (
    consumer      text   not null collate "C",
    stream        text   not null collate "C",
    last_sequence bigint not null,
    primary key (consumer, stream)
) with (fillfactor = 70);
"""

# One statement and so one round trip and one commit: the fence lets an event through once.
APPLY_ONE = """
with passed as (
    insert into fence as f (consumer, stream, last_sequence)
    values (%(consumer)s, %(stream)s, %(sequence)s)
    on conflict (consumer, stream) do update set last_sequence = excluded.last_sequence
      where f.last_sequence < excluded.last_sequence
    returning 1
)
insert into report_view as view
       (report_id, subject_id, cycle_id, stage, actor, last_sequence, applied)
select %(report_id)s, %(subject_id)s, %(cycle_id)s, %(stage)s, %(actor)s, %(sequence)s, 1
  from passed
on conflict (report_id) do update
   set stage = excluded.stage, actor = excluded.actor, last_sequence = excluded.last_sequence,
       applied = view.applied + 1
"""

KNOWN_FENCES = """
select stream, last_sequence from fence where consumer = %s and stream = any(%s) for update
"""

MOVE_FENCES = """
insert into fence (consumer, stream, last_sequence)
select %s, * from unnest(%s::text[], %s::bigint[])
on conflict (consumer, stream) do update set last_sequence = excluded.last_sequence
"""

APPLY_MANY = """
insert into report_view as view
       (report_id, subject_id, cycle_id, stage, actor, last_sequence, applied)
select * from unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[],
                     %s::int[])
on conflict (report_id) do update
   set stage = excluded.stage, actor = excluded.actor, last_sequence = excluded.last_sequence,
       applied = view.applied + excluded.applied
"""


class Facts(msgspec.Struct):
    subject_id: str
    cycle_id: str
    stage: str
    actor: str
    on_behalf_of: str
    channel: str
    remark: str


class Event(msgspec.Struct):
    """The message, in the structured form of CloudEvents."""

    specversion: str
    id: str
    type: str
    source: str
    subject: str
    time: str
    sequence: int
    traceparent: str
    data: Facts

    @property
    def report_id(self) -> uuid.UUID:
        return uuid.UUID(self.subject.removeprefix("report/"))


def stream_of(command: Command) -> str:
    return f"report/{command.report_id}"


def event_type(command: Command) -> str:
    return f"review.intake.report-{command.stage}"


def event_body(command: Command, recorded_at: datetime) -> str:
    stream = stream_of(command)
    return json.dumps(
        {
            "specversion": "1.0",
            "id": f"{stream}:{command.sequence}",
            "type": event_type(command),
            "source": "intake",
            "subject": stream,
            "time": recorded_at.isoformat(),
            "sequence": command.sequence,
            "traceparent": f"00-{command.report_id.hex}-{command.report:016x}-01",
            "data": command.facts(),
        },
        separators=(",", ":"),
    )


# --- writer and relay ---


class Writer:
    """Decides on locked state, then stores state, event and outbox row: two round trips."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self.of_thread = threading.local()

    def connection(self) -> psycopg.Connection:
        if not hasattr(self.of_thread, "connection"):
            self.of_thread.connection = psycopg.connect(self.dsn, autocommit=True)
        return self.of_thread.connection

    def execute(self, command: Command) -> None:
        connection = self.connection()
        with connection.pipeline(), connection.transaction():
            state = connection.execute(
                "select stage, last_sequence from report where report_id = %s for update",
                (command.report_id,),
                prepare=True,
            ).fetchone()
            sequence = 1 if state is None else state[1] + 1
            if command.stage != STAGES[sequence - 1]:
                raise ValueError(f"report {command.report} is not ready to be {command.stage}")
            self.store(connection, command, sequence)

    def store(self, connection: psycopg.Connection, command: Command, sequence: int) -> None:
        recorded_at = datetime.now(UTC)
        stream, body = stream_of(command), event_body(command, recorded_at)
        connection.execute(
            """
            insert into report (report_id, stage, last_sequence) values (%s, %s, %s)
            on conflict (report_id) do update
               set stage = excluded.stage, last_sequence = excluded.last_sequence
            """,
            (command.report_id, command.stage, sequence),
            prepare=True,
        )
        connection.execute(
            """
            insert into event_log (stream, sequence, event_type, recorded_at, payload)
            values (%s, %s, %s, %s, %s)
            """,
            (stream, sequence, event_type(command), recorded_at, body),
            prepare=True,
        )
        connection.execute(
            "insert into outbox (stream, payload) values (%s, %s)", (stream, body), prepare=True
        )


@contextlib.contextmanager
def open_writer(dsn: str) -> Iterator[Execute]:
    yield Writer(dsn).execute


def durable_producer(bootstrap: str) -> Producer:
    return Producer(
        {"bootstrap.servers": bootstrap, "acks": "all", "enable.idempotence": True,
         "linger.ms": 0, "partitioner": "murmur2_random"}
    )


def flush(producer: Producer) -> None:
    if producer.flush(BROKER_LIMIT_SECONDS):
        raise TimeoutError(f"the broker did not acknowledge within {BROKER_LIMIT_SECONDS} s")


def relay(talk: Talk, dsn: str, bootstrap: str) -> None:
    """Publishes what stands in the outbox and deletes exactly what was acknowledged."""
    producer = durable_producer(bootstrap)
    # The first record waits for metadata and a producer id; readers begin behind it.
    producer.produce(TOPIC, key="warm-up", value="{}")
    flush(producer)
    with psycopg.connect(dsn, autocommit=True) as connection:
        talk.send("ready")
        while True:
            rows = connection.execute(
                "select id, stream, payload from outbox order by id limit %s",
                (RELAY_BATCH,),
                prepare=True,
            ).fetchall()
            if rows:
                acknowledged = publish(producer, rows)
                connection.execute(
                    "delete from outbox where id = any(%s)", (acknowledged,), prepare=True
                )
            else:
                time.sleep(RELAY_PAUSE_SECONDS)


def publish(producer: Producer, rows: Sequence[tuple[int, str, str]]) -> list[int]:
    acknowledged: list[int] = []

    def report(row_id: int, error: KafkaError | None, _: Message) -> None:
        if error is None:
            acknowledged.append(row_id)

    for row_id, stream, payload in rows:
        producer.produce(
            TOPIC, key=stream, value=payload, on_delivery=functools.partial(report, row_id)
        )
    flush(producer)
    return acknowledged


# --- reader ---


@dataclass(frozen=True)
class Reading:
    """How one subscriber reads."""

    dsn: str
    bootstrap: str
    group: str
    batch: bool


def read(talk: Talk, reading: Reading) -> None:
    uvloop.run(run_subscriber(talk, reading))


def quiet_logger() -> logging.Logger:
    handler = logging.StreamHandler()
    # Of the handler too: what comes from librdkafka is not compared with the logger's level.
    handler.setLevel(logging.ERROR)
    logger = logging.getLogger("peer")
    logger.setLevel(logging.ERROR)
    logger.propagate = False
    logger.addHandler(handler)
    return logger


async def run_subscriber(talk: Talk, reading: Reading) -> None:
    """Tells by `talk` when partitions were assigned: joining a group is not what we measure."""

    def assigned(_: Consumer, partitions: Sequence[TopicPartition]) -> None:
        if partitions:
            talk.send(time.monotonic())

    broker = KafkaBroker(
        reading.bootstrap,
        serializer=MsgSpecSerializer(),
        allow_auto_create_topics=False,
        # The default one writes two lines for each message.
        logger=quiet_logger(),
    )
    subscriber = functools.partial(
        broker.subscriber,
        TOPIC,
        group_id=reading.group,
        auto_offset_reset="earliest",
        # The default commits offsets before the handler ran, which loses messages.
        ack_policy=AckPolicy.NACK_ON_ERROR,
        fetch_max_wait_ms=FETCH_WAIT_MILLISECONDS,
        session_timeout_ms=SESSION_MILLISECONDS,
        on_assign=assigned,
    )
    async with await psycopg.AsyncConnection.connect(reading.dsn, autocommit=True) as connection:

        async def handle_one(event: Event) -> None:
            await apply_one(connection, event)

        async def handle_many(events: list[Event]) -> None:
            await apply_many(connection, events)

        if reading.batch:
            subscriber(
                batch=True, max_records=CONSUME_BATCH, polling_interval=CONSUME_WAIT_SECONDS
            )(handle_many)
        else:
            subscriber()(handle_one)
        talk.send("ready")
        await asyncio.to_thread(talk.recv)
        async with broker:
            await broker.start()
            await asyncio.Event().wait()


async def apply_one(connection: psycopg.AsyncConnection, event: Event) -> None:
    await connection.execute(
        APPLY_ONE,
        {
            "consumer": CONSUMER,
            "stream": event.subject,
            "sequence": event.sequence,
            "report_id": event.report_id,
            "subject_id": event.data.subject_id,
            "cycle_id": event.data.cycle_id,
            "stage": event.data.stage,
            "actor": event.data.actor,
        },
        prepare=True,
    )


async def apply_many(connection: psycopg.AsyncConnection, events: Sequence[Event]) -> None:
    """One transaction in two round trips; a statement may touch a row only once."""
    async with connection.pipeline(), connection.transaction():
        streams = sorted({event.subject for event in events})
        cursor = await connection.execute(KNOWN_FENCES, (CONSUMER, streams), prepare=True)
        fences: dict[str, int] = dict(await cursor.fetchall())
        last: dict[str, Event] = {}
        times: collections.Counter[str] = collections.Counter()
        for event in events:
            if event.sequence > fences.get(event.subject, 0):
                fences[event.subject] = event.sequence
                last[event.subject] = event
                times[event.subject] += 1
        if last:
            await store_many(connection, list(last.values()), times)


async def store_many(
    connection: psycopg.AsyncConnection, events: Sequence[Event], times: Mapping[str, int]
) -> None:
    sequences = [event.sequence for event in events]
    await connection.execute(
        MOVE_FENCES, (CONSUMER, [event.subject for event in events], sequences), prepare=True
    )
    await connection.execute(
        APPLY_MANY,
        (
            [event.report_id for event in events],
            [event.data.subject_id for event in events],
            [event.data.cycle_id for event in events],
            [event.data.stage for event in events],
            [event.data.actor for event in events],
            sequences,
            [times[event.subject] for event in events],
        ),
        prepare=True,
    )


# --- topic ---


class Place:
    """Where this measurement begins in the topic, which others may have used before."""

    def __init__(self, bootstrap: str) -> None:
        self.bootstrap = bootstrap
        consumer = self.consumer("peer-place")
        self.offsets = {
            partition: consumer.get_watermark_offsets(
                TopicPartition(TOPIC, partition), BROKER_LIMIT_SECONDS
            )[1]
            for partition in self.partitions(consumer)
        }
        consumer.close()

    def consumer(self, group: str) -> Consumer:
        return Consumer(
            {"bootstrap.servers": self.bootstrap, "group.id": group, "enable.auto.commit": False}
        )

    def partitions(self, consumer: Consumer) -> Sequence[int]:
        topic = consumer.list_topics(TOPIC, BROKER_LIMIT_SECONDS).topics[TOPIC]
        if topic.error is not None:
            raise RuntimeError(f"topic {TOPIC}: {topic.error}")
        return sorted(topic.partitions)

    def new_group(self) -> str:
        """A consumer group that begins here."""
        group = f"peer-{uuid.uuid4().hex}"
        consumer = self.consumer(group)
        consumer.commit(
            offsets=[TopicPartition(TOPIC, *place) for place in self.offsets.items()],
            asynchronous=False,
        )
        consumer.close()
        return group

    def check_kept(self) -> None:
        """The embedded broker drops its oldest records when a partition is full."""
        consumer = self.consumer("peer-place")
        for partition, offset in self.offsets.items():
            low, _ = consumer.get_watermark_offsets(
                TopicPartition(TOPIC, partition), BROKER_LIMIT_SECONDS
            )
            if low > offset:
                raise SystemExit(f"{TOPIC}/{partition} dropped records: take fewer events")
        consumer.close()


def publish_history(bootstrap: str, events: int) -> None:
    producer = durable_producer(bootstrap)
    given = commands(events)
    recorded_at = datetime.now(UTC)
    while batch := list(itertools.islice(given, RELAY_BATCH)):
        rows = [
            (number, stream_of(command), event_body(command, recorded_at))
            for number, command in enumerate(batch)
        ]
        if len(publish(producer, rows)) < len(rows):
            raise RuntimeError("the broker refused records")


# --- cases ---


@contextlib.contextmanager
def subscriber(reading: Reading) -> Iterator[Worker]:
    """A process that has imported everything and waits for the word to begin."""
    with Worker(read, reading) as worker:
        worker.receive(START_LIMIT_SECONDS)
        yield worker


def begin(worker: Worker) -> float:
    """Returns when partitions were assigned."""
    worker.send("go")
    assigned: float = worker.receive(START_LIMIT_SECONDS)
    return assigned


class Run:
    """One measurement with its two databases and its place in the topic."""

    def __init__(self, options: argparse.Namespace, writer: str, reader: str) -> None:
        self.options = options
        self.writer = writer
        self.reader = reader
        self.events: int = options.events
        self.bootstrap: str = options.bootstrap
        for dsn, tables in ((writer, WRITER_TABLES), (reader, READER_TABLES)):
            with psycopg.connect(dsn) as connection:
                connection.execute(tables)

    @contextlib.contextmanager
    def read_model(self) -> Iterator[ReadModel]:
        with psycopg.connect(self.reader, autocommit=True) as connection:
            yield ReadModel(connection)

    def reading(self, place: Place, batch: bool) -> Reading:
        return Reading(self.reader, self.bootstrap, place.new_group(), batch)

    def measurement(self, timing: Timing, counts: Counts, concurrency: int = 1) -> Measurement:
        return Measurement(
            peer=PEER,
            case=self.options.case,
            events=self.events,
            concurrency=concurrency,
            seconds=timing.seconds,
            cpu_seconds=timing.cpu_seconds,
            counts=counts,
            versions=versions("faststream", "confluent-kafka", "psycopg", "msgspec"),
            latencies=timing.latencies,
            recovery_seconds=timing.recovery_seconds,
        )

    @contextlib.contextmanager
    def pipeline(self, batch: bool) -> Iterator[list[int]]:
        """Relay and subscriber, both at work; yields their process ids."""
        with Worker(relay, self.writer, self.bootstrap) as sender:
            sender.receive(START_LIMIT_SECONDS)
            with subscriber(self.reading(Place(self.bootstrap), batch)) as receiver:
                begin(receiver)
                yield [sender.pid, receiver.pid]

    def publish_history(self) -> Place:
        place = Place(self.bootstrap)
        publish_history(self.bootstrap, self.events)
        place.check_kept()
        return place

    def commands(self) -> Measurement:
        concurrency: int = self.options.concurrency
        run = run_commands(open_writer, self.writer, self.events, concurrency)
        with psycopg.connect(self.writer) as connection:
            stored = ReadModel(connection).number(
                "select count(*) from event_log join outbox using (stream, payload)"
            )
        counts = Counts(lost=self.events - stored, duplicated=0)
        return self.measurement(only_commands(run), counts, concurrency)

    def path(self) -> Measurement:
        concurrency: int = self.options.concurrency
        with self.read_model() as rows, self.pipeline(batch=True) as pids:
            timing = whole_path(rows, pids, open_writer, self.writer, self.events, concurrency)
            return self.measurement(timing, rows.counts(self.events), concurrency)

    def latency(self) -> Measurement:
        with (
            self.read_model() as rows,
            self.pipeline(batch=False) as pids,
            open_writer(self.writer) as execute,
        ):
            timing = one_at_a_time(rows, pids, execute, self.events)
            return self.measurement(timing, rows.counts(self.events))

    def apply(self, batch: bool) -> Measurement:
        return self.read_all(self.publish_history(), batch)

    def replay(self) -> Measurement:
        place = self.publish_history()
        self.read_all(place, batch=True)
        with psycopg.connect(self.reader) as connection:
            connection.execute("truncate report_view, fence")
        return self.read_all(place, batch=True)

    def read_all(self, place: Place, batch: bool) -> Measurement:
        with self.read_model() as rows, subscriber(self.reading(place, batch)) as worker:
            timing = catch_up(rows, worker, begin, self.events)
            return self.measurement(timing, rows.counts(self.events))

    def kill(self, batch: bool) -> Measurement:
        reading = self.reading(self.publish_history(), batch)
        with self.read_model() as rows:
            timing = killed_half_way(rows, lambda: subscriber(reading), begin, self.events)
            return self.measurement(timing, rows.counts(self.events))


CASES: dict[str, Callable[[Run], Measurement]] = {
    "commands": Run.commands,
    "path": Run.path,
    "latency": Run.latency,
    "apply": functools.partial(Run.apply, batch=False),
    "apply-batch": functools.partial(Run.apply, batch=True),
    "replay": Run.replay,
    "kill": functools.partial(Run.kill, batch=False),
    "kill-batch": functools.partial(Run.kill, batch=True),
}


def main() -> None:
    end_tidily()
    parser = options(__doc__, CASES, event_count)
    parser.add_argument("--bootstrap", required=True, metavar="HOST:PORT",
                        help=f"of the broker, which must have the topic {TOPIC}")
    parser.add_argument("--concurrency", type=int, default=1, metavar="C",
                        help="commands in flight at a time; cases commands and path")
    parsed = parser.parse_args()
    with (
        fresh_database(parsed.dsn, "peer_faststream_writer") as writer,
        fresh_database(parsed.dsn, "peer_faststream_reader") as reader,
    ):
        CASES[parsed.case](Run(parsed, writer, reader)).print()


if __name__ == "__main__":
    main()
