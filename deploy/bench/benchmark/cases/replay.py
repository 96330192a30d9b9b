"""A read model built anew from the writers' logs, beside the live one."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from ..province import import_province, wait_for_empty_outbox
from ..sampling import Case, Sample, Side, Target, peak_mib, wait_until, watching
from ..stack import Stack
from .apply import applied

EVENTS = 150_000
# The smaller size, to see whether memory grows with what is read.
SMALL_SHARE = 10
IMPORTED = 1_000
CONSUMER = "rating.intake"
MODEL = "rating.facts"
SHADOW = "shadow_rating_facts"
FLOOR = "bench_floor"
DATABASES = ("intake", "rating")
WRITERS = ("intake-1", "case-tracking-1")
LIMIT_SECONDS = 600
LOOK_SECONDS = 0.01

# Facts as an import wrote them, under further names.
MULTIPLY = """
insert into event_log (recorded_year, stream, sequence, event_type, data_version, recorded_at,
                       actor, correlation_id, causation_id, traceparent, payload)
select recorded_year, stream || '-' || copy, sequence, event_type, data_version, recorded_at,
       actor, correlation_id, causation_id, traceparent,
       replace(payload, '"' || substr(stream, 8) || '"',
               '"' || substr(stream, 8) || '-' || copy || '"')
  from event_log, generate_series(%s::integer, %s::integer) as copy
 where stream like 'person/%%' and stream not like 'person/%%-%%'
"""

# What rating makes of each fact, in the order of the log; the first column is the row's stream.
ROWS = """
copy (
  select stream, recorded_at, ((recorded_at + interval '7 hours') at time zone 'UTC')::date,
         fact ->> 'level', coalesce(fact ->> 'memberOfID', fact ->> 'parentID'),
         fact ->> 'managingUnitID', fact ->> 'managingLevel', fact ->> 'peerGroup',
         fact ->> 'reviewed', fact ->> 'sector', fact ->> 'role', fact ->> 'channel'
    from (select position, stream, recorded_at, payload::jsonb as fact from event_log) as logged
   order by position
) to stdout
"""
STAGING = """
create temp table staging (
  stream text, recorded_at timestamptz, effective_on date, level text, above_id text,
  managing_unit_id text, managing_level text, peer_group text, reviewed boolean, sector text,
  role text, channel text
) on commit drop
"""
COPY_STAGING = "copy staging from stdin"
FILL_TERMS = """
insert into {schema}.organisation_term
       (subject_id, sequence, recorded_at, effective_on, is_whole, existence, level, above_id,
        managing_unit_id, managing_level, peer_group, reviewed, sector, role, channel)
select stream, 1, recorded_at, effective_on, true, 'begins', level, above_id, managing_unit_id,
       managing_level, peer_group, reviewed, sector, role, channel
  from staging where stream ~ '^(unit|person)/'
on conflict (subject_id, sequence) do nothing
"""
FILL_FENCES = """
insert into {schema}.fence (consumer, stream, last_sequence)
select 'rating.intake', stream, 1 from staging
on conflict (consumer, stream) do update set last_sequence = excluded.last_sequence
"""
# Rows that stand in one of two schemas only.
DIFFERENCE = """
select (select count(*) from (table public.{table} except table {schema}.{table}) as missing)
     + (select count(*) from (table {schema}.{table} except table public.{table}) as wrong)
"""


@dataclass(frozen=True)
class Used:
    """What a process took from its start to its end."""

    seconds: float
    cpu_seconds: float
    peak_mib: float


class Replay(Case):
    name = "replay"
    work = (
        "150.000 facts of members stand in intake's log, and rating has heard all of them;"
        " `rating replay run --read-model rating.facts --into shadow --from-log` builds the read"
        " model anew: from the start of the process to its end, CPU of that process and of intake,"
        " which it reads over HTTP. `a tenth` is the same with 15.000 facts, for the memory. Floor:"
        " the same rows by `COPY` into a temporary table and `INSERT … SELECT … ON CONFLICT` into"
        " tables of the same shape, in one transaction; it reads no log and decodes nothing. Both"
        " results are compared with the live tables, row by row."
    )
    hypothesis = (
        "0,3: intake writes each fact as a line of JSON and rating reads it, both in Swift and one"
        " after the other with the statements of a step; the floor is one sort-free load. Memory"
        " flat, because a step of 1.000 facts is all that is ever held."
    )
    targets = [Target("COPY and INSERT", rate=0.4), Target("a tenth", rate=0.8)]

    def __init__(self, stack: Stack, scale: float) -> None:
        self.stack = stack
        self.events = max(int(EVENTS * scale), IMPORTED * SMALL_SHARE * 2)
        # Which of the two sizes stands in the databases of the stack.
        self.placed = self.events
        # What the floor copies: made before, so that it is not part of its time.
        self.rows: list[bytes] = []

    @property
    def small(self) -> int:
        return self.events // SMALL_SHARE

    def prepare(self) -> None:
        self.stack.stop("notification-1", "rating-1")
        import_province(self.stack, IMPORTED)
        wait_for_empty_outbox(self.stack, "intake")
        # So that nothing is left to read or to send when the writers are started again.
        self.wait_for_reader()
        self.stack.stop(*WRITERS)
        self.extend(0, self.small)
        for database in DATABASES:
            self.stack.copy_database(database, kept(database, self.small))
        self.extend(self.small, self.events)

    def wait_for_reader(self) -> None:
        with (
            self.stack.connect("intake") as writer, self.stack.connect("case_tracking") as reader,
        ):
            told = writer.execute("select count(*) from event_log").fetchone()[0]
            wait_until("case-tracking to know everybody", lambda: applied(
                reader, "case-tracking.intake") >= told, LIMIT_SECONDS)

    def extend(self, begun: int, events: int) -> None:
        """Brings intake's log to so many members' facts, and rating to having heard them."""
        with self.stack.connect("intake") as intake, self.stack.connect("rating") as rating:
            # The imported ones are the first.
            first = max(begun // IMPORTED, 1)
            intake.execute(MULTIPLY, [first, events // IMPORTED - 1])
            intake.execute("vacuum analyze event_log")
            with intake.cursor().copy(ROWS) as source:
                self.rows = [bytes(block) for block in source]
            with rating.transaction():
                self.fill(rating, "public")
            for table in ("organisation_term", "fence"):
                rating.execute(f"vacuum analyze {table}")

    def fill(self, connection, schema: str) -> None:
        connection.execute(STAGING)
        with connection.cursor().copy(COPY_STAGING) as target:
            for block in self.rows:
                target.write(block)
        connection.execute(FILL_TERMS.format(schema=schema))
        connection.execute(FILL_FENCES.format(schema=schema))

    def sides(self) -> list[Side]:
        return [
            Side("ours", lambda: self.ours(self.events)),
            Side("a tenth", lambda: self.ours(self.small)),
            Side("COPY and INSERT", self.floor),
        ]

    def ours(self, events: int) -> Sample:
        self.place(events)
        with self.writers():
            intake = self.stack.pid("intake-1")
            facts = self.facts()
            with watching(intake, transactions=self.stack.transactions) as watch:
                process = self.rating("replay", "run", "--read-model", MODEL, "--into", "shadow",
                    "--from-log", "--anew", "--confirm", str(facts))
            self.check(SHADOW)
            self.rating("replay", "drop", "--read-model", MODEL)
        return Sample(facts, process.seconds, watch.cpu_seconds + process.cpu_seconds,
            peak_mib=process.peak_mib, transactions=watch.transactions, profile=watch.profile)

    @contextmanager
    def writers(self) -> Iterator[None]:
        self.stack.start(*WRITERS)
        try:
            yield
        finally:
            self.stack.stop(*WRITERS)

    def rating(self, *words: str) -> Used:
        """Runs an operation as an operator does."""
        executable = f"{self.stack.environment['REVIEW_BIN']}/rating"
        log = self.stack.state / "log/replay.log"
        with open(log, "wb") as file:
            process = subprocess.Popen(
                [executable, *words,
                 "--operator", "bench", "--reason", "The benchmark measures a rebuild."],
                env=self.stack.instance_environment("rating-1"), stdin=subprocess.DEVNULL,
                stdout=file, stderr=subprocess.STDOUT)
        used = wait_for_end(process)
        if process.returncode != 0:
            raise RuntimeError(f"rating {' '.join(words)}: {log.read_text(errors='replace')}")
        return used

    def floor(self) -> Sample:
        self.place(self.events)
        with self.stack.connect("rating") as connection:
            connection.execute(f"create schema {FLOOR}")
            for table in ("organisation_term", "fence"):
                connection.execute(
                    f"create table {FLOOR}.{table} (like public.{table} including all)")
            with watching() as watch, connection.transaction():
                self.fill(connection, FLOOR)
            self.check(FLOOR)
            connection.execute(f"drop schema {FLOOR} cascade")
        return Sample(self.facts(), watch.seconds)

    def facts(self) -> int:
        """What rating has heard of intake."""
        with self.stack.connect("rating") as connection:
            return connection.execute(
                "select sum(last_sequence)::bigint from public.fence where consumer = %s",
                [CONSUMER],
            ).fetchone()[0]

    def check(self, schema: str) -> None:
        """Whoever built other rows than the live ones has not done the work."""
        with self.stack.connect("rating") as connection:
            for table in ("organisation_term", "fence"):
                differing = connection.execute(
                    DIFFERENCE.format(table=table, schema=schema)).fetchone()[0]
                if differing:
                    raise RuntimeError(f"{differing} rows of {schema}.{table} are wrong")

    def place(self, events: int) -> None:
        """Lets the databases of one size stand where the services look for them."""
        if events == self.placed:
            return
        with self.stack.connect("postgres") as connection:
            for database in DATABASES:
                for old, new in (
                    (database, kept(database, self.placed)), (kept(database, events), database),
                ):
                    connection.execute(f'alter database "{old}" rename to "{new}"')
        self.placed = events

    def close(self) -> None:
        self.stack.reset()
        self.stack.up()


def wait_for_end(process: subprocess.Popen) -> Used:
    """The kernel's own account of the highest memory begins with that of this program."""
    begin = time.perf_counter()
    peak = 0.0
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return Used(time.perf_counter() - begin, usage.ru_utime + usage.ru_stime, peak)
        # It may end between two looks.
        with suppress(RuntimeError):
            peak = peak_mib(process.pid)
        if time.perf_counter() - begin > LIMIT_SECONDS:
            process.kill()
        time.sleep(LOOK_SECONDS)


def kept(database: str, events: int) -> str:
    return f"bench_replay_{database}_{events}"
