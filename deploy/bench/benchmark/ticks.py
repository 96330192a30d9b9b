"""Processor time as the kernel counts it."""

import os
from pathlib import Path

CLOCK_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def seconds_of(place: Path) -> tuple[str, float]:
    """Name and processor seconds of the process or thread that this directory describes."""
    text = (place / "stat").read_text(encoding="ascii", errors="replace")
    # The name may hold blanks and brackets; what follows the last bracket is regular.
    head, _, rest = text.rpartition(")")
    fields = rest.split()
    ticks = int(fields[11]) + int(fields[12])
    return head.partition("(")[2], ticks / CLOCK_TICKS_PER_SECOND


def busy_seconds() -> tuple[float, float]:
    """Processor time of the whole machine since it started: used by anybody, and there at all."""
    with open("/proc/stat", encoding="ascii") as file:
        ticks = [int(field) for field in file.readline().split()[1:9]]
    # user nice system idle iowait irq softirq steal: a stolen tick was nobody's here.
    idle = ticks[3] + ticks[4]
    return (sum(ticks) - idle) / CLOCK_TICKS_PER_SECOND, sum(ticks) / CLOCK_TICKS_PER_SECOND
