"""Python's smtplib over one connection, against a sink that is faster than it.

Cases: `transport` sends mails and nothing else; `commits` marks each mail as being sent before and
as sent after, each in a transaction of its own; `ceiling` is no peer but the sink's own limit, by a
sender that does as little as the protocol allows; it tells whether sink or sender was measured.
"""

import argparse
import contextlib
import json
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from databases import fresh_database
from measuring import Counts, Measurement, options, versions
from processes import end_tidily, wait_until

PEER = "smtplib"
SINK = Path(__file__).resolve().parents[3] / "deploy/bench/counting_sink.py"
MAIL_BYTES = 4096
SENDER = "no-reply@review.invalid"
START_LIMIT_SECONDS = 10.0
ANSWER_LIMIT_SECONDS = 30.0

TABLE = """
create table delivery (
    delivery_id bigint primary key,
    state       text   not null,
    sending_at  timestamptz,
    sent_at     timestamptz
) with (fillfactor = 50);
"""

FILL = "insert into delivery (delivery_id, state) select n, 'due' from generate_series(1, %s) as n"
MARK_SENDING = """
update delivery set state = 'sending', sending_at = now()
 where delivery_id = %s and state = 'due'
"""
MARK_SENT = """
update delivery set state = 'sent', sent_at = now()
 where delivery_id = %s and state = 'sending'
"""


def recipient(number: int) -> str:
    return f"unit-{number:06d}@review.invalid"


def mail(number: int) -> bytes:
    """A mail of 4 kB with lines of usual length, ready to be sent."""
    header = (
        f"From: {SENDER}\r\nTo: {recipient(number)}\r\nSubject: Report {number} is due\r\n"
        f"Message-ID: <{number}@review.invalid>\r\nDate: Sat, 21 Nov 2026 12:00:00 +0000\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    ).encode()
    line = b"The report of your unit is due; please submit it within the time set. " + b"\r\n"
    body = line * (MAIL_BYTES // len(line))
    return header + body[: MAIL_BYTES - len(header) - 2] + b"\r\n"


class Sink:
    """The counting sink as a process of its own."""

    def __init__(self, directory: str) -> None:
        self.ready = Path(directory, "ready")
        self.counts_file = Path(directory, "counts.json")
        self.process = subprocess.Popen(
            [sys.executable, str(SINK), "--ready-file", str(self.ready),
             "--counts-file", str(self.counts_file)]
        )

    def address(self) -> tuple[str, int]:
        wait_until(self.ready.exists, START_LIMIT_SECONDS)
        host, _, port = self.ready.read_text().strip().partition(":")
        return host, int(port)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(START_LIMIT_SECONDS)

    def counts(self, expected: int) -> Counts:
        """Final only after `stop`."""
        counts = json.loads(self.counts_file.read_text())
        return Counts(
            lost=expected - counts["distinctMessageIds"], duplicated=counts["duplicates"]
        )


@dataclass(frozen=True)
class Sent:
    seconds: float
    cpu_seconds: float
    latencies: list[float]


@contextlib.contextmanager
def smtp(address: tuple[str, int]) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP(*address, timeout=ANSWER_LIMIT_SECONDS) as connection:
        connection.ehlo()
        yield connection


def send_each(send: Callable[[int], None], mails: int) -> Sent:
    latencies = []
    cpu_before = time.process_time()
    began = time.monotonic()
    for number in range(1, mails + 1):
        begin = time.monotonic()
        send(number)
        latencies.append(time.monotonic() - begin)
    return Sent(time.monotonic() - began, time.process_time() - cpu_before, latencies)


def transport(address: tuple[str, int], options: argparse.Namespace) -> Sent:
    with smtp(address) as connection:
        return send_each(
            lambda number: send_mail(connection, number),
            options.events,
        )


def send_mail(connection: smtplib.SMTP, number: int) -> None:
    connection.sendmail(SENDER, [recipient(number)], mail(number))


def commits(address: tuple[str, int], options: argparse.Namespace) -> Sent:
    with (
        fresh_database(options.dsn, "peer_mail") as dsn,
        psycopg.connect(dsn, autocommit=True) as database,
        smtp(address) as connection,
    ):
        database.execute(TABLE)
        database.execute(FILL, (options.events,))

        def send(number: int) -> None:
            mark(database, MARK_SENDING, number)
            send_mail(connection, number)
            mark(database, MARK_SENT, number)

        return send_each(send, options.events)


def mark(database: psycopg.Connection, statement: str, number: int) -> None:
    if database.execute(statement, (number,), prepare=True).rowcount != 1:
        raise RuntimeError(f"delivery {number} is not in the state that was expected")


def ceiling(address: tuple[str, int], options: argparse.Namespace) -> Sent:
    """Two round trips for each mail: what is below this is not the sink's doing."""
    with socket.create_connection(address, ANSWER_LIMIT_SECONDS) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        answers = connection.makefile("rb")
        answers.readline()
        connection.sendall(b"HELO sender.review.invalid\r\n")
        answers.readline()

        def send(number: int) -> None:
            connection.sendall(
                f"MAIL FROM:<{SENDER}>\r\nRCPT TO:<{recipient(number)}>\r\nDATA\r\n".encode()
            )
            for code in (b"250", b"250", b"354"):
                expect(answers.readline(), code)
            connection.sendall(mail(number) + b".\r\n")
            expect(answers.readline(), b"250")

        return send_each(send, options.events)


def expect(answer: bytes, code: bytes) -> None:
    if not answer.startswith(code):
        raise RuntimeError(f"the sink answered {answer!r}")


CASES: dict[str, Callable[[tuple[str, int], argparse.Namespace], Sent]] = {
    "transport": transport,
    "commits": commits,
    "ceiling": ceiling,
}


def main() -> None:
    end_tidily()
    parsed = options(__doc__, CASES).parse_args()
    with tempfile.TemporaryDirectory() as directory:
        sink = Sink(directory)
        try:
            sent = CASES[parsed.case](sink.address(), parsed)
        finally:
            sink.stop()
        Measurement(
            peer=PEER,
            case=parsed.case,
            events=parsed.events,
            concurrency=1,
            seconds=sent.seconds,
            cpu_seconds=sent.cpu_seconds,
            counts=sink.counts(parsed.events),
            versions=versions("psycopg"),
            latencies=sent.latencies,
        ).print()


if __name__ == "__main__":
    main()
