"""How each peer says what it measured: one JSON object on one line of standard output."""

import argparse
import json
import os
import platform
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version

CLOCK_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Counts:
    """What a read model lacks, and what it applied more than once."""

    lost: int
    duplicated: int


@dataclass(frozen=True)
class Measurement:
    """One figure with what is needed to judge it."""

    peer: str
    case: str
    events: int
    concurrency: int
    seconds: float
    # Of the peer's own processes; neither of PostgreSQL nor of the broker.
    cpu_seconds: float
    counts: Counts
    versions: dict[str, str]
    latencies: Sequence[float] = ()
    # From the end of a killed process to the first event that its successor applied.
    recovery_seconds: float | None = None

    def print(self) -> None:
        line = {
            "peer": self.peer,
            "case": self.case,
            "events": self.events,
            "concurrency": self.concurrency,
            "seconds": round(self.seconds, 4),
            "rate": round(self.events / self.seconds, 1),
            "p50_ms": milliseconds(self.latencies, 0.50),
            "p99_ms": milliseconds(self.latencies, 0.99),
            "cpu_seconds": round(self.cpu_seconds, 3),
            "lost": self.counts.lost,
            "duplicated": self.counts.duplicated,
            "versions": self.versions,
        }
        if self.recovery_seconds is not None:
            line["recovery_seconds"] = round(self.recovery_seconds, 3)
        print(json.dumps(line), flush=True)


def milliseconds(latencies: Sequence[float], share: float) -> float | None:
    """The smallest latency that at least this share of all does not exceed."""
    if not latencies:
        return None
    ordered = sorted(latencies)
    place = max(0, -int(-share * len(ordered) // 1) - 1)
    return round(ordered[place] * 1000, 3)


def cpu_seconds(pids: Iterable[int]) -> float:
    """Processor time that living processes have used so far, all their threads together."""
    ticks = 0
    for pid in pids:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            # The command name may hold blanks; what follows the last bracket is regular.
            fields = file.read().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / CLOCK_TICKS_PER_SECOND


def versions(*packages: str) -> dict[str, str]:
    return {"python": platform.python_version()} | {name: version(name) for name in packages}


def options(
    description: str | None, cases: Iterable[str], count: Callable[[str], int] = int
) -> argparse.ArgumentParser:
    """The options that all peers have in common; `count` checks the number of events."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("case", choices=list(cases), metavar="CASE", help=", ".join(cases))
    parser.add_argument("--events", type=count, default=10_000, metavar="N")
    parser.add_argument(
        "--dsn", required=True, help="of PostgreSQL, for a role that may create databases"
    )
    return parser
