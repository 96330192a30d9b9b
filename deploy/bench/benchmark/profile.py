"""Where the processors' time went while ours worked: what explains a ratio."""

import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .ticks import busy_seconds, seconds_of

# Threads that differ in their number alone do the same.
NUMBER_OF_THREAD = re.compile(r"[-#0-9]+$")
# Less than this share is told together with others.
SMALLEST_SHARE = 0.02
THREADS_TOLD_MAX = 5


# By number of process or thread: its name and the processor seconds it has used.
Tasks = dict[str, tuple[str, float]]


@dataclass(frozen=True)
class Usage:
    """What every process, and every thread of some, had used at one moment."""

    programs: Tasks
    threads: Tasks
    busy: float
    there: float

    @classmethod
    def now(cls, pids: tuple[int, ...]) -> "Usage":
        """Of all programs, and of the threads of `pids`."""
        busy, there = busy_seconds()
        threads: Tasks = {}
        for pid in pids:
            threads |= tasks_in(Path(f"/proc/{pid}/task"))
        return cls(tasks_in(Path("/proc")), threads, busy, there)


def tasks_in(directory: Path) -> Tasks:
    """Those that stand in this directory of the kernel."""
    found: Tasks = {}
    for place in directory.glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            found[place.name] = seconds_of(place)
    return found


def used_by_name(before: Tasks, after: Tasks) -> Counter:
    """Processor seconds between two moments; who changed its name is known by the later one."""
    used: Counter = Counter()
    for number, (name, seconds) in after.items():
        _, earlier = before.get(number, (name, 0))
        used[NUMBER_OF_THREAD.sub("", name)] += seconds - earlier
    return used


@dataclass(frozen=True)
class Profile:
    """Shares of all processor time there was between two moments."""

    programs: dict[str, float]
    threads: dict[str, float]
    others: float
    nobody: float

    @classmethod
    def between(cls, before: Usage, after: Usage) -> "Profile":
        there = max(after.there - before.there, 1e-9)

        def shares(before: Tasks, after: Tasks) -> dict[str, float]:
            used = used_by_name(before, after)
            return {
                name: seconds / there for name, seconds in used.items()
                if seconds >= SMALLEST_SHARE * there
            }

        programs = shares(before.programs, after.programs)
        busy = (after.busy - before.busy) / there
        return cls(
            programs, shares(before.threads, after.threads),
            max(0, busy - sum(programs.values())), max(0, 1 - busy))

    def __str__(self) -> str:
        programs = listed(self.programs)
        threads = listed(dict(sorted(
            self.threads.items(), key=lambda item: -item[1])[:THREADS_TOLD_MAX]))
        return (
            f"{programs}, others {percent(self.others)}, nobody {percent(self.nobody)}."
            f" Of our threads: {threads}.")


def listed(shares: dict[str, float]) -> str:
    return ", ".join(
        f"{name} {percent(share)}" for name, share in sorted(
            shares.items(), key=lambda item: -item[1]))


def percent(share: float) -> str:
    return f"{share * 100:.0f} %"
