"""A full outbox to the broker, until nothing waits any more."""

import psycopg
from confluent_kafka import Producer

from ..province import import_province, wait_for_empty_outbox
from ..sampling import Case, Sample, Side, Target, peak_mib, wait_until, watching
from ..stack import Stack

EVENTS = 200_000
IMPORTED = 50_000
BATCH = 500
TOPIC = "review.intake.v1"
TEMPLATE = "bench_relay"
LIMIT_SECONDS = 600
# Every look reads past the rows that are gone and not yet vacuumed.
LOOK_SECONDS = 0.05


class Relay(Case):
    name = "relay"
    work = (
        "200.000 events of an import wait in intake's outbox; the service is started and publishes"
        " them, closed loop, `acks=all`. Floors: the same bytes by librdkafka alone"
        " (confluent-kafka, no database); the same rows read and deleted in batches of 500 by SQL"
        " alone (no broker)."
    )
    hypothesis = (
        "0,6 of the slower floor, which will be SQL: reading and deleting are one statement there"
        " and two here, because a row leaves only when the broker has it."
    )
    # Of the slower floor; librdkafka is faster by far wherever there is a disk.
    targets = [Target("read and delete alone", rate=0.6)]

    def __init__(self, stack: Stack, scale: float) -> None:
        self.stack = stack
        self.events = int(EVENTS * scale)

    def prepare(self) -> None:
        imported = min(IMPORTED, self.events)
        import_province(self.stack, imported)
        wait_for_empty_outbox(self.stack, "intake")
        self.stack.stop("notification-1", "rating-1", "case-tracking-1", "intake-1")
        with self.stack.connect("intake") as connection:
            connection.execute(
                """
                insert into outbox (stream, sequence, event_type, data_version, recorded_at, actor,
                                    correlation_id, causation_id, traceparent, payload)
                select stream || '-' || copy, sequence, event_type, data_version, recorded_at,
                       actor, correlation_id, causation_id, traceparent,
                       replace(payload, substr(stream, 8), substr(stream, 8) || '-' || copy)
                from event_log, generate_series(1, %s) as copy
                where stream like 'person/%%' order by copy, position limit %s
                """,
                [-(-self.events // imported), self.events],
            )
            # Each round has a new broker; to a cluster that it does not know the service would
            # send its whole log as well.
            connection.execute("delete from publication")
            connection.execute("vacuum analyze outbox")
        self.stack.copy_database("intake", TEMPLATE)

    def sides(self) -> list[Side]:
        return [
            Side("ours", self.ours),
            Side("librdkafka alone", self.librdkafka),
            Side("read and delete alone", self.sql),
        ]

    def ours(self) -> Sample:
        self.stack.copy_database(TEMPLATE, "intake")
        self.stack.tell("restart-broker")
        self.stack.start("intake-1")
        pid = self.stack.pid("intake-1")
        try:
            with (
                self.stack.connect("intake") as connection,
                watching(pid, transactions=self.stack.transactions) as watch,
            ):
                # What it published while it started is not counted.
                begun = self.waiting(connection)
                wait_until("an empty outbox", lambda: not connection.execute(
                    "select exists (select from outbox)").fetchone()[0],
                    LIMIT_SECONDS, LOOK_SECONDS)
            return watch.sample(begun, peak_mib=peak_mib(pid))
        finally:
            self.stack.stop("intake-1")

    @staticmethod
    def waiting(connection: psycopg.Connection) -> int:
        return connection.execute("select count(*) from outbox").fetchone()[0]

    def librdkafka(self) -> Sample:
        with self.stack.connect(TEMPLATE) as connection:
            records = connection.execute(
                "select stream, payload from outbox order by id").fetchall()
        self.stack.tell("restart-broker")
        producer = Producer({
            "bootstrap.servers": self.stack.broker, "acks": "all", "linger.ms": 1,
            "queue.buffering.max.messages": 2 * len(records) + 1,
            "partitioner": "murmur2_random", "max.in.flight": 1,
        })
        failed: list[object] = []
        with watching() as watch:
            for key, payload in records:
                producer.produce(TOPIC, payload, key, on_delivery=lambda error, _: (
                    failed.append(error) if error else None))
                producer.poll(0)
            if producer.flush(LIMIT_SECONDS) or failed:
                raise RuntimeError(f"librdkafka did not deliver everything: {failed[:1]}")
        return Sample(len(records), watch.seconds)

    def sql(self) -> Sample:
        copy = f"{TEMPLATE}_sql"
        self.stack.copy_database(TEMPLATE, copy)
        with self.stack.connect(copy) as connection:
            count = 0
            with watching() as watch:
                while rows := connection.execute(
                    "delete from outbox where id in (select id from outbox order by id limit %s)"
                    " returning *", [BATCH], binary=True, prepare=True,
                ).fetchall():
                    count += len(rows)
        self.stack.drop_database(copy)
        return Sample(count, watch.seconds)

    def close(self) -> None:
        self.stack.drop_database(TEMPLATE)
        self.stack.reset()
        self.stack.up()
