"""Ours beside what a team would otherwise take: the whole path, a full topic, a replay, a kill."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import psycopg

from ..province import import_province, post, wait_for_empty_outbox
from ..reports import FIRST, request_reports, submit
from ..sampling import Case, Sample, Side, Target, cpu_seconds, peak_mib, wait_until
from ..stack import ROOT, SERVICES, Stack
from .apply import CONSUMER, LIMIT_SECONDS, TOPIC, applied, catch_up, read_topic
from .replay import SMALL_SHARE, Replay

PEERS = ROOT / "Tests/Benchmarks/peers"
PEER_TOPIC = "peer-reports"
PEER_LIMIT_SECONDS = 300
TOPICS = "review.intake.v1 review.case.v1 review.rating.v1 review.notification.v1"
# What one peer command makes of a report; a peer takes multiples only.
STAGES = 4
# With fewer, eventsourcing's history would ask for reports of the batch that is being stored.
EVENTS_MIN = 800
# Counting rows is work for the server that is measured: as seldom as the peers do it.
LOOK_SECONDS = 0.05
# Commands whose clients are gone are worked on to their end.
QUIET_SECONDS = 0.5

CONNECTIONS = 16
PATH_SECONDS = 5
# More than can be handed in within that time: 4,000 a second.
PATH_REPORTS = 20_000
# Enough for a peer of a few hundred to a thousand a second to be past its start.
PATH_PEER_EVENTS = 3_000
SLOW_PATH_PEER_EVENTS = 1_000
PERSONS_HEADER = "person_id,full_name,member_of,managing_unit_id,role,peer_group,channel"
PATH_TEMPLATE = "bench_peers_path"

APPLY_MEMBERS = 40_000
APPLY_PEER_EVENTS = 2_000
APPLY_BATCH_PEER_EVENTS = 12_000
APPLY_TEMPLATE = "bench_peers_apply"
REPLAY_PEER_EVENTS = 12_000
SLOW_REPLAY_PEER_EVENTS = 1_200
KILL_MEMBERS = 40_000
KILL_PEER_EVENTS = 2_000
# Batches take so many more in the same time.
KILL_BATCH_FACTOR = 5


@dataclass(frozen=True)
class PeerLine:
    """What a peer measured of itself."""

    events: int
    seconds: float
    p50_ms: float | None
    p99_ms: float | None
    cpu_seconds: float
    lost: int
    duplicated: int
    recovery_seconds: float | None

    def sample(self) -> Sample:
        return Sample(self.events, self.seconds, self.cpu_seconds, self.p50_ms, self.p99_ms)

    def whole_sample(self) -> Sample:
        """Of a run that has to be complete."""
        if self.lost or self.duplicated:
            raise RuntimeError(f"a peer lost {self.lost} and repeated {self.duplicated} events")
        return self.sample()


def run_peer(stack: Stack, peer: str, case: str, events: int, *more: str) -> PeerLine:
    """Runs a case of a peer against the servers of the stack."""
    command = [
        sys.executable, str(PEERS / f"{peer}_peer.py"), case, "--events", str(events),
        "--dsn", stack.dsn("postgres"), *more,
    ]
    if peer == "faststream":
        command += ["--bootstrap", stack.broker]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=PEER_LIMIT_SECONDS)
    if done.returncode != 0:
        raise RuntimeError(f"{peer} {case} failed:\n{done.stdout}{done.stderr}")
    line = json.loads(done.stdout.splitlines()[-1])
    return PeerLine(**{
        name: line.get(name) for name in PeerLine.__dataclass_fields__
    })


def restart_with_topic(stack: Stack, topic: str) -> None:
    """Stops all services and lets `topic` stand in the broker beside theirs."""
    stack.environment["REVIEW_TOPICS"] = f"{TOPICS} {topic}"
    stack.stop("notification-1", "rating-1", "case-tracking-1", "intake-1")
    stack.tell("restart-broker")
    for service in SERVICES:
        with stack.connect(service.replace("-", "_")) as connection:
            # Or else a new broker is sent everything again.
            connection.execute("delete from publication")


class Beside(Case):
    """What all of these cases do in the same way."""

    def __init__(self, stack: Stack, scale: float) -> None:
        self.stack = stack
        self.scale = scale

    def scaled(self, count: int) -> int:
        return max(EVENTS_MIN, int(count * self.scale) // STAGES * STAGES)

    def peer_side(
        self, name: str, peer: str, case: str, events: int, *more: str
    ) -> Side:
        return Side(name, lambda: run_peer(
            self.stack, peer, case, self.scaled(events), *more).whole_sample())

    def close(self) -> None:
        del self.stack.environment["REVIEW_TOPICS"]
        self.stack.reset()
        self.stack.up()


class PeersPath(Beside):
    name = "peers-path"
    work = (
        "From the command to the row in another service's database, a commit for each command."
        " Ours: 16 clients of `wrk` hand in reports of 2 kB over HTTP for 5 s; counted until"
        " case-tracking shows the receipt of each. Peers: 16 threads call commands in their own"
        " processes, no HTTP, no report's text, 3.000 events of 600 bytes (eventsourcing 1.000);"
        " counted until their reader's table shows all. CPU of intake and case-tracking, and of the"
        " peers' processes, never of the load generator of ours, which is part of the peers' own"
        " figure. p50 and p99 are of the command alone."
    )
    hypothesis = (
        "3 × eventsourcing, whose writers take turns on a table lock and whose reader commits each"
        " event; 1,5 × FastStream with its relay and batches, which does per command about what"
        " intake does (four statements and a commit), in Python but without HTTP, idempotency keys"
        " and documents. 4 × is expected to be missed: on two processors PostgreSQL takes most of"
        " the time of both."
    )
    targets = [Target("eventsourcing", rate=4), Target("FastStream", rate=4)]

    def prepare(self) -> None:
        restart_with_topic(self.stack, PEER_TOPIC)
        self.reports = self.scaled(PATH_REPORTS)
        self.stack.start("intake-1", "case-tracking-1")
        request_reports(self.stack, self.reports)
        wait_for_empty_outbox(self.stack, "intake")
        with self.stack.connect("case_tracking") as connection:
            wait_until("case-tracking to know everybody", lambda: heard(connection) >= (
                self.owed_records()), LIMIT_SECONDS)
        self.stack.stop("intake-1", "case-tracking-1")
        for database in ("intake", "case_tracking"):
            with self.stack.connect(database) as connection:
                # Each round has a broker of its own, to which nothing has to be sent again.
                connection.execute("delete from publication")
                connection.execute("vacuum analyze")
            self.stack.copy_database(database, f"{PATH_TEMPLATE}_{database}")

    def owed_records(self) -> int:
        """Units, cycle, launch and a request for each report."""
        with self.stack.connect("intake") as connection:
            return connection.execute("select count(*) from event_log").fetchone()[0]

    def sides(self) -> list[Side]:
        return [
            Side("ours", self.ours),
            self.peer_side("eventsourcing", "eventsourcing", "path", SLOW_PATH_PEER_EVENTS,
                "--concurrency", str(CONNECTIONS)),
            self.peer_side("FastStream", "faststream", "path", PATH_PEER_EVENTS,
                "--concurrency", str(CONNECTIONS)),
        ]

    def ours(self) -> Sample:
        for database in ("intake", "case_tracking"):
            self.stack.copy_database(f"{PATH_TEMPLATE}_{database}", database)
        # The reports of the round before would be taken for those of this one.
        self.stack.tell("restart-broker")
        self.stack.start("intake-1", "case-tracking-1")
        try:
            with (
                self.stack.connect("intake") as intake,
                self.stack.connect("case_tracking") as reader,
            ):
                self.wait_for_reader(reader)
                return self.hand_in(intake, reader)
        finally:
            self.stack.stop("intake-1", "case-tracking-1")

    def wait_for_reader(self, reader: psycopg.Connection) -> None:
        """Joining a group is no work: one member more is registered and waited for."""
        lines = f"{PERSONS_HEADER}\nWARMUP,Nguyễn Văn Mẫu,D1,D1,member,MEMBERS,paper"
        post(f"{self.stack.url('intake')}/v1/persons/import", lines.encode())
        wait_until("case-tracking to read", lambda: reader.execute(
            "select exists (select from organisation_term where subject_id = 'person/WARMUP')",
        ).fetchone()[0], LIMIT_SECONDS)

    def hand_in(self, intake: psycopg.Connection, reader: psycopg.Connection) -> Sample:
        pids = [self.stack.pid(name) for name in ("intake-1", "case-tracking-1")]
        used = cpu_seconds(pids)
        begin = time.perf_counter()
        load = submit(self.stack, FIRST, self.reports, CONNECTIONS,
            max(1, round(PATH_SECONDS * self.scale)))
        commands, end = all_shown(intake, reader)
        used = cpu_seconds(pids) - used
        # Who still waited for an answer when the time was over may have been served.
        if not load.requests <= commands <= load.requests + CONNECTIONS:
            raise RuntimeError(f"{load.requests} answers, but {commands} receipts")
        return Sample(commands, end - begin, used, load.p50_ms, load.p99_ms, peak_mib(pids[0]))


def all_shown(intake: psycopg.Connection, reader: psycopg.Connection) -> tuple[int, float]:
    """How many commands were received and are shown, and since when that has been so."""
    count = -1
    since = begin = time.perf_counter()
    while (now := time.perf_counter()) - begin < LIMIT_SECONDS:
        commands = received(intake)
        if shown(reader) != commands:
            count = -1
        elif commands != count:
            count, since = commands, now
        elif now - since > QUIET_SECONDS:
            return count, since
        time.sleep(LOOK_SECONDS)
    raise RuntimeError(f"gave up waiting for all receipts after {LIMIT_SECONDS} s")


def heard(connection: psycopg.Connection) -> int:
    return applied(connection, "case-tracking.intake")


def received(intake: psycopg.Connection) -> int:
    return intake.execute(
        "select count(*) from report where state = 'submitted'", prepare=True).fetchone()[0]


def shown(case_tracking: psycopg.Connection) -> int:
    return case_tracking.execute(
        "select count(*) from report_state", prepare=True).fetchone()[0]


class PeersApply(Beside):
    name = "peers-apply"
    work = (
        "A full topic through one consumer. Ours: 40.000 members, as in `apply`. FastStream: 2.000"
        " events with a commit for each, 12.000 in batches of 500 with arrays, its fastest; one row"
        " for four events where ours makes a row for each."
    )
    hypothesis = (
        "10 × of one commit for each message, which waits for the disk each time; of batches 2 ×,"
        " because they are written as ours are and only Python's share is larger."
    )
    targets = [
        Target("FastStream, one by one", rate=10), Target("FastStream, batches", rate=10),
    ]

    def prepare(self) -> None:
        restart_with_topic(self.stack, PEER_TOPIC)
        self.records = fill_topic(self.stack, self.scaled(APPLY_MEMBERS), APPLY_TEMPLATE)

    def sides(self) -> list[Side]:
        return [
            Side("ours", self.ours),
            self.peer_side("FastStream, one by one", "faststream", "apply", APPLY_PEER_EVENTS),
            self.peer_side(
                "FastStream, batches", "faststream", "apply-batch", APPLY_BATCH_PEER_EVENTS),
        ]

    def ours(self) -> Sample:
        self.stack.copy_database(APPLY_TEMPLATE, "rating")
        try:
            sample = catch_up(self.stack, self.records)
        finally:
            self.stack.stop("rating-1")
        check_fences(self.stack, self.records)
        return sample


def fill_topic(stack: Stack, members: int, template: str) -> int:
    """Members in intake's topic, and rating's empty database as a template."""
    stack.start("intake-1")
    import_province(stack, members)
    wait_for_empty_outbox(stack, "intake")
    stack.stop("intake-1")
    records = len(read_topic(stack, TOPIC))
    stack.copy_database("rating", template)
    return records


def check_fences(stack: Stack, records: int) -> None:
    """Every stream has one fact: a fence for each, and no second one anywhere."""
    with stack.connect("rating") as connection:
        found = connection.execute(
            "select count(*), coalesce(sum(last_sequence), 0)::bigint,"
            " (select count(*) from parked), (select count(*) from gap)"
            " from fence where consumer = %s", [CONSUMER],
        ).fetchone()
    if found != (records, records, 0, 0):
        raise RuntimeError(f"{records} records left fences, sequences, parked, gaps: {found}")


class PeersReplay(Replay):
    name = "peers-replay"
    work = (
        "A read model anew from all that was ever told. Ours: as in `replay`, with 15.000 facts."
        " eventsourcing: a new projection of 1.200 events, a commit for each, because it knows no"
        " other way. FastStream: a new group reads 12.000 events again into emptied tables, in"
        " batches of 500; nothing is built beside, and nobody can read meanwhile."
    )
    hypothesis = (
        "10 × and more of eventsourcing; of FastStream 2 ×: it writes batches by arrays as ours"
        " does, and it does not go through HTTP."
    )
    targets = [Target("eventsourcing", rate=10), Target("FastStream, batches", rate=10)]

    def __init__(self, stack: Stack, scale: float) -> None:
        super().__init__(stack, scale / SMALL_SHARE)
        self.peers = Beside(stack, scale)

    def prepare(self) -> None:
        restart_with_topic(self.stack, PEER_TOPIC)
        self.stack.start("intake-1", "case-tracking-1")
        super().prepare()

    def sides(self) -> list[Side]:
        return [
            Side("ours", lambda: self.ours(self.events)),
            self.peers.peer_side(
                "eventsourcing", "eventsourcing", "replay", SLOW_REPLAY_PEER_EVENTS),
            self.peers.peer_side(
                "FastStream, batches", "faststream", "replay", REPLAY_PEER_EVENTS),
        ]

    def close(self) -> None:
        self.peers.close()


class PeersKill(Beside):
    name = "peers-kill"
    targets: list[Target] = []
    # What is lost or repeated is counted, not timed.
    rounds_max = 1
    hypothesis = (
        "Nobody loses or repeats anything: all three keep the place in the transaction of the row."
        " The successor of ours and of FastStream waits for the session of the killed one to end"
        " (6 s); eventsourcing has no group and goes on at once."
    )

    def __init__(self, stack: Stack, scale: float) -> None:
        super().__init__(stack, scale)
        self.found: dict[str, list[PeerLine]] = {}

    @property
    def work(self) -> str:
        told = "; ".join(
            f"{name}: lost {sum(line.lost for line in lines)}, repeated"
            f" {sum(line.duplicated for line in lines)}, the successor's first event after"
            f" {max(line.recovery_seconds for line in lines):.1f} s at most"
            for name, lines in self.found.items()
        )
        return (
            "The reader ends by SIGKILL half way through a full topic, another one goes on; the"
            " rate is of the whole, waiting included. Ours: rating with 40.000 members; peers:"
            " 2.000 events with a commit for each, and FastStream's batches with 10.000. The peers"
            " count in each row how often it was applied; ours has no such counter, so every fence"
            f" and every row is looked at instead. {told}."
        )

    def prepare(self) -> None:
        restart_with_topic(self.stack, PEER_TOPIC)
        self.records = fill_topic(self.stack, self.scaled(KILL_MEMBERS), APPLY_TEMPLATE)

    def sides(self) -> list[Side]:
        events = self.scaled(KILL_PEER_EVENTS)
        return [
            self.side("ours", self.ours),
            self.side("eventsourcing", lambda: run_peer(
                self.stack, "eventsourcing", "kill", events)),
            self.side("FastStream, one by one", lambda: run_peer(
                self.stack, "faststream", "kill", events)),
            self.side("FastStream, batches", lambda: run_peer(
                self.stack, "faststream", "kill-batch", events * KILL_BATCH_FACTOR)),
        ]

    def side(self, name: str, run: Callable[[], PeerLine]) -> Side:
        def measured() -> Sample:
            line = run()
            self.found.setdefault(name, []).append(line)
            return line.sample()

        return Side(name, measured)

    def ours(self) -> PeerLine:
        self.stack.copy_database(APPLY_TEMPLATE, "rating")
        try:
            with self.stack.connect("rating") as connection:
                return self.kill_half_way(connection)
        finally:
            self.stack.stop("rating-1")

    def kill_half_way(self, connection: psycopg.Connection) -> PeerLine:
        self.stack.start("rating-1")
        wait_until("the first batch", lambda: applied(connection) > 0, LIMIT_SECONDS, 0.002)
        begin = time.perf_counter()
        wait_until("half the topic", lambda: applied(connection) >= self.records // 2,
            LIMIT_SECONDS, 0.002)
        pid = self.stack.pid("rating-1")
        cpu = cpu_seconds([pid])
        # Not by the stack, which takes its time to look whether it has ended.
        os.kill(pid, 9)
        killed = time.perf_counter()
        self.stack.tell("kill", "rating-1")
        left = applied(connection)
        if left >= self.records:
            raise RuntimeError("all was applied before the kill: take more events")
        self.stack.start("rating-1")
        pid = self.stack.pid("rating-1")
        wait_until("the successor", lambda: applied(connection) > left, LIMIT_SECONDS, 0.002)
        recovered = time.perf_counter()
        wait_until("the whole topic", lambda: applied(connection) >= self.records, LIMIT_SECONDS)
        ended = time.perf_counter()
        check_fences(self.stack, self.records)
        rows = connection.execute(
            "select count(*), count(distinct subject_id) from organisation_term"
            " where subject_id like 'person/%'").fetchone()
        members = self.scaled(KILL_MEMBERS)
        return PeerLine(
            self.records, ended - begin, None, None, cpu + cpu_seconds([pid]),
            lost=members - rows[1], duplicated=rows[0] - rows[1],
            recovery_seconds=recovered - killed)
