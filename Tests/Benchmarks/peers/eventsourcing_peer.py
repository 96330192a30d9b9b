"""The library `eventsourcing` on PostgreSQL, in its fastest durable mode (see ../README.md).

Cases: `commands` stores events and nobody reads them; `path` lets another application follow the
notification log at the same time and ends when every row is visible in its database; `latency`
gives one command at a time and waits for its row; `replay` rebuilds the other application's read
model; `kill` ends the follower in the middle with SIGKILL and starts another one.
"""

import argparse
import contextlib
import itertools
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL

from cases import (
    Timing,
    catch_up,
    killed_half_way,
    one_at_a_time,
    only_commands,
    whole_path,
)
from databases import READ_MODEL, ReadModel, fresh_database
from measuring import Counts, Measurement, options, versions
from processes import Talk, Worker, end_tidily
from workload import (
    STAGES,
    START_LIMIT_SECONDS,
    Command,
    Execute,
    commands,
    event_count,
    run_commands,
)

PEER = "eventsourcing"
HISTORY_BATCH = 200

UPSERT = """
insert into report_view as view
       (report_id, subject_id, cycle_id, stage, actor, last_sequence, applied)
values (%s, %s, %s, %s, %s, %s, 1)
on conflict (report_id) do update
   set stage = excluded.stage, actor = excluded.actor, last_sequence = excluded.last_sequence,
       applied = view.applied + 1
"""


class Report(Aggregate):
    """One report; its events carry the same facts as those of the other peers."""

    @staticmethod
    def create_id(report_id: str, facts: Mapping[str, str]) -> uuid.UUID:
        return uuid.UUID(report_id)

    @event("Requested")
    def __init__(self, report_id: str, facts: Mapping[str, str]) -> None:
        self.stage = facts["stage"]

    def advance(self, facts: Mapping[str, str]) -> None:
        if STAGES.index(facts["stage"]) != STAGES.index(self.stage) + 1:
            raise ValueError(f"a {self.stage} report cannot be {facts['stage']} next")
        self.apply_advance(facts)

    @event("Advanced")
    def apply_advance(self, facts: Mapping[str, str]) -> None:
        self.stage = facts["stage"]


class Reports(Application):
    """The writing application."""

    def execute(self, command: Command) -> None:
        self.save(self.after(command))

    def after(self, command: Command) -> Report:
        if command.sequence == 1:
            return Report(str(command.report_id), command.facts())
        report: Report = self.repository.get(command.report_id)
        report.advance(command.facts())
        return report


class ReportView(PostgresTrackingRecorder):
    """The read model; its row and the position in the log are one transaction."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.sql_create_statements.append(SQL(READ_MODEL).format())

    def put(
        self, facts: Mapping[str, str], report: uuid.UUID, version: int, tracking: Tracking
    ) -> None:
        with (
            self.datastore.get_connection() as connection,
            connection.pipeline(),
            connection.transaction(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                UPSERT,
                (report, facts["subject_id"], facts["cycle_id"], facts["stage"], facts["actor"],
                 version),
                prepare=True,
            )
            self._insert_tracking(cursor, tracking)


class ReportProjection(Projection[ReportView]):
    name = "follower"

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.put(
            domain_event.facts, domain_event.originator_id, domain_event.originator_version,
            tracking,
        )


@dataclass(frozen=True)
class Databases:
    writer: str
    reader: str
    # Store events by the library's database function: one round trip, but no table lock, so that
    # with several writers a follower may pass over an event that commits late.
    function: bool


def environment(databases: Databases) -> dict[str, str]:
    settings = {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "REPORTS_POSTGRES_ENABLE_DB_FUNCTIONS": "yes" if databases.function else "no",
        # Processes that start together must not create the same tables.
        "REPORTS_CREATE_TABLE": "no",
    }
    for prefix, dsn in (("REPORTS", databases.writer), ("FOLLOWER", databases.reader)):
        parts = conninfo_to_dict(dsn)
        settings |= {
            f"{prefix}_POSTGRES_DBNAME": str(parts["dbname"]),
            f"{prefix}_POSTGRES_HOST": str(parts["host"]),
            f"{prefix}_POSTGRES_PORT": str(parts.get("port", 5432)),
            f"{prefix}_POSTGRES_USER": str(parts.get("user", "postgres")),
            f"{prefix}_POSTGRES_PASSWORD": str(parts.get("password", "")),
        }
    return settings


@contextlib.contextmanager
def open_reports(databases: Databases) -> Iterator[Execute]:
    with Reports(environment(databases)) as reports:
        yield reports.execute


def follow(talk: Talk, databases: Databases) -> None:
    talk.send("ready")
    talk.recv()
    with ProjectionRunner(
        application_class=Reports,
        projection_class=ReportProjection,
        view_class=ReportView,
        env=environment(databases),
    ) as runner:
        talk.send("following")
        runner.run_forever()


@contextlib.contextmanager
def follower(databases: Databases) -> Iterator[Worker]:
    """A process that has imported everything and waits for the word to begin."""
    with Worker(follow, databases) as worker:
        worker.receive(START_LIMIT_SECONDS)
        yield worker


def begin(worker: Worker) -> float:
    began = time.monotonic()
    worker.send("go")
    return began


def make_schema(databases: Databases) -> None:
    with Reports(environment(databases) | {"REPORTS_CREATE_TABLE": "yes"}):
        pass


class Run:
    """One measurement with its two databases."""

    def __init__(self, options: argparse.Namespace, databases: Databases) -> None:
        self.options = options
        self.databases = databases
        self.events: int = options.events

    @contextlib.contextmanager
    def read_model(self) -> Iterator[ReadModel]:
        with psycopg.connect(self.databases.reader, autocommit=True) as connection:
            connection.execute(READ_MODEL)
            yield ReadModel(connection)

    def measurement(self, timing: Timing, counts: Counts, concurrency: int = 1) -> Measurement:
        return Measurement(
            peer=PEER,
            case=self.options.case + ("-function" if self.databases.function else ""),
            events=self.events,
            concurrency=concurrency,
            seconds=timing.seconds,
            cpu_seconds=timing.cpu_seconds,
            counts=counts,
            versions=versions("eventsourcing", "psycopg"),
            latencies=timing.latencies,
            recovery_seconds=timing.recovery_seconds,
        )

    def store_history(self) -> None:
        with Reports(environment(self.databases)) as reports:
            given = commands(self.events)
            while batch := list(itertools.islice(given, HISTORY_BATCH)):
                reports.save(*[reports.after(command) for command in batch])

    @contextlib.contextmanager
    def following(self) -> Iterator[list[int]]:
        """A follower at work; yields its process id."""
        with follower(self.databases) as worker:
            begin(worker)
            worker.receive(START_LIMIT_SECONDS)
            yield [worker.pid]

    def commands(self) -> Measurement:
        concurrency: int = self.options.concurrency
        run = run_commands(open_reports, self.databases, self.events, concurrency)
        with psycopg.connect(self.databases.writer) as connection:
            stored = ReadModel(connection).number("select count(*) from reports_events")
        counts = Counts(lost=self.events - stored, duplicated=0)
        return self.measurement(only_commands(run), counts, concurrency)

    def path(self) -> Measurement:
        concurrency: int = self.options.concurrency
        with self.read_model() as rows, self.following() as pids:
            timing = whole_path(
                rows, pids, open_reports, self.databases, self.events, concurrency
            )
            return self.measurement(timing, rows.counts(self.events), concurrency)

    def latency(self) -> Measurement:
        with (
            self.read_model() as rows,
            self.following() as pids,
            open_reports(self.databases) as execute,
        ):
            timing = one_at_a_time(rows, pids, execute, self.events)
            return self.measurement(timing, rows.counts(self.events))

    def replay(self) -> Measurement:
        self.store_history()
        with self.read_model() as rows, follower(self.databases) as worker:
            timing = catch_up(rows, worker, begin, self.events)
            return self.measurement(timing, rows.counts(self.events))

    def kill(self) -> Measurement:
        self.store_history()
        with self.read_model() as rows:
            timing = killed_half_way(
                rows, lambda: follower(self.databases), begin, self.events
            )
            return self.measurement(timing, rows.counts(self.events))


CASES: dict[str, Callable[[Run], Measurement]] = {
    "commands": Run.commands,
    "path": Run.path,
    "latency": Run.latency,
    "replay": Run.replay,
    "kill": Run.kill,
}


def main() -> None:
    end_tidily()
    parser = options(__doc__, CASES, event_count)
    parser.add_argument("--concurrency", type=int, default=1, metavar="C",
                        help="commands in flight at a time; cases commands and path")
    parser.add_argument("--function", action="store_true",
                        help="store events by the library's database function")
    parsed = parser.parse_args()
    with (
        fresh_database(parsed.dsn, "peer_eventsourcing_writer") as writer,
        fresh_database(parsed.dsn, "peer_eventsourcing_reader") as reader,
    ):
        databases = Databases(writer, reader, parsed.function)
        make_schema(databases)
        CASES[parsed.case](Run(parsed, databases)).print()


if __name__ == "__main__":
    main()
