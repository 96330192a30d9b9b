"""Whether what intake does gets slower as its log grows."""

import json
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from confluent_kafka import Producer
from psycopg import Connection

from ..province import post
from ..reports import FIRST, content, relay_at_rest, request_reports, show, submit
from ..sampling import Case, Sample, Side, Target, peak_mib, wait_until, watching
from ..stack import Stack
from .apply import applied, has_failed

SMALLEST = 10_000
# `make bench CASE=growth EVENTS=10000000`; make hands its variables on.
LARGEST = int(os.environ.get("EVENTS", "1000000"))
# A template, its copy and their write-ahead log.
BYTES_FOR_ONE_EVENT = 3_500
CONNECTIONS = 16
SECONDS = 1
# Reports to be handed in, and others whose subjects get letters; each is one event of the smallest.
OWED = 7_500
WARNED = 1_500
LETTERS = 20_000
# Reports of earlier years are numbered from here, and have three events each.
FORMER = 1_000_000
FORMER_EVENTS = 3
CONSUMER = "intake.case"
TOPIC = "review.case.v1"
LIMIT_SECONDS = 120
FIRST_PAUSE_SECONDS = 0.002

# A report that went its whole way, again and again: with all it left behind. %(model)s is its
# number.
REPLACED = "replace(replace({}, '2026.u-', '2025.u-'), %(model)s::text, n::text)"
RENAMED = ("stream", "payload", "report_id", "subject_id", "content", "actor", "headers")
COPIES = "generate_series(%(first)s::bigint, %(last)s::bigint) as n"
FILL = (
    """
    insert into event_log (recorded_year, stream, sequence, event_type, data_version, recorded_at,
                           actor, correlation_id, causation_id, traceparent, payload)
    select recorded_year, {stream}, sequence, event_type, data_version, recorded_at,
           actor, correlation_id, causation_id, traceparent, {payload}
      from event_log, {copies}
     where stream = 'report/2026.u-G' || %(model)s order by n, sequence
    """,
    """
    insert into stream_head
    select {stream}, last_sequence, expected_sequence, append_count
      from stream_head, {copies} where stream = 'report/2026.u-G' || %(model)s
    """,
    """
    insert into report
    select {report_id}, '2025', {subject_id}, kind, managing_unit_id, managing_level, form, state,
           version, due_before, due_wording, lateness, received_at, draft_hash, sequence
      from report, {copies} where report_id = '2026.u-G' || %(model)s
    """,
    """
    insert into report_version
    select {report_id}, version, encode(sha256(convert_to(n::text, 'UTF8')), 'hex'), received_at,
           lateness
      from report_version, {copies} where report_id = '2026.u-G' || %(model)s
    """,
    """
    insert into document
    select encode(sha256(convert_to(n::text, 'UTF8')), 'hex'), {content}
      from document, {copies}
     where sha256 = (select content_hash from report_version
                      where report_id = '2026.u-G' || %(model)s)
    """,
    """
    insert into idempotency
    select {actor}, route, gen_random_uuid()::text, request_hash, status, {headers}, body
      from idempotency, {copies}
     where actor = 'unit/G' || %(model)s
    """,
    """
    insert into suggested_matter
    select 'C' || n, 'M1', '2025', 'unit/G' || n, 1, 'LAND', 'open' from {copies}
    """,
    "insert into fence select %(consumer)s, 'case/C' || n, 1 from {copies}",
)
SIZES = """
select relname, case relkind when 'r' then pg_table_size(oid) else pg_relation_size(oid) end
  from pg_class
 where relnamespace = 'public'::regnamespace and relkind in ('r', 'i')
   and pg_relation_size(oid) > 1048576 order by 2 desc
"""


def label(events: int) -> str:
    """10⁶ for a million."""
    digits = str(events)
    if digits.rstrip("0") != "1":
        return f"{events:,}".replace(",", ".")
    return "10" + str(len(digits) - 1).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))


class Growth(Case):
    name = "growth"
    hypothesis = (
        "0,9 each from 10⁴ to 10⁶: every access is by index, which gains one level; the log has one"
        " partition for a year, so what is inserted goes to the end of one heap, but its key begins"
        " with the stream and the keys of documents and answers are hashes, which touch pages"
        " everywhere: with 10⁶ events these indexes are larger than the 256 MB of shared buffers"
        " together with the tables, and the kernel's cache has to serve them."
    )

    def __init__(self, stack: Stack, scale: float) -> None:
        self.stack = stack
        largest = max(2 * SMALLEST, int(LARGEST * scale))
        self.sizes = [SMALLEST * 10**power for power in range(12) if SMALLEST * 10**power < largest]
        self.sizes.append(largest)
        self.letters = max(1_000, int(LETTERS * scale))
        # What was done already in the copy of each size.
        self.done: dict[int, set[str]] = {}
        rows = ", ".join(label(size) for size in self.sizes)
        self.work = (
            f"Intake with {rows} events in this year's partition of its log, each three of them a"
            " report that was requested, handed in and accepted, with its read model, its text, the"
            " answer kept for its key, and a fence and a matter of a letter. *Command*: 16 clients"
            " of `wrk` hand in reports of 2 kB for 1 s. *Apply*: 20.000 letters of case-tracking in"
            " the topic, each a fence, a matter and a look at the history of a report that is"
            " locked; from the first batch seen to the last. *Query*: 16 clients of `wrk` look at"
            " any of the old reports for 1 s, which reads its history. The relay stands by. Command"
            " and apply find the log as large as it is called, the query, and in the largest log"
            " the second of the two, some thousand events larger. The largest is set beside each"
            " smaller one."
        )

    @property
    def targets(self) -> list[Target]:
        return [
            Target(self.side(kind, size), rate=0.8)
            for kind in ("command", "apply", "query") for size in self.sizes[:-1]
        ]

    @property
    def beside(self) -> dict[str, str]:
        return {
            self.side(kind, size): self.side(kind, self.sizes[-1])
            for kind in ("command", "apply", "query") for size in self.sizes[:-1]
        }

    @staticmethod
    def side(kind: str, size: int) -> str:
        return f"{kind}, {label(size)} events"

    # Making the logs

    def prepare(self) -> None:
        self.stack.stop("notification-1", "rating-1", "case-tracking-1", "intake-1")
        with relay_at_rest(self.stack) as connection:
            self.require_disk(connection)
            self.stack.start("intake-1")
            request_reports(self.stack, OWED + WARNED + 1)
            self.finish_model()
            self.stack.stop("intake-1")
            # The registrations lie in years that were archived; what is left are reports.
            connection.execute("delete from event_log where stream like 'unit/%'")
            connection.execute("truncate outbox")
        found: dict[str, list[int]] = {}
        for size in self.sizes:
            with self.stack.connect("intake") as connection:
                self.fill(connection, size)
                for relation, size_in_bytes in connection.execute(SIZES).fetchall():
                    found.setdefault(relation, []).append(size_in_bytes)
            self.copy("intake", self.template(size))
        self.stack.drop_database("intake")
        self.work += " " + self.size_text(found)

    def require_disk(self, connection: Connection) -> None:
        directory = Path(connection.execute("show data_directory").fetchone()[0])
        needed = sum(self.sizes) * BYTES_FOR_ONE_EVENT
        free = shutil.disk_usage(directory).free
        if free < needed:
            raise RuntimeError(
                f"{needed >> 20} MiB are needed in {directory}, {free >> 20} are free")

    @property
    def model(self) -> int:
        return FIRST + OWED + WARNED

    def finish_model(self) -> None:
        """Hands in and accepts the last report; all former ones are made after it."""
        report = f"{self.stack.url('intake')}/v1/reports/2026.u-G{self.model}"
        post(f"{report}/submit", content(str(self.model)).encode(), "application/json",
            **{"Review-Actor": f"unit/G{self.model}", "If-Match": '"1"'})
        post(f"{report}/accept", b"", **{"Review-Actor": "unit/D1", "If-Match": '"2"'})

    def fill(self, connection: Connection, size: int) -> None:
        """Puts as many former reports into the log as make it this large."""
        events, first = connection.execute(
            "select count(*), %s + count(*) filter (where stream like 'report/2025.%%') / %s"
            " from event_log", [FORMER, FORMER_EVENTS]).fetchone()
        last = first + (size - events) // FORMER_EVENTS - 1
        columns = {name: REPLACED.format(name) for name in RENAMED}
        for statement in FILL:
            connection.execute(statement.format(copies=COPIES, **columns),
                {"model": self.model, "first": first, "last": last, "consumer": CONSUMER})
        connection.execute("vacuum analyze")
        connection.execute("checkpoint")

    def size_text(self, found: dict[str, list[int]]) -> str:
        def mebibytes(sizes: list[int]) -> str:
            # A relation that was too small to be listed comes in with the larger logs.
            known = [f"{size / 2**20:.0f}" for size in sizes]
            return " / ".join(["<1"] * (len(self.sizes) - len(known)) + known)

        largest = sorted(found.items(), key=lambda item: -item[1][-1])
        return "MiB of tables and indexes: " + ", ".join(
            f"`{relation}` {mebibytes(sizes)}" for relation, sizes in largest) + "."

    # Running

    def sides(self) -> list[Side]:
        work = {"command": self.command, "apply": self.apply, "query": self.query}
        return [
            Side(self.side(kind, size), partial(run, size))
            for kind, run in work.items() for size in reversed(self.sizes)
        ]

    def command(self, size: int) -> Sample:
        with self.database(size, "command") as connection, self.intake() as pid:
            with watching(pid) as watch:
                load = submit(self.stack, FIRST, OWED, CONNECTIONS, SECONDS)
            written = connection.execute("select count(*) from outbox").fetchone()[0]
            if not load.requests <= written <= load.requests + CONNECTIONS:
                raise RuntimeError(f"{load.requests} commands left {written} events")
            return Sample(load.requests, load.seconds, watch.cpu_seconds, load.p50_ms, load.p99_ms,
                peak_mib(pid))

    def query(self, size: int) -> Sample:
        with self.database(size, "query") as connection, self.intake() as pid:
            former = connection.execute(
                "select count(*) from report where report_id like '2025.%'").fetchone()[0]
            with watching(pid) as watch:
                load = show(self.stack, "2025", FORMER, former, CONNECTIONS, SECONDS)
            return Sample(load.requests, load.seconds, watch.cpu_seconds, load.p50_ms, load.p99_ms,
                peak_mib(pid))

    def apply(self, size: int) -> Sample:
        self.stack.tell("restart-broker")
        self.publish_letters()
        with self.database(size, "apply") as connection, ThreadPoolExecutor(1) as pool:
            starting = pool.submit(self.stack.start, "intake-1")
            try:
                wait_until("the first letter",
                    lambda: applied(connection, CONSUMER) > 0 or has_failed(starting),
                    LIMIT_SECONDS, FIRST_PAUSE_SECONDS)
                starting.result()
                # Joining a group is no work; what was applied before it was seen is not counted.
                begun = applied(connection, CONSUMER)
                pid = self.stack.pid("intake-1")
                with watching(pid) as watch:
                    wait_until("the letters",
                        lambda: applied(connection, CONSUMER) >= self.letters, LIMIT_SECONDS)
                if begun >= self.letters:
                    raise RuntimeError("all was applied before it was looked at")
                peak = peak_mib(pid)
            finally:
                wait([starting])
                self.stack.stop("intake-1")
            self.check_letters(connection)
        return Sample(self.letters - begun, watch.seconds, watch.cpu_seconds, peak_mib=peak)

    def check_letters(self, connection: Connection) -> None:
        found = connection.execute(
            "select (select count(*) from fence where stream like 'case/L%'),"
            " (select count(*) from suggested_matter where cycle_id = '2026'),"
            " (select count(*) from parked)").fetchone()
        if found != (self.letters, self.letters, 0):
            raise RuntimeError(f"{self.letters} letters left fences, matters, parked: {found}")

    def publish_letters(self) -> None:
        """What case-tracking would say, to subjects whose reports nobody hands in."""
        failed: list[object] = []
        producer = Producer({
            "bootstrap.servers": self.stack.broker, "acks": "all",
            "partitioner": "murmur2_random", "queue.buffering.max.messages": 2 * self.letters,
        })
        for number in range(self.letters):
            stream, payload, headers = letter(number)
            producer.produce(TOPIC, payload, stream, headers=headers, on_delivery=lambda error, _: (
                failed.append(error) if error else None))
        if producer.flush(LIMIT_SECONDS) or failed:
            raise RuntimeError(f"not all letters were published: {failed[:1]}")

    @contextmanager
    def intake(self) -> Iterator[int]:
        self.stack.start("intake-1")
        try:
            yield self.stack.pid("intake-1")
        finally:
            self.stack.stop("intake-1")

    @contextmanager
    def database(self, size: int, kind: str) -> Iterator[Connection]:
        """Lends the copy of this size under the name that intake knows it by.

        What a query finds may be used already; the largest copy serves one command and one apply,
        because making it takes as long as both together.
        """
        held = f"{self.template(size)}_held"
        spoilt_by = {"command", "apply"} if size < self.sizes[-1] else {kind}
        if size not in self.done or (kind != "query" and self.done[size] & spoilt_by):
            self.copy(self.template(size), held)
            self.done[size] = set()
        self.done[size].add(kind)
        self.rename(held, "intake")
        with relay_at_rest(self.stack) as connection:
            yield connection
        self.rename("intake", held)

    @staticmethod
    def template(size: int) -> str:
        return f"bench_growth_{size}"

    def rename(self, name: str, other: str) -> None:
        with self.stack.connect("postgres") as connection:
            connection.execute(f"alter database {name} rename to {other}")

    def copy(self, name: str, other: str) -> None:
        """File by file: a gigabyte need not go through the write-ahead log."""
        with self.stack.connect("postgres") as connection:
            connection.execute(f"drop database if exists {other}")
            connection.execute(
                f"create database {other} template {name} owner intake_owner strategy file_copy")

    def close(self) -> None:
        self.stack.reset()
        self.stack.up()


def letter(number: int) -> tuple[str, bytes, dict[str, str]]:
    """Stream, payload and headers of one `case-issued`."""
    stream = f"case/L{number}"
    subject = f"unit/G{FIRST + OWED + number % WARNED}"
    payload = {
        "acknowledgeBefore": "2099-12-09T17:00:00.000Z", "authorityID": "D1",
        "authorityLevel": "DISTRICT", "caseID": f"L{number}", "cycleID": "2026",
        "documentNumber": f"{number}-CV/HU", "subjectID": subject,
        "matters": [{"area": "LAND", "matterID": "M1", "number": 1, "textHash": "c" * 64}],
    }
    headers = {
        "ce_specversion": "1.0", "ce_id": f"{stream}@1", "ce_type": "review.case.case-issued",
        "ce_source": "/review/case", "ce_subject": stream, "ce_time": "2026-11-21T01:00:00.000Z",
        "ce_sequence": "1", "ce_dataversion": "1", "ce_actor": "unit/D1",
        "content-type": "application/json", "correlationid": f"letter-{number}",
        "causationid": f"request/letter-{number}",
    }
    return stream, json.dumps(payload).encode(), headers
