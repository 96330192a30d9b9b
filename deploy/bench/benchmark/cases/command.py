"""Reports that are handed in over HTTP, on the evening of the deadline."""

import os
import subprocess
import tempfile
from functools import partial
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from ..reports import FIRST, THREADS, content, relay_at_rest, request_reports, submit
from ..sampling import Case, Sample, Side, Target, peak_mib, percentile, watching
from ..stack import ROOT, Stack

SECONDS = 3
# Connections are opened and plans made in it; it is not counted.
WARM_UP_SECONDS = 1
# More than the fastest side can take in its time: 6,000 a second.
REPORTS = 25_000
STATEMENTS = ROOT / "deploy/bench/submit.sql"
TEMPLATE = "bench_command"
FLOOR = "bench_command_floor"
# A group waits for its commit on one of so many connections.
GROUP_CONNECTIONS = 2
LIMIT_SECONDS = 120

FACT = (
    '{"answers":[],"contentHash":"249cdd8755b1178e8ba2132234585a0439759942cc9c19e842504adb06%d",'
    '"cycleID":"2026","lateness":"onTime","managingLevel":"DISTRICT",'
    '"receivedAt":"2026-11-21T17.34.09.501Z","reportID":"2026.u-G%d","subjectID":"unit/G%d",'
    '"version":1}'
)
RECEIPT = (
    '{"dueBefore":"2099-12-09T17.00.00.000Z","dueWording":"trước ngày 10/12/2099",'
    '"lateness":"onTime","minutesLeft":38418123,"receiptId":"2026.u-G%d.v1",'
    '"receivedAt":"2026-11-21T17.34.09.501Z","reportId":"2026.u-G%d",'
    '"serverTime":"2026-11-21T17.34.09.501Z",'
    '"sha256":"249cdd8755b1178e8ba2132234585a0439759942cc9c19e842504adb06%d","version":1}'
)
HEADERS = (
    '{"Content-Type":"application/json; charset=utf-8","ETag":"\\"2\\"",'
    '"Location":"/v1/reports/2026.u-G%d/receipts/1","Review-Stream":"report/2026.u-G%d"}'
)

# What commands left behind: rows, and the bytes of one of each kind.
FOOTPRINT = """
select (select count(*) from event_log where stream like 'report/%' and sequence = 2),
       (select count(*) from outbox),
       (select count(*) from report where state = 'submitted'),
       (select count(*) from report_version), (select count(*) from document),
       (select count(*) from idempotency where status = 201), (select count(*) from report),
       (select count(*) from stream_head
         where stream like 'report/%' and last_sequence = 2)
"""
BYTES = """
select (select min(octet_length(payload)) || '-' || max(octet_length(payload)) from outbox),
       (select min(octet_length(content)) || '-' || max(octet_length(content)) from document),
       (select min(octet_length(headers)) || '-' || max(octet_length(headers)) from idempotency),
       (select min(octet_length(body)) || '-' || max(octet_length(body)) from idempotency)
"""


class Command(Case):
    """The same for any number of clients."""

    connections: int
    targets = [
        Target("one commit a command", rate=0.6, p99=3),
        Target("group commit", rate=0.6, p99=3),
    ]

    def __init__(self, stack: Stack, scale: float) -> None:
        self.stack = stack
        self.seconds = max(1, round(SECONDS * scale))
        self.reports = REPORTS
        self.bytes: tuple | None = None

    def prepare(self) -> None:
        self.stack.stop("notification-1", "rating-1", "case-tracking-1", "intake-1")
        with relay_at_rest(self.stack) as connection:
            self.stack.start("intake-1")
            request_reports(self.stack, self.reports)
            self.stack.stop("intake-1")
            # As after their publication, and without the answers to what has been asked so far.
            connection.execute("truncate outbox, idempotency")
            connection.execute("vacuum analyze")
        self.stack.copy_database("intake", TEMPLATE)

    def sides(self) -> list[Side]:
        return [
            Side("ours", self.ours),
            Side("one commit a command", partial(self.pgbench, self.connections, 1)),
            Side("group commit", partial(
                self.pgbench, GROUP_CONNECTIONS, self.connections // GROUP_CONNECTIONS)),
        ]

    def ours(self) -> Sample:
        self.copy("intake")
        with relay_at_rest(self.stack):
            self.stack.start("intake-1")
            try:
                pid = self.stack.pid("intake-1")
                warm_up = self.reports // 2
                before = submit(
                    self.stack, FIRST, warm_up, self.connections, WARM_UP_SECONDS)
                with watching(pid, transactions=self.stack.transactions) as watch:
                    load = submit(self.stack, FIRST + warm_up, self.reports - warm_up,
                        self.connections, self.seconds)
                peak = peak_mib(pid)
            finally:
                self.stack.stop("intake-1")
        # Whoever still waited for an answer when a time was over may have been served.
        answered = before.requests + load.requests
        self.check("intake", answered, answered + 2 * self.connections)
        return Sample(
            load.requests, load.seconds, watch.cpu_seconds, load.p50_ms, load.p99_ms, peak,
            watch.transactions, watch.profile)

    def pgbench(self, clients: int, group: int) -> Sample:
        self.copy(FLOOR)
        server = conninfo_to_dict(self.stack.dsn(FLOOR))
        password = server.pop("password")
        with tempfile.TemporaryDirectory() as directory:
            script = Path(directory, "submit.sql")
            script.write_text(self.script(clients, group))
            subprocess.run(
                ["pgbench", "--no-vacuum", "--protocol=prepared", f"--client={clients}",
                 f"--jobs={THREADS}", f"--time={WARM_UP_SECONDS + self.seconds}",
                 f"--file={script}", "--define=number=0",
                 "--log", f"--log-prefix={directory}/log", make_conninfo(**server)],
                capture_output=True, text=True, timeout=LIMIT_SECONDS, check=True,
                env=os.environ | {"PGPASSWORD": password},
            )
            done = [transaction(line) for log in Path(directory).glob("log.*")
                for line in log.read_text().splitlines()]
        self.check(FLOOR, len(done) * group, len(done) * group)
        self.stack.drop_database(FLOOR)
        begin = max(end for end, _ in done) - self.seconds
        latencies = [latency for end, latency in done if end > begin]
        return Sample(len(latencies) * group, self.seconds,
            p50_ms=percentile(latencies, 0.5), p99_ms=percentile(latencies, 0.99))

    @staticmethod
    def script(clients: int, group: int) -> str:
        """One transaction: a group of commands, each for a report of its own."""
        command = STATEMENTS.read_text(encoding="utf-8")
        values = {"document": content("%d"), "fact": FACT, "receipt": RECEIPT, "headers": HEADERS}
        for name, value in values.items():
            # `:n` is no variable within quotes: pgbench sends the parts and the server joins them.
            command = command.replace(f"{{{name}}}", f"'{value}'".replace("%d", "' || :n || '"))
        begin, commit = "begin;\n", "commit;\n"
        parts = []
        for place in range(group):
            part = command if place == 0 else command.replace(begin, "")
            parts.append(
                f"\\set n {FIRST} + (:number * {clients} + :client_id) * {group} + {place}\n"
                + (part if place == group - 1 else part.replace(commit, "")))
        return "".join(parts) + "\\set number :number + 1\n"

    def copy(self, name: str) -> None:
        self.stack.copy_database(TEMPLATE, name)
        with self.stack.connect("postgres") as connection:
            connection.execute("checkpoint")

    def check(self, database: str, least: int, most: int) -> None:
        """Whoever wrote fewer rows, or shorter ones, has not done the same work."""
        with self.stack.connect(database) as connection:
            *written, owed, heads = connection.execute(FOOTPRINT).fetchone()
            found = connection.execute(BYTES).fetchone()
        if len({*written, heads}) != 1 or not least <= heads <= most or owed != self.reports:
            raise RuntimeError(
                f"{least} commands left {written} rows, {heads} heads and {owed} reports")
        self.bytes = self.bytes or found
        if found != self.bytes:
            raise RuntimeError(f"rows of {found} bytes instead of {self.bytes}")

    def close(self) -> None:
        self.stack.drop_database(TEMPLATE)
        self.stack.drop_database(FLOOR)
        self.stack.reset()
        self.stack.up()


WORK = (
    "25.000 organisations owe a report each; {connections} clients of `wrk` (closed loop, two"
    " threads, each request another report and key) hand in reports of 2 kB for 3 s after 1 s that"
    " is not counted. One command is a row in event log, outbox, read model (two tables), documents"
    " and idempotency keys, and a head moved on. The relay stands by, as where another instance publishes: no broker takes"
    " part. Floors: `pgbench`, which speaks no HTTP, reads no JSON and decides nothing, sends the"
    " statements of intake, in its round trips, with values of the same length (most of them"
    " constants that never travel): {connections} clients with a commit for each command, where"
    " our pool has six connections; and {group} commands in a transaction on each of two"
    " connections. Rows and their bytes are compared after each run."
)


def transaction(line: str) -> tuple[float, float]:
    """When it ended, in seconds, and how long it took, in milliseconds, by pgbench's log."""
    _, _, microseconds, _, end, fraction = line.split()
    return int(end) + int(fraction) / 1e6, int(microseconds) / 1e3


class Command16(Command):
    name = "command-16"
    connections = 16
    work = WORK.format(connections=16, group=8)
    hypothesis = (
        "0,5–0,6 of the rate: two processors are shared by the server, intake and wrk, and of a"
        " command's twelve round trips about two thirds of the processor time are PostgreSQL's;"
        " HTTP, JSON and thread changes are the rest. p99 within 2 of the floor, because six"
        " connections queue what sixteen backends would fight over."
    )


class Command64(Command):
    name = "command-64"
    connections = 64
    work = WORK.format(connections=64, group=32)
    hypothesis = (
        "A little nearer to the floor than with 16 clients, which loses by 64 backends on two"
        " processors, while ours still uses six; p99 within 2 of one commit a command. Of group"
        " commit 0,5: what it saves is waiting for the disk, and with so many clients the server"
        " shares its flushes already; what is left to save is processes taking turns."
    )
