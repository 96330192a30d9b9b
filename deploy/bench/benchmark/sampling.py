"""What one run of one side gives, and what is compared of it."""

import statistics
import time
from collections.abc import Callable, Iterable
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from .profile import Profile, Usage
from .ticks import seconds_of


@dataclass(frozen=True)
class Sample:
    """One run of one side."""

    events: int
    seconds: float
    # Of the processes that do the work, the database's included where the side names them.
    cpu_seconds: float | None = None
    # Of one command or one event on its way; None where a run has no single latency.
    p50_ms: float | None = None
    p99_ms: float | None = None
    # The highest resident memory of our process, in MiB.
    peak_mib: float | None = None
    # Transactions that wrote, of all databases together.
    transactions: int | None = None
    # Where the processors' time went, for the page.
    profile: Profile | None = None

    @property
    def rate(self) -> float:
        return self.events / self.seconds


@dataclass(frozen=True)
class Target:
    """What ours has to reach beside a floor: `rate` at least, all else at most, as ratios."""

    floor: str
    rate: float | None = None
    # Of what is counted where less is better.
    rate_at_most: float | None = None
    memory: float | None = None
    p50: float | None = None
    p99: float | None = None
    # Which side is set beside the floor, where a case has several of ours.
    ours: str | None = None


@dataclass(frozen=True)
class Side:
    """Ours, a floor or a peer: a name and one run of it."""

    name: str
    run: Callable[[], Sample]


class Case:
    """What a case is made of; the first side is ours."""

    name: str
    # What the work is, in a sentence, and what a floor leaves out.
    work: str
    # What was expected before the first run, and why.
    hypothesis: str
    targets: list[Target]
    # Which side a floor is set beside, where it is not the first one.
    beside: dict[str, str] = {}
    # Where more rounds would tell no more.
    rounds_max: int | None = None

    def prepare(self) -> None:
        """Makes what every round begins with."""

    def sides(self) -> list[Side]:
        raise NotImplementedError

    def conclude(self) -> None:
        """What is done once, after the rounds, and told in `work`."""

    def close(self) -> None:
        """Removes what `prepare` made."""


@dataclass
class Outcome:
    """All samples of a case, by side, in the order of the rounds."""

    case: Case
    samples: dict[str, list[Sample]] = field(default_factory=dict)
    # In seconds, with preparing and clearing away.
    elapsed: float = 0

    def ours(self, target: Target) -> list[Sample]:
        """What the floor of this target is compared with."""
        first = next(iter(self.samples))
        return self.samples[target.ours or self.case.beside.get(target.floor, first)]

    def ratios(self, target: Target, value: Callable[[Sample], float | None]) -> list[float]:
        """Ours over the floor, round by round; empty where one of them has no such value."""
        pairs = zip(
            map(value, self.ours(target)), map(value, self.samples[target.floor]), strict=True)
        return [a / b for a, b in pairs if a is not None and b]

    def ratio(self, target: Target, value: Callable[[Sample], float | None]) -> float | None:
        """The ratio of the medians."""
        ours = median(map(value, self.ours(target)))
        theirs = median(map(value, self.samples[target.floor]))
        return ours / theirs if ours is not None and theirs else None


def median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None


def percentile(values: list[float], share: float) -> float | None:
    """The smallest value that at least this share of all does not exceed."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def cpu_seconds(pids: Iterable[int]) -> float:
    """Processor time that these living processes have used, all their threads together."""
    return sum(map(cpu_seconds_of, pids))


def cpu_seconds_of(pid: int) -> float:
    return seconds_of(Path(f"/proc/{pid}"))[1]


def cpu_seconds_each(pids: Iterable[int]) -> dict[int, float]:
    """Of those among these processes that still live."""
    found = {}
    for pid in pids:
        with suppress(FileNotFoundError, ProcessLookupError):
            found[pid] = cpu_seconds_of(pid)
    return found


def peak_mib(pid: int) -> float:
    """The most memory that was ever resident."""
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
        for line in file:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    raise RuntimeError(f"process {pid} does not say what memory it used")


class Watch:
    """Time and processor time of a stretch of work."""

    seconds = 0.0
    cpu_seconds = 0.0
    transactions: int | None = None
    profile: Profile | None = None

    def sample(self, events: int, **more: float) -> Sample:
        """What came of it."""
        return Sample(events, self.seconds, self.cpu_seconds, **more,
            transactions=self.transactions, profile=self.profile)


@contextmanager
def watching(*pids: int, transactions: Callable[[], int] | None = None):
    """Watches these processes and, where asked, the transactions that write meanwhile."""
    watch = Watch()
    written = transactions() if transactions else 0
    usage = Usage.now(pids)
    used = cpu_seconds(pids)
    begin = time.perf_counter()
    yield watch
    watch.seconds = time.perf_counter() - begin
    watch.cpu_seconds = cpu_seconds(pids) - used
    watch.profile = Profile.between(usage, Usage.now(pids))
    if transactions:
        watch.transactions = transactions() - written


def wait_until(what: str, condition: Callable[[], bool], limit: float, pause: float = 0.01) -> None:
    """Looks again and again; a limit that passes is an error of the bench, never a figure."""
    deadline = time.monotonic() + limit
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(f"gave up waiting for {what} after {limit} s")
        time.sleep(pause)
