"""Instances that are killed under load: how soon others do their work, and whether all was done."""

import http.client
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import psycopg

from ..fleet import INSTANCES, LOOK_SECONDS, Fleet, database_of, fleet, holders, instances
from ..province import post
from ..reports import content
from ..sampling import wait_until
from ..stack import SERVICES, Stack
from .apply import TOPIC
from .mail import CountingSink, counting_sink

# Enough for two clients until everything is taken over, and for a while after it.
KILL_REPORTS = 3_000
CLIENTS = 2
# A hundred reports a second or less: what is measured is who works, not how fast.
PAUSE_SECONDS = 0.02
REQUEST_TIMEOUT_SECONDS = 10
LIMIT_SECONDS = 120
PARTITIONS = 16
READERS = ("case-tracking", "rating", "notification")
# What the parts of a takeover may take at most; more is an error of the product.
RELAY_SECONDS_MAX = 3
# The session that has to end (6 s) and joining; and, where the embedded broker seems to lose the
# answer to a join, the 20 s after which its client asks again.
PARTITION_SECONDS_MAX = 30
SENDER_SECONDS_MAX = 6
COMMAND_SECONDS_MAX = 3
# Facts of reports before the kill, so that everybody is at work.
BEFORE = 100

MOVED = """
select count(*) from consumer_position
 where consumer = %s and topic = %s and moved_at > %s and next_offset > %s
"""
SETTLED = """
select count(*) filter (where state = 'sent'), count(*) filter (where state = 'uncertain'),
       count(*) from delivery where kind = 'report-receipt'
"""


@dataclass
class TakenOver:
    """What one kill led to; times in seconds from the kill."""

    killed: list[str]
    reports: int = 0
    relays: dict[str, float] = field(default_factory=dict)
    partitions: dict[str, float] = field(default_factory=dict)
    sender: float = 0
    longest_command: float = 0
    repeated_commands: int = 0
    uncertain: int = 0

    def text(self) -> str:
        def seconds(values: dict[str, float]) -> str:
            return ", ".join(
                f"{service} {value:.1f}".replace(".", ",") for service, value in values.items())

        return (
            f"Killed: {', '.join(self.killed)}. Another relay after s: {seconds(self.relays)}. All"
            f" 16 partitions served by the others after s: {seconds(self.partitions)}. What the"
            f" killed sender had in hand was decided after {self.sender:.1f} s"
            f" ({self.uncertain} mails held as uncertain). {self.reports} reports handed in by"
            f" clients that go on to the next instance with the same key"
            f" ({self.repeated_commands} times), none waited longer than"
            f" {self.longest_command:.1f} s: each is one fact, one row in case-tracking and one"
            " receipt; nothing lost, nothing twice."
        )


class Clients:
    """Hand in reports, each until it is answered with success, at whichever instance answers."""

    def __init__(self, stack: Stack, first: int) -> None:
        self.addresses = [
            urlsplit(stack.url("intake", number)).netloc for number in range(1, INSTANCES + 1)]
        self.first = first
        self.stopping = threading.Event()
        self.failure: BaseException | None = None
        self.done = [0] * CLIENTS
        self.longest = [0.0] * CLIENTS
        self.repeated = [0] * CLIENTS
        self.threads = [
            threading.Thread(target=self.guarded, args=(place,)) for place in range(CLIENTS)]

    def guarded(self, place: int) -> None:
        try:
            self.work(place)
        except BaseException as error:  # told to whoever waits
            self.failure = error

    def work(self, place: int) -> None:
        while not self.stopping.wait(PAUSE_SECONDS):
            number = place + self.done[place] * CLIENTS
            if number >= KILL_REPORTS:
                raise RuntimeError("all reports are handed in: take more")
            begin = time.perf_counter()
            self.hand_in(place, self.first + number)
            self.longest[place] = max(self.longest[place], time.perf_counter() - begin)
            self.done[place] += 1

    def hand_in(self, place: int, number: int) -> None:
        body = (content("%d") % number).encode()
        headers = {
            "Content-Type": "application/json", "Review-Actor": f"unit/G{number}",
            "Idempotency-Key": f"5f0c8c5e-31b7-4a0e-9d52-c7e1a8{number}", "If-Match": '"1"',
        }
        deadline = time.monotonic() + LIMIT_SECONDS
        attempt = self.done[place]
        while True:
            address = self.addresses[attempt % len(self.addresses)]
            connection = http.client.HTTPConnection(address, timeout=REQUEST_TIMEOUT_SECONDS)
            try:
                connection.request("POST", f"/v1/reports/2026.u-G{number}/submit", body, headers)
                answer = connection.getresponse()
                text = answer.read()
                if answer.status == 201:
                    return
                if answer.status != 503:
                    raise RuntimeError(f"{number} was answered {answer.status}: {text[:300]!r}")
            except (OSError, http.client.HTTPException):
                # Nobody knows whether it was done: the same key is asked elsewhere.
                if time.monotonic() > deadline:
                    raise
            finally:
                connection.close()
            attempt += 1
            self.repeated[place] += 1

    def require_health(self) -> None:
        if self.failure:
            raise RuntimeError("a client gave up") from self.failure

    def stop(self) -> int:
        self.stopping.set()
        for thread in self.threads:
            thread.join(LIMIT_SECONDS)
        self.require_health()
        return sum(self.done)


@contextmanager
def clients(stack: Stack, first: int) -> Iterator[Clients]:
    started = Clients(stack, first)
    for thread in started.threads:
        thread.start()
    try:
        yield started
    finally:
        started.stopping.set()


class Takeover:
    """Kills one instance of each service while reports are handed in, and counts after it."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        # Of all runs so far: they leave their facts, rows and mails in the same tables.
        self.reports = 0
        self.uncertain = 0

    def run(self, first: int) -> TakenOver:
        names = [name for service in SERVICES for name in instances(service)]
        with ExitStack() as opened:
            sink = opened.enter_context(counting_sink(self.stack))
            connections = {
                service: opened.enter_context(self.stack.connect(database_of(service)))
                for service in SERVICES
            }
            sent_before = self.mails(connections)[0]
            started = opened.enter_context(fleet(self.stack, *names))
            started.await_ready()
            with clients(self.stack, first) as load:
                self.wait_for_work(connections, load)
                taken = self.kill(connections, started, load)
                taken.reports = load.stop()
            taken.longest_command = max(load.longest)
            taken.repeated_commands = sum(load.repeated)
            self.reports += taken.reports
            self.wait_for_quiet(connections)
            self.check(connections, taken, sink, sent_before)
        return taken

    def wait_for_work(
        self, connections: dict[str, psycopg.Connection], load: Clients
    ) -> None:
        """Until every partition is served and mails are sent: groups have been joined."""
        begin = connections["intake"].execute("select clock_timestamp()").fetchone()[0]
        for service in READERS:
            self.wait_for(load, f"{service} to serve all partitions",
                lambda service=service: self.moved(connections, service, begin) == PARTITIONS)
        self.wait_for(load, "reports", lambda: sum(load.done) >= BEFORE)
        self.wait_for(load, "relays", lambda: all(
            len(holders(connections[service], "relay")) == 1 for service in SERVICES))

    @staticmethod
    def wait_for(load: Clients, what: str, condition: Callable[[], bool]) -> None:
        def looked() -> bool:
            load.require_health()
            return condition()

        wait_until(what, looked, LIMIT_SECONDS, LOOK_SECONDS)

    @staticmethod
    def moved(connections: dict[str, psycopg.Connection], service: str, since) -> int:
        return connections[service].execute(
            MOVED, [f"{service}.intake", TOPIC, since, 0], prepare=True).fetchone()[0]

    def kill(
        self, connections: dict[str, psycopg.Connection], started: Fleet, load: Clients
    ) -> TakenOver:
        killed = {holders(connections[service], "relay")[0] for service in SERVICES}
        sender = f"{next(name for name in killed if name.startswith('notification'))}-%"
        begin = time.perf_counter()
        started.kill(killed)
        since = connections["intake"].execute("select clock_timestamp()").fetchone()[0]
        taken = TakenOver(sorted(killed))
        waits: dict[tuple[str, str], Callable[[], bool]] = {
            ("sender", ""): lambda: not connections["notification"].execute(
                "select exists (select from sender where incarnation like %s)", [sender]
            ).fetchone()[0],
        }
        for service in SERVICES:
            waits["relay", service] = lambda service=service: self.relays_anew(
                connections[service], killed)
        for service in READERS:
            waits["partitions", service] = lambda service=service: self.moved(
                connections, service, since) == PARTITIONS
        found: dict[tuple[str, str], float] = {}

        def looked() -> bool:
            for name, condition in waits.items():
                if name not in found and condition():
                    found[name] = time.perf_counter() - begin
            return len(found) == len(waits)

        self.wait_for(load, "everything to be taken over", looked)
        taken.sender = found["sender", ""]
        taken.relays = {service: found["relay", service] for service in SERVICES}
        taken.partitions = {service: found["partitions", service] for service in READERS}
        return taken

    @staticmethod
    def relays_anew(connection: psycopg.Connection, killed: set[str]) -> bool:
        active = holders(connection, "relay")
        if len(active) > 1:
            raise RuntimeError(f"two relays are active: {active}")
        return len(active) == 1 and active[0] not in killed

    def wait_for_quiet(self, connections: dict[str, psycopg.Connection]) -> None:
        """Until every report has its row and its receipt is sent or held, and all is published."""
        wait_until("case-tracking to show all", lambda: self.shown(connections) >= self.reports,
            LIMIT_SECONDS, LOOK_SECONDS)

        def settled() -> bool:
            sent, uncertain, _ = self.mails(connections)
            return sent + uncertain >= self.reports

        wait_until("all receipts", settled, LIMIT_SECONDS, LOOK_SECONDS)
        for service, connection in connections.items():
            wait_until(f"an empty outbox of {service}", lambda connection=connection: (
                not connection.execute("select exists (select from outbox)").fetchone()[0]),
                LIMIT_SECONDS)
        told = connections["intake"].execute("select count(*) from event_log").fetchone()[0]
        wait_until("rating to hear all", lambda: connections["rating"].execute(
            "select sum(last_sequence) from fence where consumer = 'rating.intake'"
            ).fetchone()[0] >= told, LIMIT_SECONDS)

    @staticmethod
    def shown(connections: dict[str, psycopg.Connection]) -> int:
        return connections["case-tracking"].execute(
            "select count(*) from report_state", prepare=True).fetchone()[0]

    @staticmethod
    def mails(connections: dict[str, psycopg.Connection]) -> tuple[int, int, int]:
        return connections["notification"].execute(SETTLED, prepare=True).fetchone()

    def check(
        self, connections: dict[str, psycopg.Connection], taken: TakenOver, sink: CountingSink,
        sent_before: int,
    ) -> None:
        facts = connections["intake"].execute(
            "select count(*), count(distinct stream) from event_log"
            " where event_type = 'review.intake.report-submitted'").fetchone()
        rows = self.shown(connections)
        sent, uncertain, all_mails = self.mails(connections)
        counts = sink.stop()
        taken.uncertain = uncertain - self.uncertain
        self.uncertain = uncertain
        if {*facts, rows, sent + uncertain, all_mails} != {self.reports}:
            raise RuntimeError(
                f"{self.reports} reports left {facts} facts and streams, {rows} rows and"
                f" {sent} + {uncertain} of {all_mails} mails")
        mailed = counts["distinctMessageIds"]
        now_sent = sent - sent_before
        if counts["duplicates"] or not now_sent <= mailed <= now_sent + taken.uncertain:
            raise RuntimeError(f"{now_sent} mails were sent, but the sink has {counts}")
        if taken.uncertain > 1:
            raise RuntimeError(f"one killed sender left {taken.uncertain} mails uncertain")
        limits = [
            ("relay", max(taken.relays.values()), RELAY_SECONDS_MAX),
            ("partition", max(taken.partitions.values()), PARTITION_SECONDS_MAX),
            ("sender", taken.sender, SENDER_SECONDS_MAX),
            ("command", taken.longest_command, COMMAND_SECONDS_MAX),
        ]
        for part, seconds, limit in limits:
            if seconds > limit:
                raise RuntimeError(f"the takeover of a {part} took {seconds:.1f} s, not {limit} s")


def import_addresses(stack: Stack, first: int, count: int) -> None:
    """An address for everybody whose reports are handed in here."""
    lines = ["subject_id,address,language"]
    lines += [
        f"unit/G{number},g{number}@xa-mau.invalid,vi" for number in range(first, first + count)
    ]
    post(f"{stack.url('notification')}/v1/recipients/import", "\n".join(lines).encode())
