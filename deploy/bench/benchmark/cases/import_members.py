"""A hundred thousand members from one table, all or nothing."""

from dataclasses import dataclass

from psycopg import Connection, sql

from ..province import persons, post, units
from ..reports import relay_at_rest
from ..sampling import Case, Sample, Side, Target, peak_mib, watching
from ..stack import Stack

MEMBERS = 100_000
TEMPLATE = "bench_import"
FLOOR = "bench_import_floor"
# In the order in which intake writes them. What the server gives out itself is left to it.
TABLES = {
    "stream_head": "stream, last_sequence, expected_sequence, append_count",
    "event_log": (
        "recorded_year, stream, sequence, event_type, data_version, recorded_at, actor,"
        " correlation_id, causation_id, traceparent, payload"
    ),
    "outbox": (
        "stream, sequence, event_type, data_version, recorded_at, actor, correlation_id,"
        " causation_id, traceparent, payload"
    ),
    "person": (
        "person_id, full_name, member_of, managing_unit_id, managing_level, role, peer_group,"
        " channel, sequence"
    ),
    "idempotency": "actor, route, key, request_hash, status, headers, body",
}


@dataclass(frozen=True)
class Written:
    """How much a table holds."""

    rows: int
    # Of all columns but times and the answer, whatever the order of the rows.
    text_bytes: int


class Import(Case):
    name = "import"
    work = (
        "100.000 members in a table of 7 MB, by one `POST /v1/persons/import` with one commit: each"
        " is a row in event log, outbox, stream heads and members, one more row keeps the answer;"
        " the relay stands by. Timed by the client, from the first byte to the answer. Floor: the"
        " rows that ours wrote, in one transaction over one connection by five `COPY` in binary"
        " form into the same tables and indexes; it reads no CSV, looks for no member or"
        " organisation, makes no event, checks no head, and has its bytes in memory before its time"
        " begins. Rows and bytes of each table are compared."
    )
    hypothesis = (
        "0,4 of the rate: `COPY` spares the client's part, which is reading 700.000 fields, making"
        " 100.000 JSON texts and arrays of them, one after the other with the server's work, and"
        " `INSERT … SELECT` from arrays takes 1,3 times as long as `COPY`; the indexes and the one"
        " write-ahead log are the same on both sides."
    )
    targets = [Target("COPY of the same rows", rate=0.35)]

    def __init__(self, stack: Stack, scale: float) -> None:
        self.stack = stack
        self.members = int(MEMBERS * scale)
        self.table = persons(self.members).encode()
        self.rows: dict[str, bytes] = {}
        self.written: dict[str, Written] = {}

    def prepare(self) -> None:
        self.stack.stop("notification-1", "rating-1", "case-tracking-1", "intake-1")
        with relay_at_rest(self.stack) as connection:
            self.stack.start("intake-1")
            post(f"{self.stack.url('intake')}/v1/units/import", units(self.members).encode())
            self.stack.stop("intake-1")
            # Only what the members lead to is in these tables after a round.
            connection.execute("truncate outbox, idempotency, event_log, stream_head")
            connection.execute("vacuum analyze")
        self.stack.copy_database("intake", TEMPLATE)
        # Makes the bytes of the floor, and is no round.
        self.ours()
        with self.stack.connect("intake") as connection:
            self.rows = {table: read(connection, table) for table in TABLES}

    def sides(self) -> list[Side]:
        return [Side("ours", self.ours), Side("COPY of the same rows", self.copy)]

    def ours(self) -> Sample:
        self.begin("intake")
        with relay_at_rest(self.stack) as connection:
            self.stack.start("intake-1")
            try:
                pid = self.stack.pid("intake-1")
                with watching(pid) as watch:
                    answer = post(f"{self.stack.url('intake')}/v1/persons/import", self.table)
                peak = peak_mib(pid)
            finally:
                self.stack.stop("intake-1")
            if answer["registered"] != self.members:
                raise RuntimeError(f"{answer['registered']} of {self.members} were registered")
            self.check(connection)
        return Sample(self.members, watch.seconds, watch.cpu_seconds, peak_mib=peak)

    def copy(self) -> Sample:
        self.begin(FLOOR)
        with self.stack.connect(FLOOR) as connection:
            with watching() as watch, connection.transaction():
                for table, rows in self.rows.items():
                    into = sql.SQL(f"copy {table} ({TABLES[table]}) from stdin (format binary)")
                    with connection.cursor().copy(into) as copy:
                        copy.write(rows)
            self.check(connection)
        self.stack.drop_database(FLOOR)
        return Sample(self.members, watch.seconds)

    def begin(self, database: str) -> None:
        self.stack.copy_database(TEMPLATE, database)
        with self.stack.connect("postgres") as connection:
            connection.execute("checkpoint")

    def check(self, connection: Connection) -> None:
        """Whoever wrote other rows has not done the same work."""
        found = {table: measure(connection, table) for table in TABLES}
        wanted = dict.fromkeys(TABLES, self.members) | {"idempotency": 1}
        rows = {table: written.rows for table, written in found.items()}
        if rows != wanted:
            raise RuntimeError(f"rows {rows} instead of {wanted}")
        self.written = self.written or found
        if found != self.written:
            raise RuntimeError(f"{found} instead of {self.written}")

    def close(self) -> None:
        self.stack.drop_database(TEMPLATE)
        self.stack.drop_database(FLOOR)
        self.stack.reset()
        self.stack.up()


def read(connection: Connection, table: str) -> bytes:
    # A partitioned table can only be copied out by a query.
    query = sql.SQL(f"copy (select {TABLES[table]} from {table}) to stdout (format binary)")
    with connection.cursor().copy(query) as copy:
        return b"".join(copy)


def measure(connection: Connection, table: str) -> Written:
    texts = [name for name in TABLES[table].split(", ") if name not in ("recorded_at", "body")]
    return Written(*connection.execute(sql.SQL(
        f"select count(*), sum(octet_length(concat_ws('|', {', '.join(texts)}))) from {table}"
    )).fetchone())
