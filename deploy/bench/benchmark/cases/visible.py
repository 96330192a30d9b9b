"""How long a fact takes from its commit in one service to its row in another one's database."""

import http.client
import json
import math
import os
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from threading import Event
from urllib.parse import urlsplit

import psycopg
from confluent_kafka import Consumer, Producer

from ..province import (
    ACTOR,
    MEMBERS_IN_ONE_UNIT,
    REQUEST_TIMEOUT_SECONDS,
    import_province,
    wait_for_empty_outbox,
)
from ..sampling import Case, Sample, Side, Target, percentile, wait_until, watching
from ..stack import Stack
from .apply import LIMIT_SECONDS, applied
from .peers import PERSONS_HEADER, restart_with_topic

# Of the rate, in per cent.
SHARES = (10, 70)
SECONDS = 3
CALIBRATING_EVENTS = 10_000
# Facts of one command, and so of one commit.
FACTS = 20
CLIENTS = 4
BATCH = 500
FLOOR_TOPIC = "bench-visible"
FLOOR = "bench_visible"
# What our services set for the embedded broker, which answers an empty fetch only after the wait.
FETCH_WAIT_MILLISECONDS = 10
POLL_SECONDS = 0.1
LOOK_SECONDS = 0.05
BROKER_LIMIT_SECONDS = 30
WARM_UP = "warm-up"

INTAKE_COMMITS = """
select stream, pg_xact_commit_timestamp(xmin) from event_log where stream like %s
"""
RATING_COMMITS = """
select subject_id, pg_xact_commit_timestamp(xmin) from organisation_term
where subject_id like %s
"""
KEEP = "insert into seen (stream) select unnest(%s::text[])"


class Visible(Case):
    name = "visible"
    work = (
        "Members are registered at 10 % and at 70 % of the rate at which intake and rating together"
        " bring facts from command to row in closed loop, measured just before (the two and the"
        " broker share this machine, so more than that cannot flow): 20 facts in a commit, open"
        " loop, for 3 s. From the commit in intake to the commit of the row in rating, by"
        " PostgreSQL's own commit timestamps, for every fact; they are taken before the flush, so"
        " one of the two flushes lies within. Floor: the same number of records of the same payload"
        " in the same bursts, produced and consumed in one process by librdkafka (`acks=all`, no"
        " headers, the same wait for a fetch), and a commit for each batch that was there, in a"
        " table without index."
    )
    hypothesis = (
        "At 10 %: p50 within 2, because a commit wakes the relay, which sends at once, and the"
        " consumer waits for the broker as the floor does; ours adds a read of the outbox and some"
        " twenty round trips of one batch; p99 within 4. At 70 %: p50 at 3 and p99 above 4, because"
        " the floor is nearly idle at this rate while our processes and PostgreSQL use both"
        " processors, so that facts wait for their turn."
    )
    targets = [
        Target(f"librdkafka, {share} %", p50=2, p99=4) for share in SHARES
    ]
    beside = {f"librdkafka, {share} %": f"ours, {share} %" for share in SHARES}

    def __init__(self, stack: Stack, scale: float) -> None:
        self.stack = stack
        self.seconds = SECONDS * scale
        self.calibrating = math.ceil(CALIBRATING_EVENTS * scale / FACTS)
        self.runs = 0
        # Facts per second, and the value of one; known after `prepare`.
        self.rate = 0.0
        self.fact: bytes = b""

    def prepare(self) -> None:
        restart_with_topic(self.stack, FLOOR_TOPIC)
        with self.stack.connect("postgres") as connection:
            connection.execute("alter system set track_commit_timestamp = on")
            connection.execute(f"create database {FLOOR}")
        self.stack.stop("postgres")
        self.stack.start("postgres")
        with self.stack.connect(FLOOR) as connection:
            connection.execute("create table seen (stream text not null)")
        self.stack.start("intake-1", "rating-1")
        import_province(self.stack, MEMBERS_IN_ONE_UNIT)
        wait_for_empty_outbox(self.stack, "intake")
        with self.stack.connect("intake") as connection:
            self.fact = connection.execute(
                "select payload from event_log order by position desc limit 1"
            ).fetchone()[0].encode()
            told = connection.execute("select count(*) from event_log").fetchone()[0]
        with self.stack.connect("rating") as connection:
            wait_until("rating to know everybody", lambda: applied(connection) >= told,
                LIMIT_SECONDS)
        self.rate = self.flow(self.calibrating, 0).rate

    def sides(self) -> list[Side]:
        sides = []
        for share in SHARES:
            rate = self.rate * share / 100
            work = (math.ceil(rate * self.seconds / FACTS), FACTS / rate)
            sides.append(Side(f"ours, {share} %", partial(self.flow, *work)))
            sides.append(Side(f"librdkafka, {share} %", partial(self.floor, *work)))
        return sides

    def flow(self, commits: int, interval: float) -> Sample:
        """Registers new members, a command every `interval` seconds, and follows each fact."""
        self.runs += 1
        run = f"V{self.runs}"
        pids = [self.stack.pid(name) for name in ("intake-1", "rating-1")]
        with self.stack.connect("rating") as rating, self.stack.connect("intake") as intake:
            wanted = applied(rating) + commits * FACTS
            with watching(*pids) as watch:
                self.give(run, commits, interval)
                wait_until("the last fact", lambda: applied(rating) >= wanted, LIMIT_SECONDS)
            told = moments(intake, INTAKE_COMMITS, run)
            shown = moments(rating, RATING_COMMITS, run)
        if told.keys() != shown.keys() or len(told) != commits * FACTS:
            raise RuntimeError(f"{commits * FACTS} facts: {len(told)} told, {len(shown)} shown")
        latencies = [(shown[one] - told[one]).total_seconds() * 1e3 for one in told]
        return Sample(len(told), watch.seconds, watch.cpu_seconds,
            percentile(latencies, 0.5), percentile(latencies, 0.99))

    def give(self, run: str, commits: int, interval: float) -> None:
        """Open loop: who is late with one command does not put off the next ones."""
        begin = time.perf_counter()

        def client(number: int) -> None:
            connection = http.client.HTTPConnection(
                urlsplit(self.stack.url("intake")).netloc, timeout=REQUEST_TIMEOUT_SECONDS)
            for place in range(number, commits, CLIENTS):
                sleep_until(begin + place * interval)
                register(connection, run, place)
            connection.close()

        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(client, range(CLIENTS)))

    def floor(self, commits: int, interval: float) -> Sample:
        """The same number of records in the same bursts through librdkafka, and one commit."""
        self.runs += 1
        run = f"V{self.runs}"
        count = commits * FACTS
        sent: dict[str, float] = {}
        producer = open_producer(self.stack.broker)
        stopping = Event()
        with ThreadPoolExecutor(1) as pool, self.stack.connect(FLOOR) as connection:
            connection.execute("truncate seen")
            ready = Event()
            consuming = pool.submit(
                consume, self.stack.broker, connection, count, ready, stopping)
            try:
                wait_until("a first record", lambda: has_begun(ready, producer),
                    BROKER_LIMIT_SECONDS, POLL_SECONDS)
                with watching(os.getpid()) as watch:
                    begin = time.perf_counter()
                    for place in range(commits):
                        sleep_until(begin + place * interval)
                        for number in range(FACTS):
                            stream = member(run, place, number)
                            sent[stream] = time.perf_counter()
                            produce(producer, stream, self.fact)
                    kept = consuming.result(LIMIT_SECONDS)
            finally:
                stopping.set()
                producer.flush(BROKER_LIMIT_SECONDS)
            rows = connection.execute("select count(*) from seen").fetchone()[0]
        if rows != count or kept.keys() != sent.keys():
            raise RuntimeError(f"{count} records: {rows} kept")
        latencies = [(kept[one] - sent[one]) * 1e3 for one in sent]
        return Sample(count, watch.seconds, watch.cpu_seconds,
            percentile(latencies, 0.5), percentile(latencies, 0.99))

    def close(self) -> None:
        del self.stack.environment["REVIEW_TOPICS"]
        # With the cluster goes its setting.
        self.stack.reset()
        self.stack.up()


def sleep_until(moment: float) -> None:
    wait = moment - time.perf_counter()
    if wait > 0:
        time.sleep(wait)


def member(run: str, place: int, number: int) -> str:
    return f"person/{run}-{place * FACTS + number}"


def register(connection: http.client.HTTPConnection, run: str, place: int) -> None:
    """One command that registers members, each with a fact of its own."""
    lines = [PERSONS_HEADER]
    for number in range(FACTS):
        name = member(run, place, number).removeprefix("person/")
        lines.append(f"{name},Nguyễn Văn Mẫu {number},G1,D1,member,MEMBERS,paper")
    connection.request("POST", "/v1/persons/import", "\n".join(lines).encode(), {
        "Content-Type": "text/csv", "Review-Actor": ACTOR, "Idempotency-Key": str(uuid.uuid4()),
    })
    answer = connection.getresponse()
    body = answer.read()
    if answer.status >= http.client.MULTIPLE_CHOICES:
        raise RuntimeError(f"intake answered {answer.status}: {json.loads(body)}")


def moments(connection: psycopg.Connection, query: str, run: str) -> dict[str, datetime]:
    """When the transaction of each row was committed, by the server's clock."""
    return dict(connection.execute(query, [f"person/{run}-%"]).fetchall())


def open_producer(bootstrap: str) -> Producer:
    return Producer({
        "bootstrap.servers": bootstrap, "acks": "all", "linger.ms": 0, "max.in.flight": 1,
        "partitioner": "murmur2_random",
    })


def produce(producer: Producer, key: str, value: bytes) -> None:
    producer.produce(FLOOR_TOPIC, value, key)
    producer.poll(0)


def has_begun(ready: Event, producer: Producer) -> bool:
    """The first record waits for metadata, and its reader for its partitions."""
    if not ready.is_set():
        produce(producer, WARM_UP, b"")
    return ready.is_set()


def consume(
    bootstrap: str, connection: psycopg.Connection, count: int, ready: Event, stopping: Event
) -> dict[str, float]:
    """Keeps `count` records, a commit for each batch; returns when each was kept."""
    consumer = Consumer({
        "bootstrap.servers": bootstrap, "group.id": f"bench-{uuid.uuid4().hex}",
        "auto.offset.reset": "latest", "enable.auto.commit": False,
        "fetch.wait.max.ms": FETCH_WAIT_MILLISECONDS,
    })
    consumer.subscribe([FLOOR_TOPIC])
    kept: dict[str, float] = {}
    try:
        while len(kept) < count and not stopping.is_set():
            # The first record that is there, and all that came with it.
            first = consumer.poll(POLL_SECONDS)
            if first is None:
                continue
            messages = [first, *consumer.consume(BATCH - 1, 0)]
            if any(message.error() for message in messages):
                raise RuntimeError(f"cannot read {FLOOR_TOPIC}")
            ready.set()
            streams = [key for message in messages if (key := message.key().decode()) != WARM_UP]
            if not streams:
                continue
            connection.execute(KEEP, [streams], prepare=True)
            now = time.perf_counter()
            kept |= dict.fromkeys(streams, now)
    finally:
        consumer.close()
    return kept
