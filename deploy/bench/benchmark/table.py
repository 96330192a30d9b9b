"""Outcomes as the tables of docs/performance.md."""

import re
from collections.abc import Callable
from pathlib import Path

from .profile import Profile
from .sampling import Outcome, Sample, median

BEGIN = "<!-- written by make bench: begin -->"
END = "<!-- written by make bench: end -->"

SIDES = (
    "| side | per second: median (lowest–highest) | p50 ms | p99 ms | CPU µs each"
    " | transactions per 1.000 | peak MiB |"
)

VALUES: dict[str, tuple[str, Callable[[Sample], float | None]]] = {
    "rate": ("rate", lambda sample: sample.rate),
    "p50": ("p50", lambda sample: sample.p50_ms),
    "p99": ("p99", lambda sample: sample.p99_ms),
    "memory": ("memory", lambda sample: sample.peak_mib),
}


def number(value: float | None, unit: str = "") -> str:
    """Three digits are enough for figures that move by a tenth from minute to minute."""
    if value is None:
        return "–"
    if value >= 1_000:
        text = f"{value:,.0f}".replace(",", ".")
    else:
        text = f"{value:.3g}".replace(".", ",")
    return text + unit


def spread(values: list[float]) -> str:
    if not values:
        return "–"
    return f"{number(median(values))} ({number(min(values))}–{number(max(values))})"


def case_table(outcome: Outcome) -> str:
    case = outcome.case
    lines = [
        f"### {case.name}",
        "",
        f"*Work.* {case.work}",
        "",
        f"*Expected beforehand.* {case.hypothesis}",
        "",
        SIDES,
        "|---|---|---|---|---|---|---|",
    ]
    for name, samples in outcome.samples.items():
        cpu = median(
            None if s.cpu_seconds is None else s.cpu_seconds * 1e6 / s.events for s in samples
        )
        transactions = median(
            None if s.transactions is None else s.transactions * 1e3 / s.events for s in samples
        )
        lines.append(
            f"| {name} | {spread([s.rate for s in samples])}"
            f" | {number(median(s.p50_ms for s in samples))}"
            f" | {number(median(s.p99_ms for s in samples))}"
            f" | {number(cpu)} | {number(transactions)}"
            f" | {number(median(s.peak_mib for s in samples))} |"
        )
    found = verdicts(outcome)
    if found:
        lines += ["", "| ours beside | value | ratio of medians (rounds) | target | |"]
        lines += ["|---|---|---|---|---|", *found]
    profile = typical_profile(next(iter(outcome.samples.values())))
    if profile:
        lines += ["", f"*Where the time of all processors went, ours:* {profile}"]
    return "\n".join(lines)


def typical_profile(samples: list[Sample]) -> Profile | None:
    """Of the round in the middle."""
    return sorted(samples, key=lambda sample: sample.rate)[len(samples) // 2].profile


def verdicts(outcome: Outcome) -> list[str]:
    lines = []
    for target in outcome.case.targets:
        for value, wanted, at_least in (
            ("rate", target.rate, True), ("rate", target.rate_at_most, False),
            ("p50", target.p50, False), ("p99", target.p99, False),
            ("memory", target.memory, False),
        ):
            if wanted is None:
                continue
            name, read = VALUES[value]
            ratio = outcome.ratio(target, read)
            rounds = outcome.ratios(target, read)
            sign = "≥" if at_least else "≤"
            met = ratio is not None and (ratio >= wanted if at_least else ratio <= wanted)
            lines.append(
                f"| {f'{target.ours} beside ' if target.ours else ''}{target.floor} | {name}"
                f" | {number(ratio)}"
                f" ({number(min(rounds, default=None))}–{number(max(rounds, default=None))})"
                f" | {sign} {number(wanted)} | {'met' if met else '**missed**'} |"
            )
    return lines


def write_page(page: Path, text: str) -> None:
    """Replaces what stands between the marks; what people wrote around them stays."""
    old = page.read_text(encoding="utf-8")
    if BEGIN not in old or END not in old:
        raise RuntimeError(f"{page} has lost its marks: {BEGIN} and {END}")
    pattern = re.compile(re.escape(BEGIN) + ".*?" + re.escape(END), re.DOTALL)
    page.write_text(pattern.sub(lambda _: f"{BEGIN}\n\n{text}\n\n{END}", old), encoding="utf-8")
