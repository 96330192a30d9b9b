"""Mails that are due, to a sink that outruns every sender."""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg

from ..sampling import Case, Sample, Side, Target, peak_mib, wait_until, watching
from ..stack import ROOT, Stack
from .mail_floor import send_everything
from .peers import PEERS, run_peer

# Transport alone, and with the commits of a sender, which take longer.
MAILS = 5_000
WAITING_MAILS = 2_500
TEMPLATE = "bench_mail"
FLOOR = "bench_mail_floor"
SINK = ROOT / "deploy/bench/counting_sink.py"
SINK_LIMIT_SECONDS = 10
LIMIT_SECONDS = 300
FIRST_PAUSE_SECONDS = 0.002
LOOK_SECONDS = 0.05

# A receipt for a report, as the service plans it; the mail is the bytes that the peer sends.
DELIVERY = """
copy delivery (delivery_id, send_once_key, about_stream, recipient_id, kind, state, address, mail,
               message_id, correlation_id, planned_at, next_attempt_at, sequence)
from stdin
"""
HEADS = """
insert into stream_head (stream, last_sequence, expected_sequence, append_count)
select 'delivery/' || delivery_id, 1, 0, 1 from delivery
"""
# Mails that are settled, facts of the log, facts that wait to be published.
LEFT_BEHIND = """
select (select count(*) from delivery where state = 'sent' and mail is null),
       (select count(*) from event_log), (select count(*) from outbox)
"""
MOMENT = "2026-11-21 12:00:00+00"


class CountingSink:
    """The sink that counts and keeps nothing, where notification looks for its server."""

    def __init__(self, stack: Stack) -> None:
        self.counts_file = stack.state / "sink.counts"
        self.ready_file = stack.state / "sink.counting"
        self.process = subprocess.Popen(
            [sys.executable, SINK, "--port", str(stack.base_port + 2),
             "--ready-file", self.ready_file, "--counts-file", self.counts_file],
            stdin=subprocess.DEVNULL)

    def stop(self) -> dict[str, int]:
        self.process.terminate()
        self.process.wait(SINK_LIMIT_SECONDS)
        return json.loads(self.counts_file.read_text())


@contextmanager
def counting_sink(stack: Stack) -> Iterator[CountingSink]:
    sink = CountingSink(stack)
    try:
        wait_until("the counting sink", sink.ready_file.exists, SINK_LIMIT_SECONDS)
        yield sink
    finally:
        if sink.process.poll() is None:
            sink.stop()


class Mail(Case):
    name = "mail"
    work = (
        "2.500 mails of 4 kB wait in notification; it is started and hands them, one after the"
        " other, to a sink that only counts: each mail is taken in one transaction and settled in"
        " the next, with a fact in log and outbox. Counted from the first mail that is seen sent to"
        " the last. Peer: smtplib over one connection with the same bytes to the same sink, each"
        " mail marked as being sent before and as sent after, a commit each, in a table of four"
        " columns and without facts. Floor: smtplib with the statements of notification itself,"
        " in its round trips, leaving as many rows of each kind as ours. For comparison, with"
        " 5.000 mails: smtplib without any commit, our transport without notification"
        " (`mail-transport`), and a sender that does as little as SMTP allows, to see that the sink"
        " was not the limit. Notification takes a new connection every 100 mails, the others never"
        " do."
    )
    hypothesis = (
        "1,1 of smtplib with two commits: ours settles a mail and takes the next in one commit, so"
        " it waits for the disk once for each mail where the peer waits twice; it pays for it with"
        " seven statements and a fact. On a disk that is slow to flush the ratio goes toward 2, on"
        " a fast one below 1. Beside smtplib with our statements at least 1: nothing but statements"
        " and transport is left to compare, and libcurl and libpq are not slower than Python."
    )
    targets = [
        Target("smtplib, two commits", rate=1.0), Target("smtplib, our statements", rate=1.0),
        Target("smtplib, transport alone", rate=1.0, ours="ours, transport alone"),
    ]

    def __init__(self, stack: Stack, scale: float) -> None:
        self.stack = stack
        self.mails = int(MAILS * scale)
        self.waiting = int(WAITING_MAILS * scale)

    def prepare(self) -> None:
        self.stack.stop("notification-1", "rating-1", "case-tracking-1", "intake-1", "sink")
        with self.stack.connect("notification") as connection:
            with connection.cursor().copy(DELIVERY) as copy:
                for row in deliveries(self.waiting):
                    copy.write_row(row)
            connection.execute(HEADS)
            # Each run begins with a new broker. A database that is older than what its service has
            # published is one that was restored: the service would send nothing, rightly.
            connection.execute("delete from publication")
            connection.execute("vacuum analyze delivery")
            connection.execute("vacuum analyze stream_head")
        self.stack.copy_database("notification", TEMPLATE)

    def sides(self) -> list[Side]:
        return [
            Side("ours", self.ours),
            Side("smtplib, two commits", lambda: self.peer("commits", self.waiting)),
            Side("smtplib, our statements", self.floor),
            Side("ours, transport alone", self.transport),
            Side("smtplib, transport alone", lambda: self.peer("transport", self.mails)),
            Side("least possible sender", lambda: self.peer("ceiling", self.mails)),
        ]

    def ours(self) -> Sample:
        self.stack.copy_database(TEMPLATE, "notification")
        self.stack.tell("restart-broker")
        try:
            with counting_sink(self.stack) as sink:
                sample = self.send_all()
                counts = sink.stop()
        finally:
            self.stack.stop("notification-1")
        if counts["distinctMessageIds"] != self.waiting or counts["duplicates"] > 0:
            raise RuntimeError(f"of {self.waiting} mails the sink has {counts}")
        return sample

    def send_all(self) -> Sample:
        with self.stack.connect("notification") as connection, ThreadPoolExecutor(1) as pool:
            starting = pool.submit(self.stack.start, "notification-1")

            def has_sent() -> bool:
                if starting.done():
                    # A start that failed ends the wait with its own words.
                    starting.result()
                return sent(connection) > 0

            wait_until("the first mail", has_sent, LIMIT_SECONDS, FIRST_PAUSE_SECONDS)
            # What it sent while it started is not counted.
            begun = sent(connection)
            pid = self.stack.pid("notification-1")
            with watching(pid, transactions=self.stack.transactions) as watch:
                wait_until(f"{self.waiting} mails", lambda: sent(connection) >= self.waiting,
                    LIMIT_SECONDS, LOOK_SECONDS)
            starting.result()
            if begun >= self.waiting:
                raise RuntimeError("all was sent before it was looked at: take more mails")
            return watch.sample(self.waiting - begun, peak_mib=peak_mib(pid))

    def floor(self) -> Sample:
        self.stack.copy_database(TEMPLATE, FLOOR)
        try:
            with counting_sink(self.stack) as sink, self.stack.connect(FLOOR) as connection:
                with watching(transactions=self.stack.transactions) as watch:
                    count = send_everything(connection, "127.0.0.1", self.stack.base_port + 2)
                left = connection.execute(LEFT_BEHIND).fetchone()
                counts = sink.stop()
        finally:
            self.stack.drop_database(FLOOR)
        if {count, counts["distinctMessageIds"], *left} != {self.waiting}:
            raise RuntimeError(f"of {self.waiting} mails {count} were sent: {counts}, {left}")
        return Sample(count, watch.seconds, transactions=watch.transactions)

    def transport(self) -> Sample:
        executable = f"{self.stack.environment['REVIEW_BIN']}/mail-transport"
        with counting_sink(self.stack) as sink:
            done = subprocess.run(
                [executable, str(self.stack.base_port + 2)], input=self.mail_bytes(),
                capture_output=True, timeout=LIMIT_SECONDS)
            counts = sink.stop()
        if done.returncode != 0 or counts["distinctMessageIds"] != self.mails:
            raise RuntimeError(f"of {self.mails} mails the sink has {counts}: {done.stderr!r}")
        return Sample(self.mails, float(done.stdout))

    def mail_bytes(self) -> bytes:
        """The mails of the peer, each behind a line with its address and its length."""
        peer = mail_peer()
        mails = [(peer.recipient(number), peer.mail(number)) for number in range(1, self.mails + 1)]
        return b"".join(f"{to} {len(mail)}\n".encode() + mail for to, mail in mails)

    def peer(self, case: str, mails: int) -> Sample:
        return run_peer(self.stack, "mail", case, mails).whole_sample()

    def close(self) -> None:
        self.stack.drop_database(TEMPLATE)
        self.stack.reset()
        self.stack.up()


def sent(connection: psycopg.Connection) -> int:
    return connection.execute(
        "select count(*) from delivery where state = 'sent'", prepare=True).fetchone()[0]


def deliveries(count: int) -> Iterator[tuple]:
    """Pending mails, the same bytes that the peer sends."""
    peer = mail_peer()
    for number in range(1, count + 1):
        report, name = f"report/2026.p-P{number}", f"bench-{number}"
        yield (
            name, f"person/P{number}|{report}@2|report-receipt", report, f"person/P{number}",
            "report-receipt", "pending", peer.recipient(number), peer.mail(number).decode("ascii"),
            f"<{number}@review.invalid>", "bench", MOMENT, MOMENT, 1,
        )


def mail_peer():
    """The peer's module, for its bytes."""
    path = str(PEERS)
    sys.path.insert(0, path)
    try:
        import mail_peer as module
    finally:
        sys.path.remove(path)
    return module
