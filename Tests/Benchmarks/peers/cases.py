"""The cases that peers have in common, each timed in the same way."""

import contextlib
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from databases import ReadModel
from measuring import cpu_seconds
from processes import Worker, wait_until
from workload import (
    RUN_LIMIT_SECONDS,
    CommandRun,
    Execute,
    OpenExecutor,
    commands,
    run_commands,
)

# Gives a reader the word to begin; returns when it began.
Begin = Callable[[Worker], float]


@dataclass(frozen=True)
class Timing:
    seconds: float
    cpu_seconds: float
    latencies: Sequence[float] = ()
    recovery_seconds: float | None = None


def only_commands(run: CommandRun) -> Timing:
    return Timing(run.ended - run.began, run.cpu_seconds, run.latencies)


def whole_path(
    rows: ReadModel,
    pids: Iterable[int],
    open_executor: OpenExecutor,
    settings: Any,
    events: int,
    concurrency: int,
) -> Timing:
    """From the first command until every row is visible; `pids` are at work beside."""
    cpu_before = cpu_seconds(pids)
    run = run_commands(open_executor, settings, events, concurrency)
    visible = rows.wait_for(events)
    cpu = run.cpu_seconds + cpu_seconds(pids) - cpu_before
    return Timing(visible - run.began, cpu, run.latencies)


def one_at_a_time(
    rows: ReadModel, pids: Iterable[int], execute: Execute, events: int
) -> Timing:
    """Each command waits until the row of the one before is visible."""
    cpu_before = time.process_time() + cpu_seconds(pids)
    began = time.monotonic()
    latencies = []
    for command in commands(events):
        given = time.monotonic()
        execute(command)
        rows.wait_for_command(command)
        latencies.append(time.monotonic() - given)
    seconds = time.monotonic() - began
    return Timing(seconds, time.process_time() + cpu_seconds(pids) - cpu_before, latencies)


def catch_up(rows: ReadModel, reader: Worker, begin: Begin, events: int) -> Timing:
    """A reader that finds all events there."""
    cpu_before = cpu_seconds([reader.pid])
    began = begin(reader)
    ended = rows.wait_for(events)
    return Timing(ended - began, cpu_seconds([reader.pid]) - cpu_before)


def killed_half_way(
    rows: ReadModel,
    open_reader: Callable[[], contextlib.AbstractContextManager[Worker]],
    begin: Begin,
    events: int,
) -> Timing:
    """The same, but the reader is killed in the middle and another one goes on."""
    with open_reader() as first:
        began = begin(first)
        wait_until(lambda: rows.applied() >= events // 2, RUN_LIMIT_SECONDS)
        cpu = cpu_seconds([first.pid])
        first.kill()
        killed = time.monotonic()
        applied = rows.applied()
        if applied >= events:
            raise SystemExit("the reader was ready before it could be killed: take more events")
        with open_reader() as second:
            begin(second)
            wait_until(lambda: rows.applied() > applied, RUN_LIMIT_SECONDS)
            recovered = time.monotonic()
            ended = rows.wait_for(events)
            return Timing(
                seconds=ended - began,
                cpu_seconds=cpu + cpu_seconds([second.pid]),
                recovery_seconds=recovered - killed,
            )
