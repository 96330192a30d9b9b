"""Several instances of the services beside each other, and who of them does what."""

import re
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from .sampling import wait_until
from .stack import SERVICES, Stack

INSTANCES = 3
START_LIMIT_SECONDS = 60
STOP_LIMIT_SECONDS = 40
LOOK_SECONDS = 0.005
# The stack starts twelve processes with 6 connections each, beside 9 of their own.
PROCESSES = INSTANCES * len(SERVICES)

HOLDERS = """
select activity.application_name
  from pg_locks as held join pg_stat_activity as activity using (pid)
 where held.locktype = 'advisory' and held.granted and held.objsubid = 1
   and held.database = (select oid from pg_database where datname = current_database())
   and (held.classid::bigint << 32 | held.objid::bigint) = hashtextextended('lock:' || %s, 0)
"""
HANDLED = re.compile(r'^review_consumer_events_total\{([^}]*)\} (\S+)$', re.MULTILINE)


def database_of(service: str) -> str:
    return service.replace("-", "_")


def instances(service: str, count: int = INSTANCES) -> list[str]:
    return [f"{service}-{number}" for number in range(1, count + 1)]


def parts(instance: str) -> tuple[str, int]:
    service, _, number = instance.rpartition("-")
    return service, int(number)


class Fleet:
    """Instances that were started at the same moment, so that they join their groups together."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.processes: dict[str, subprocess.Popen] = {}

    def start(self, names: list[str]) -> None:
        """Not by the stack's script, which starts one and waits for it before the next one."""
        for name in names:
            executable = Path(self.stack.environment["REVIEW_BIN"]) / parts(name)[0]
            with open(self.stack.state / f"log/{name}.log", "ab") as log:
                self.processes[name] = subprocess.Popen(
                    [executable, "serve"], env=self.stack.instance_environment(name),
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def await_ready(self) -> None:
        for name, process in self.processes.items():
            wait_until(f"{name} to be ready", lambda name=name, process=process: (
                self.is_ready(name, process)), START_LIMIT_SECONDS, LOOK_SECONDS)

    def is_ready(self, name: str, process: subprocess.Popen) -> bool:
        if process.poll() is not None:
            raise RuntimeError(f"{name} has ended with {process.returncode}")
        return self.stack.is_ready(*parts(name))

    def kill(self, names: set[str]) -> None:
        """SIGKILL to all of them, and only then a look whether they are gone."""
        for name in names:
            self.processes[name].kill()
        for name in names:
            self.processes.pop(name).wait(STOP_LIMIT_SECONDS)

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            process.wait(STOP_LIMIT_SECONDS)
        self.processes.clear()

    @property
    def pids(self) -> list[int]:
        return [process.pid for process in self.processes.values()]


@contextmanager
def fleet(stack: Stack, *names: str) -> Iterator[Fleet]:
    """Starts these instances; the caller waits for what it needs of them."""
    started = Fleet(stack)
    try:
        started.start(list(names))
        yield started
    finally:
        started.stop()


def holders(connection: psycopg.Connection, lock: str) -> list[str]:
    """The instances that hold this lock of the service whose database it is."""
    return [row[0] for row in connection.execute(HOLDERS, [lock], prepare=True).fetchall()]


def handled(stack: Stack, instance: str, consumer: str) -> int:
    """How many records this instance has applied, as it says itself."""
    url = stack.admin(*parts(instance)) + "/metrics"
    with urllib.request.urlopen(url, timeout=10) as answer:
        text = answer.read().decode()
    return sum(
        int(float(value)) for labels, value in HANDLED.findall(text)
        if f'consumer="{consumer}"' in labels and 'result="repeated"' not in labels)
