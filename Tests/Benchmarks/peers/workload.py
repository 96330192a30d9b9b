"""The work that every peer is given: reports that go through four stages, one event for each.

Worker w of C owns every C-th report, so that workers never wait for each other's rows; each takes
all its reports through one stage before the next.
"""

import contextlib
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from processes import Talk, Worker, processor_count

STAGES = ("requested", "drafted", "submitted", "accepted")
START_LIMIT_SECONDS = 60.0
RUN_LIMIT_SECONDS = 600.0

# Makes an event about 600 bytes long, as those of the services are with their headers.
REMARK = (
    "Reported by the unit on its own behalf; the annexes were checked and found complete. "
    "No matter of the last review is open."
)



@dataclass(frozen=True)
class Command:
    """Take a report to its next stage."""

    report: int
    # From 1; also the sequence of the event that the command brings about.
    sequence: int

    @property
    def report_id(self) -> uuid.UUID:
        return report_id(self.report)

    @property
    def stage(self) -> str:
        return STAGES[self.sequence - 1]

    def facts(self) -> dict[str, str]:
        """What an event says beside its report, sequence and type."""
        return {
            "subject_id": f"unit/{self.report % 997:06d}",
            "cycle_id": "cycle/2026",
            "stage": self.stage,
            "actor": f"person/{self.report % 4001:06d}",
            "on_behalf_of": f"unit/{self.report % 997:06d}",
            "channel": "portal",
            "remark": REMARK,
        }


Execute: TypeAlias = Callable[[Command], None]
# Opens, in each process, what its workers use together.
OpenExecutor: TypeAlias = Callable[[Any], contextlib.AbstractContextManager[Execute]]


def report_id(report: int) -> uuid.UUID:
    return uuid.UUID(int=report + 1, version=4)


def event_count(text: str) -> int:
    events = int(text)
    if events <= 0 or events % len(STAGES):
        raise ValueError(f"{events} is not a positive multiple of {len(STAGES)}")
    return events


def commands(events: int, worker: int = 0, workers: int = 1) -> Iterator[Command]:
    """The commands of one worker, in the order in which it gives them."""
    reports = range(worker, events // len(STAGES), workers)
    for sequence in range(1, len(STAGES) + 1):
        for report in reports:
            yield Command(report, sequence)


@dataclass(frozen=True)
class CommandRun:
    """What commanders measured; times are of the monotonic clock, one for the whole machine."""

    began: float
    ended: float
    cpu_seconds: float
    latencies: Sequence[float]


def run_commands(
    open_executor: OpenExecutor, settings: Any, events: int, concurrency: int
) -> CommandRun:
    """Gives all commands, closed loop, by `concurrency` threads in one process per processor."""
    count = min(concurrency, processor_count())
    with contextlib.ExitStack() as stack:
        workers = [
            stack.enter_context(
                Worker(command_process, open_executor, settings, events, concurrency,
                       range(number, concurrency, count))
            )
            for number in range(count)
        ]
        for worker in workers:
            worker.receive(START_LIMIT_SECONDS)
        began = time.monotonic()
        for worker in workers:
            worker.send("go")
        results = [worker.receive(RUN_LIMIT_SECONDS) for worker in workers]
    return CommandRun(
        began=began,
        ended=max(ended for ended, _, _ in results),
        cpu_seconds=sum(cpu for _, cpu, _ in results),
        latencies=[latency for _, _, latencies in results for latency in latencies],
    )


def command_process(
    talk: Talk,
    open_executor: OpenExecutor,
    settings: Any,
    events: int,
    workers: int,
    numbers: Sequence[int],
) -> None:
    latencies: list[float] = []
    failures: list[BaseException] = []
    with open_executor(settings) as execute:
        talk.send("ready")
        talk.recv()
        cpu_before = time.process_time()
        threads = [
            threading.Thread(
                target=give_commands,
                args=(execute, commands(events, number, workers), latencies, failures),
            )
            for number in numbers
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        ended = time.monotonic()
        if failures:
            raise failures[0]
        talk.send((ended, time.process_time() - cpu_before, latencies))


def give_commands(
    execute: Execute,
    given: Iterator[Command],
    latencies: list[float],
    failures: list[BaseException],
) -> None:
    try:
        for command in given:
            begin = time.monotonic()
            execute(command)
            latencies.append(time.monotonic() - begin)
    except BaseException as failure:
        failures.append(failure)
