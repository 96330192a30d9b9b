"""One, two and three instances of every service, and what happens when some of them are killed."""

import statistics
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import psycopg

from ..fleet import INSTANCES, PROCESSES, Fleet, database_of, fleet, handled, holders, instances
from ..province import import_province, wait_for_empty_outbox
from ..reports import FIRST, Load, relay_at_rest, request_reports, submit
from ..sampling import (
    Case, Sample, Side, Target, cpu_seconds, cpu_seconds_each, wait_until, watching,
)
from ..stack import SERVICES, Stack
from ..table import number
from ..ticks import busy_seconds
from .apply import CONSUMER, TOPIC, applied, topic_reader, topic_size
from .takeover import KILL_REPORTS, Takeover, TakenOver, import_addresses

# More than can be handed in within one run: 2,500 a second.
REPORTS = 7_500
MEMBERS = 12_000
# Of wrk, all instances together: 1, 2 and 3 divide it.
CONNECTIONS = 12
WARM_UP_SECONDS = 1
SECONDS = 2
KILLS = 1
INTAKE = "bench_scale_intake"
RATING = "bench_scale_rating"
LIMIT_SECONDS = 120
FIRST_PAUSE_SECONDS = 0.002
READERS = ("case-tracking", "rating", "notification")

# What a reader was told must be what the writer's streams have come to, no more and no less.
HEADS = """
select md5(string_agg(stream || ' ' || last_sequence, ',' order by stream)) from stream_head
 where stream not like 'repair/%' and last_sequence > 0
"""
FENCES = """
select md5(string_agg(stream || ' ' || last_sequence, ',' order by stream)) from fence
 where consumer = %s and stream not like 'repair/%%'
"""
TROUBLE = "select (select count(*) from parked) + (select count(*) from gap)"
HANDED_IN = """
select (select count(*) from event_log where stream like 'report/%' and sequence = 2),
       (select count(*) from outbox), (select count(*) from report where state = 'submitted'),
       (select count(*) from stream_head where stream like 'report/%' and last_sequence = 2)
"""


def name_of(work: str, count: int) -> str:
    return f"{work}, {count} instance{'s' if count > 1 else ''}"


class Scale(Case):
    name = "scale"
    # Joining takes longer than what is measured, and nothing here stands beside a floor.
    rounds_max = 3
    hypothesis = (
        "Handing in: 0,9 of one instance's rate with three: one instance, the server and wrk"
        " already use both processors, so that further processes only add changes between threads"
        " and eighteen backends where there were six. Catching up: 1,3 with two and no more with"
        " three: one consumer decodes and waits for the server in turn, which leaves a third of two"
        " processors idle, and a second one fills it. After a kill: a relay within 1,5 s, because"
        " PostgreSQL sees the socket close and whoever stands by tries its lock once a second;"
        " partitions within 10 s, 6 s of the session that has to end and up to 3 s of the embedded"
        " broker's joining; a mail that was in hand is held within 3 s. Nothing lost, nothing"
        " twice."
    )
    targets = [
        Target(name_of("hand in", 1), rate=0.9), Target(name_of("catch up", 1), rate=1.0),
    ]
    beside = {
        name_of(work, 1): name_of(work, INSTANCES) for work in ("hand in", "catch up")
    }

    def __init__(self, stack: Stack, scale: float) -> None:
        self.stack = stack
        self.seconds = max(1, round(SECONDS * scale))
        self.members = max(1_000, int(MEMBERS * scale))
        self.records = 0
        # Shares of both processors, by side: the instances', the server's, everybody's.
        self.shares: dict[str, list[tuple[float, float, float]]] = {}
        self.taken_over: list[TakenOver] = []

    @property
    def work(self) -> str:
        return (
            f"At most {self.rounds_max} rounds. Instances of a service share consumer groups and"
            " database. *Hand in*: 12 clients of"
            " `wrk`, divided among the instances of intake, hand in reports of 2 kB for"
            f" {self.seconds} s after {WARM_UP_SECONDS} s that are not counted; the relay stands"
            f" by. *Catch up*: {number(self.records)} facts in intake's topic, rating with an empty"
            " database; its instances start together and join in one generation of the group;"
            " counted from the first batch that is seen to the last. That each of them applied a"
            " share, that one relay is active, and what was left behind is looked at in every run;"
            " only the service in question runs."
            " *Kill*, once all rounds are done: three instances of all four services; clients hand"
            " in reports, which case-tracking and rating apply and for which notification sends"
            " receipts; then SIGKILL, in the same moment, to the one instance of each service that"
            f" holds its relay's lock, with a sender among them. {self.kill_text()}"
            f" *What limits on two processors:* {self.limit_text()}"
        )

    def kill_text(self) -> str:
        if not self.taken_over:
            return "Not yet done."
        return " ".join(taken.text() for taken in self.taken_over)

    def limit_text(self) -> str:
        told = []
        for side, shares in self.shares.items():
            ours, server, busy = (
                statistics.median(share) * 100 for share in zip(*shares, strict=True))
            told.append(
                f"{side}: instances {ours:.0f} %, PostgreSQL {server:.0f} %, other processes"
                f" {max(0, busy - ours - server):.0f} %, idle {max(0, 100 - busy):.0f} %")
        return "; ".join(told) + "."

    # Making what all begin with

    def prepare(self) -> None:
        self.stack.environment |= {
            "REVIEW_INSTANCES": str(INSTANCES), "REVIEW_POSTGRES_PROCESSES": str(PROCESSES),
        }
        everybody = [name for service in SERVICES for name in instances(service)]
        self.stack.stop("rating-1")
        self.stack.copy_database("rating", RATING)
        # Each instance is once started by the stack, which writes down its settings.
        self.stack.up()
        request_reports(self.stack, REPORTS + KILLS * KILL_REPORTS)
        import_province(self.stack, self.members)
        import_addresses(self.stack, FIRST + REPORTS, KILLS * KILL_REPORTS)
        wait_for_empty_outbox(self.stack, "intake")
        self.records = self.told()
        for service in READERS:
            with self.stack.connect(database_of(service)) as connection:
                wait_until(f"{service} to know all", lambda connection=connection, service=service:
                    applied(connection, f"{service}.intake") >= self.records, LIMIT_SECONDS)
        self.stack.stop(*everybody, "sink")
        with topic_reader(self.stack) as consumer:
            held = sum(topic_size(consumer, TOPIC).values())
        if held != self.records:
            raise RuntimeError(f"the topic holds {held} records of {self.records} facts")
        with self.stack.connect("intake") as connection:
            # Without the answers to what has been asked so far.
            connection.execute("truncate idempotency")
            connection.execute("vacuum analyze")
        self.stack.copy_database("intake", INTAKE)

    def told(self) -> int:
        with self.stack.connect("intake") as connection:
            return connection.execute("select count(*) from event_log").fetchone()[0]

    # The rounds

    def sides(self) -> list[Side]:
        runs = {"hand in": self.hand_in, "catch up": self.catch_up}
        return [
            Side(name_of(work, count), partial(run, name_of(work, count), count))
            for work, run in runs.items() for count in range(1, INSTANCES + 1)
        ]

    def hand_in(self, side: str, count: int) -> Sample:
        self.stack.copy_database(INTAKE, "intake")
        with (
            relay_at_rest(self.stack) as connection,
            fleet(self.stack, *instances("intake", count)) as started,
        ):
            started.await_ready()
            first = REPORTS // (1 + SECONDS)
            before = self.submit_to_all(count, FIRST, first, WARM_UP_SECONDS)
            with self.sharing(side, started), watching(*started.pids) as watch:
                loads = self.submit_to_all(
                    count, FIRST + first, REPORTS - first, self.seconds)
            answered = sum(load.requests for load in loads)
            self.check_handed_in(connection, answered + sum(load.requests for load in before))
        return Sample(
            answered, max(load.seconds for load in loads), watch.cpu_seconds,
            statistics.mean(load.p50_ms for load in loads), max(load.p99_ms for load in loads))

    def submit_to_all(self, count: int, first: int, reports: int, seconds: int) -> list[Load]:
        """A wrk for each instance, with reports of its own."""
        share = reports // count
        with ThreadPoolExecutor(count) as pool:
            runs = [
                pool.submit(submit, self.stack, first + place * share, share,
                    CONNECTIONS // count, seconds, place + 1)
                for place in range(count)
            ]
            return [run.result() for run in runs]

    def check_handed_in(self, connection: psycopg.Connection, answered: int) -> None:
        written = connection.execute(HANDED_IN).fetchone()
        # Whoever still waited for an answer when a time was over may have been served.
        if len(set(written)) != 1 or not answered <= written[0] <= answered + 2 * CONNECTIONS:
            raise RuntimeError(f"{answered} commands left {written} facts, rows and heads")

    def catch_up(self, side: str, count: int) -> Sample:
        self.stack.copy_database(RATING, "rating")
        names = instances("rating", count)
        with self.stack.connect("rating") as connection, fleet(self.stack, *names) as started:
            wait_until("the first batch", lambda: applied(connection) > 0, LIMIT_SECONDS,
                FIRST_PAUSE_SECONDS)
            begun = applied(connection)
            with self.sharing(side, started), watching(*started.pids) as watch:
                wait_until("all facts", lambda: applied(connection) >= self.records, LIMIT_SECONDS)
            if begun >= self.records:
                raise RuntimeError("all was applied before it was looked at: take more facts")
            self.check_shared(connection, names)
        return Sample(self.records - begun, watch.seconds, watch.cpu_seconds)

    def check_shared(self, connection: psycopg.Connection, names: list[str]) -> None:
        counts = {name: handled(self.stack, name, CONSUMER) for name in names}
        if min(counts.values()) == 0 or sum(counts.values()) != self.records:
            raise RuntimeError(f"of {self.records} facts the instances applied {counts}")
        active = holders(connection, "relay")
        if len(active) != 1:
            raise RuntimeError(f"relays of rating: {active}")
        self.require_same_streams("rating")

    def require_same_streams(self, service: str) -> None:
        """Whether a reader has heard every fact of intake, none of them missing or parked."""
        # While it hands in, intake's own database is a copy that went another way.
        told = "intake" if self.taken_over else INTAKE
        with self.stack.connect(told) as writer, self.stack.connect(database_of(service)) as reader:
            wanted = writer.execute(HEADS).fetchone()[0]
            found = reader.execute(FENCES, [f"{service}.intake"]).fetchone()[0]
            trouble = reader.execute(TROUBLE).fetchone()[0]
        if found != wanted or trouble:
            raise RuntimeError(f"{service} has not heard what intake told; {trouble} in trouble")

    @contextmanager
    def sharing(self, side: str, started: Fleet) -> Iterator[None]:
        """Notes who used how much of the processors meanwhile."""
        server = cpu_seconds_each(self.stack.server_pids())
        before = cpu_seconds(started.pids), *busy_seconds()
        yield
        after = cpu_seconds(started.pids), *busy_seconds()
        ours, busy, whole = (b - a for a, b in zip(before, after, strict=True))
        theirs = sum(
            used - server[pid] for pid, used in cpu_seconds_each(server).items())
        self.shares.setdefault(side, []).append((ours / whole, theirs / whole, busy / whole))

    # The kill

    def conclude(self) -> None:
        # What all services know of each other belongs together again.
        self.stack.copy_database(INTAKE, "intake")
        takeover = Takeover(self.stack)
        for number in range(KILLS):
            self.taken_over.append(takeover.run(FIRST + REPORTS + number * KILL_REPORTS))
            for service in READERS:
                self.require_same_streams(service)

    def close(self) -> None:
        for name in ("REVIEW_INSTANCES", "REVIEW_POSTGRES_PROCESSES"):
            self.stack.environment.pop(name, None)
        self.stack.reset()
        self.stack.up()
