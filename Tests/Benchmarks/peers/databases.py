"""Databases of a peer, made anew for each measurement, and the read model that is counted."""

import contextlib
import time
from collections.abc import Iterator

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from measuring import Counts
from workload import STAGES, Command

PROGRESS_PAUSE_SECONDS = 0.05
VISIBLE_PAUSE_SECONDS = 0.0005
VISIBLE_LIMIT_SECONDS = 30.0
# Longer than a broker takes to give the partitions of a killed consumer to the next one.
STALL_LIMIT_SECONDS = 45.0

# One row for each report; `applied` is what tells lost events and repeated ones apart.
READ_MODEL = """
create table if not exists report_view (
    report_id     uuid    primary key,
    subject_id    text    not null,
    cycle_id      text    not null,
    stage         text    not null,
    actor         text    not null,
    last_sequence bigint  not null,
    applied       integer not null
) with (fillfactor = 70)
"""


@contextlib.contextmanager
def fresh_database(dsn: str, name: str) -> Iterator[str]:
    """An empty database for the time of one measurement; yields how to reach it."""
    drop = SQL("drop database if exists {} with (force)").format(Identifier(name))
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(drop)
        connection.execute(SQL("create database {}").format(Identifier(name)))
        try:
            yield make_conninfo(dsn, dbname=name)
        finally:
            connection.execute(drop)


class ReadModel:
    """Looks at the read model from outside, as a client of the reading application would."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection

    def number(self, query: str, *parameters: object) -> int:
        row = self.connection.execute(query, parameters).fetchone()
        assert row is not None
        return int(row[0])

    def applied(self) -> int:
        """Events that took effect, each counted once."""
        return self.number(
            "select coalesce(sum(least(applied, %s)), 0) from report_view", len(STAGES)
        )

    def counts(self, events: int) -> Counts:
        duplicated = self.number(
            "select coalesce(sum(greatest(applied - %s, 0)), 0) from report_view", len(STAGES)
        )
        return Counts(lost=events - self.applied(), duplicated=duplicated)

    def wait_for(self, events: int) -> float:
        """Waits for the effect of so many events, or until nothing moves any more.

        Returns when the last effect was seen; what is missing then, `counts` calls lost.
        """
        before = -1
        moved = time.monotonic()
        while True:
            applied = self.applied()
            now = time.monotonic()
            if applied >= events:
                return now
            if applied != before:
                before, moved = applied, now
            elif now - moved > STALL_LIMIT_SECONDS:
                return moved
            time.sleep(PROGRESS_PAUSE_SECONDS)

    def wait_for_command(self, command: Command) -> None:
        deadline = time.monotonic() + VISIBLE_LIMIT_SECONDS
        query = "select count(*) from report_view where report_id = %s and last_sequence >= %s"
        while self.number(query, command.report_id, command.sequence) == 0:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{command} was not visible within {VISIBLE_LIMIT_SECONDS} s")
            time.sleep(VISIBLE_PAUSE_SECONDS)
