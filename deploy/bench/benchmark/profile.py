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


@dataclass(frozen=True)
class Usage:
    """What every process had used at one moment, in processor seconds."""

    programs: Counter
    threads: Counter
    busy: float
    there: float

    @classmethod
    def now(cls, pids: tuple[int, ...]) -> "Usage":
        """Of all programs, and of the threads of `pids`."""
        busy, there = busy_seconds()
        threads = Counter()
        for pid in pids:
            threads += used_by(Path(f"/proc/{pid}/task"))
        return cls(used_by(Path("/proc")), threads, busy, there)


def used_by(directory: Path) -> Counter:
    """Processor seconds by name of those that stand in this directory of the kernel."""
    used = Counter()
    for place in directory.glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            name, seconds = seconds_of(place)
            used[NUMBER_OF_THREAD.sub("", name)] += seconds
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

        def shares(now: Counter, then: Counter) -> dict[str, float]:
            return {name: (now[name] - then[name]) / there for name in now}

        programs = shares(after.programs, before.programs)
        busy = (after.busy - before.busy) / there
        return cls(
            {name: share for name, share in programs.items() if share >= SMALLEST_SHARE},
            shares(after.threads, before.threads),
            max(0, busy - sum(share for share in programs.values() if share >= SMALLEST_SHARE)),
            max(0, 1 - busy))

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
