"""A full topic through one consumer: fences, positions and read model."""

import json
import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import psycopg
from confluent_kafka import Consumer, TopicPartition

from ..province import import_province, wait_for_empty_outbox
from ..sampling import Case, Sample, Side, Target, peak_mib, wait_until, watching
from ..stack import Stack

# The embedded broker drops the oldest record of a partition at 5 MiB.
MEMBERS = 80_000
BATCH = 500
TOPIC = "review.intake.v1"
CONSUMER = "rating.intake"
TEMPLATE = "bench_apply"
FLOOR = "bench_apply_floor"
LIMIT_SECONDS = 300
BROKER_LIMIT_SECONDS = 30
POLL_RECORDS = 10_000
FIRST_PAUSE_SECONDS = 0.002
LOOK_SECONDS = 0.05

TERM_COLUMNS = """
  subject_id, sequence, recorded_at, effective_on, is_whole, existence, level, above_id,
  managing_unit_id, managing_level, peer_group, reviewed, sector, role, channel, posts, heir_id
"""
TERMS = f"""
insert into organisation_term ({TERM_COLUMNS})
select * from unnest(
  %s::text[], %s::bigint[], %s::timestamptz[], %s::date[], %s::boolean[], %s::text[], %s::text[],
  %s::text[], %s::text[], %s::text[], %s::text[], %s::boolean[], %s::text[], %s::text[],
  %s::text[], %s::text[], %s::text[])
on conflict (subject_id, sequence) do nothing
"""
FENCES = """
insert into fence (consumer, stream, last_sequence)
select %s, stream, last_sequence
from unnest(%s::text[], %s::bigint[]) as reached (stream, last_sequence)
order by stream collate "C"
on conflict (consumer, stream) do update set last_sequence = excluded.last_sequence
"""
TERM = f"""
insert into organisation_term ({TERM_COLUMNS})
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
on conflict (subject_id, sequence) do nothing
"""
FENCE = """
insert into fence (consumer, stream, last_sequence) values (%s, %s, %s)
on conflict (consumer, stream) do update set last_sequence = excluded.last_sequence
"""
POSITION = """
insert into consumer_position (consumer, topic, partition, next_offset, cluster_id, last_event_id)
values (%s, %s, %s, %s, %s, %s)
on conflict (consumer, topic, partition) do update
   set next_offset = excluded.next_offset, cluster_id = excluded.cluster_id,
       last_event_id = excluded.last_event_id, moved_at = excluded.moved_at
"""

# What a consumer leaves behind, in a form that two databases can be compared by.
DIGEST = """
select (select md5(string_agg(row::text, '' order by stream)) from fence as row
         where consumer = %(consumer)s),
       (select md5(string_agg(row::text, '' order by subject_id)) from organisation_term as row),
       (select string_agg(concat_ws(' ', partition, next_offset, last_event_id), ' '
                          order by partition)
          from consumer_position where consumer = %(consumer)s and topic = %(topic)s)
"""

# As TERM_COLUMNS names them.
Term = tuple


@dataclass(frozen=True)
class Record:
    """One event of the topic with the row that follows from it, if one does."""

    stream: str
    partition: int
    offset: int
    event_id: str
    term: Term | None


@contextmanager
def topic_reader(stack: Stack) -> Iterator[Consumer]:
    consumer = Consumer({
        "bootstrap.servers": stack.broker, "group.id": "bench", "enable.auto.commit": False,
        "auto.offset.reset": "earliest",
    })
    try:
        yield consumer
    finally:
        consumer.close()


def topic_size(consumer: Consumer, topic: str) -> dict[int, int]:
    """Records of each partition; that the broker dropped some is an error of the bench."""
    sizes = {}
    for partition in consumer.list_topics(topic, BROKER_LIMIT_SECONDS).topics[topic].partitions:
        low, high = consumer.get_watermark_offsets(
            TopicPartition(topic, partition), BROKER_LIMIT_SECONDS)
        if low > 0:
            raise RuntimeError(f"{topic}/{partition} dropped {low} records: take fewer")
        sizes[partition] = high
    return sizes


def read_topic(stack: Stack, topic: str) -> list[Record]:
    """Everything in the topic, partition by partition."""
    with topic_reader(stack) as consumer:
        sizes = topic_size(consumer, topic)
        consumer.assign([TopicPartition(topic, partition, 0) for partition in sizes])
        records: list[Record] = []
        while len(records) < sum(sizes.values()):
            messages = consumer.consume(POLL_RECORDS, BROKER_LIMIT_SECONDS)
            if not messages:
                raise RuntimeError(f"{topic} gave {len(records)} of {sum(sizes.values())} records")
            records += [record(message) for message in messages]
    return sorted(records, key=lambda record: (record.partition, record.offset))


def record(message) -> Record:
    if message.error() is not None:
        raise RuntimeError(f"cannot read the topic: {message.error()}")
    stream = message.key().decode()
    headers = {name: value.decode() for name, value in message.headers()}
    return Record(
        stream, message.partition(), message.offset(), headers["ce_id"],
        term(stream, headers["ce_time"], json.loads(message.value())))


def term(stream: str, recorded_at: str, facts: dict) -> Term | None:
    """The row that rating keeps of the registration of a unit or a person."""
    if not stream.startswith(("unit/", "person/")):
        return None
    # A registration holds from the day on which it is recorded, in Việt Nam.
    day = (datetime.fromisoformat(recorded_at) + timedelta(hours=7)).date()
    return (stream, 1, recorded_at, day, True, "begins", facts.get("level"),
        facts.get("memberOfID", facts.get("parentID")), facts.get("managingUnitID"),
        facts.get("managingLevel"), facts["peerGroup"], facts.get("reviewed"),
        facts.get("sector"), facts.get("role"), facts.get("channel"), None, None)


def applied(connection: psycopg.Connection, consumer: str = CONSUMER) -> int:
    """How many records a consumer has gone through; cheap to ask, whatever the tables hold."""
    return connection.execute(
        "select coalesce(sum(next_offset), 0)::bigint from consumer_position where consumer = %s",
        [consumer], prepare=True,
    ).fetchone()[0]


def catch_up(stack: Stack, records: int) -> Sample:
    """Starts rating and measures from its first batch to its last: joining a group is no work."""
    with (
        stack.connect("rating") as connection,
        ThreadPoolExecutor(1) as pool,
    ):
        starting = pool.submit(stack.start, "rating-1")
        wait_until("the first batch", lambda: applied(connection) > 0 or has_failed(starting),
            LIMIT_SECONDS, FIRST_PAUSE_SECONDS)
        # The first batch is not counted, nor what followed before it was seen.
        begun = applied(connection)
        if begun == 0:
            starting.result()
        pid = stack.pid("rating-1")
        with watching(pid, transactions=stack.transactions) as watch:
            wait_until(f"{records} records", lambda: applied(connection) >= records,
                LIMIT_SECONDS, LOOK_SECONDS)
        if begun >= records:
            raise RuntimeError("all was applied before it was looked at: take more events")
        starting.result()
        return watch.sample(records - begun, peak_mib=peak_mib(pid))


def has_failed(work: Future) -> bool:
    return work.done() and work.exception() is not None


def array(values: list) -> str:
    """The literal of an array of values that hold nothing that would need quoting."""
    return "{" + ",".join("null" if value is None else str(value) for value in values) + "}"


class Apply(Case):
    name = "apply"
    work = (
        "80.000 members stand in intake's topic, as its relay published them; rating is started"
        " with an empty database and applies them in batches of at most 500: a fence and a row of"
        " the read model for each event, a position for each partition of a batch. Counted from"
        " the first batch that is seen to the last. Floors: the same rows with the same statements"
        " in batches of 500, one transaction each, over one connection (psycopg, pipelined): all"
        " rows of a table as arrays in one statement, or one statement for each row. They read no"
        " broker, decode nothing, look at no fence, close no gap, take no lock and keep one"
        " position where ours keeps one for each partition of a batch; what they leave behind is"
        " compared with ours."
    )
    hypothesis = (
        "0,5 of the arrays: decoding 600 bytes of JSON and headers costs about what the server"
        " needs for two rows, and it does not overlap with the server's work. The target of 0,7"
        " asks that the next batch is decoded while the server works. One statement for each row"
        " is expected at a third of the arrays."
    )
    targets = [
        Target("arrays", rate=0.7),
        Target("one statement a row", rate=0.7),
    ]

    def __init__(self, stack: Stack, scale: float) -> None:
        self.stack = stack
        self.members = int(MEMBERS * scale)
        self.records: list[Record] = []
        self.cluster = ""
        self.result: tuple | None = None

    def prepare(self) -> None:
        self.stack.stop("notification-1", "rating-1", "case-tracking-1")
        import_province(self.stack, self.members)
        wait_for_empty_outbox(self.stack, "intake")
        self.stack.stop("intake-1")
        self.records = read_topic(self.stack, TOPIC)
        if len(self.records) < self.members:
            raise RuntimeError(f"the topic holds {len(self.records)} records")
        with topic_reader(self.stack) as consumer:
            self.cluster = consumer.list_topics(TOPIC, BROKER_LIMIT_SECONDS).cluster_id
        self.stack.copy_database("rating", TEMPLATE)

    def sides(self) -> list[Side]:
        return [
            Side("ours", self.ours),
            Side("arrays", lambda: self.floor(self.arrays)),
            Side("one statement a row", lambda: self.floor(self.rows)),
        ]

    def ours(self) -> Sample:
        self.stack.copy_database(TEMPLATE, "rating")
        try:
            sample = catch_up(self.stack, len(self.records))
        finally:
            self.stack.stop("rating-1")
        with self.stack.connect("rating") as connection:
            self.check(connection)
        return sample

    def floor(self, write) -> Sample:
        self.stack.copy_database(TEMPLATE, FLOOR)
        with self.stack.connect(FLOOR) as connection:
            batches = [
                write(self.records[start:start + BATCH])
                for start in range(0, len(self.records), BATCH)
            ]
            with watching(os.getpid()) as watch:
                for batch in batches:
                    with connection.pipeline(), connection.transaction():
                        batch(connection.cursor())
            self.check(connection)
        self.stack.drop_database(FLOOR)
        return Sample(len(self.records), watch.seconds, watch.cpu_seconds)

    def arrays(self, batch: list[Record]):
        """The batch as three statements, its parameters ready to be sent."""
        terms = [array(column) for column in zip(*rows_of(batch), strict=True)]
        fences = (CONSUMER, array([record.stream for record in batch]), array([1] * len(batch)))
        positions = self.positions(batch)

        def send(cursor: psycopg.Cursor) -> None:
            cursor.execute(TERMS, terms, prepare=True)
            cursor.execute(FENCES, fences, prepare=True)
            cursor.executemany(POSITION, positions)

        return send

    def rows(self, batch: list[Record]):
        """The batch as a statement for each row."""
        terms = rows_of(batch)
        fences = sorted((CONSUMER, record.stream, 1) for record in batch)
        positions = self.positions(batch)

        def send(cursor: psycopg.Cursor) -> None:
            cursor.executemany(TERM, terms)
            cursor.executemany(FENCE, fences)
            cursor.executemany(POSITION, positions)

        return send

    def positions(self, batch: list[Record]) -> list[tuple]:
        last = {record.partition: record for record in batch}
        return [
            (CONSUMER, TOPIC, partition, record.offset + 1, self.cluster, record.event_id)
            for partition, record in last.items()
        ]

    def check(self, connection: psycopg.Connection) -> None:
        """Whoever leaves other rows behind than the one before has not done the same work."""
        found = connection.execute(DIGEST, {"consumer": CONSUMER, "topic": TOPIC}).fetchone()
        counts = connection.execute(
            "select (select count(*) from fence where consumer = %s),"
            " (select count(*) from organisation_term), (select count(*) from parked)", [CONSUMER],
        ).fetchone()
        wanted = (len(self.records), len(rows_of(self.records)), 0)
        if counts != wanted:
            raise RuntimeError(f"fences, terms, parked: {counts} instead of {wanted}")
        self.result = self.result or found
        if found != self.result:
            raise RuntimeError("two sides left different rows behind")

    def close(self) -> None:
        self.stack.drop_database(TEMPLATE)
        self.stack.drop_database(FLOOR)
        self.stack.reset()
        self.stack.up()


def rows_of(records: list[Record]) -> list[Term]:
    return [record.term for record in records if record.term is not None]
