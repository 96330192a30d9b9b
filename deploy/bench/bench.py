"""Runs cases in alternating rounds and writes what came out.

    deploy/bench/run                          every case, five rounds
    deploy/bench/run relay apply --rounds 7   these cases
"""

import argparse
import json
import platform
import subprocess
import sys
import time
import traceback
from dataclasses import asdict
from datetime import date
from importlib.metadata import version
from pathlib import Path

from benchmark import cases
from benchmark.sampling import Case, Outcome
from benchmark.stack import ROOT, Stack
from benchmark.table import case_table, write_page

PAGE = ROOT / "docs/performance.md"


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join(cases.NAMES))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1.0,
        help="how much of each case's work; below 1 for trying out, never for a figure")
    parser.add_argument("--port", type=int, default=24_000,
        help="the first of the stack's ports, beside a running demonstration and the tests")
    parser.add_argument("--bin", type=Path, default=ROOT / ".build/release")
    parser.add_argument("--state", type=Path, default=ROOT / ".local/bench/stack")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    options = parser.parse_args()
    unknown = set(options.cases) - set(cases.NAMES)
    if unknown:
        parser.error(f"no case is called {', '.join(sorted(unknown))}")
    if options.rounds < 1 or not 0 < options.scale <= 1:
        parser.error("at least one round; a scale above 0, at most 1")
    return options


def measure(case: Case, rounds: int) -> Outcome:
    outcome = Outcome(case)
    rounds = min(rounds, case.rounds_max or rounds)
    begin = time.monotonic()
    case.prepare()
    try:
        sides = case.sides()
        outcome.samples = {side.name: [] for side in sides}
        for number in range(rounds):
            # Whoever is always second finds the caches of the first.
            for side in sides if number % 2 == 0 else reversed(sides):
                sample = side.run()
                outcome.samples[side.name].append(sample)
                print(f"{case.name} {number + 1}/{rounds} {side.name}: "
                    f"{sample.events} in {sample.seconds:.2f} s, {sample.rate:.0f}/s",
                    file=sys.stderr, flush=True)
        case.conclude()
    finally:
        case.close()
    outcome.elapsed = time.monotonic() - begin
    print(f"{case.name}: {outcome.elapsed:.0f} s", file=sys.stderr, flush=True)
    return outcome


def measure_all(stack: Stack, chosen: list[Case], rounds: int) -> tuple[list[Outcome], list[str]]:
    """A case that fails costs its own figures, not those of the others."""
    outcomes, failed = [], []
    for case in chosen:
        try:
            outcomes.append(measure(case, rounds))
        except Exception:
            traceback.print_exc()
            failed.append(case.name)
            stack.reset()
            stack.up()
    return outcomes, failed


def elapsed_text(outcomes: list[Outcome]) -> str:
    """How long everything took, the slowest first: what has to be looked at when it is too long."""
    slowest = sorted(outcomes, key=lambda outcome: -outcome.elapsed)
    each = ", ".join(f"{outcome.case.name} {outcome.elapsed:.0f}" for outcome in slowest)
    whole = sum(outcome.elapsed for outcome in outcomes) / 60
    return f"The cases took {whole:.1f} min: {each} s.".replace(".", ",", 1)


def machine(stack: Stack) -> str:
    with stack.connect("postgres") as connection:
        server = connection.execute("show server_version").fetchone()[0]
    processors = len(Path("/proc/cpuinfo").read_text().split("processor\t:")) - 1
    fsync = subprocess.run(
        [next(Path("/usr/lib/postgresql").glob("*/bin/pg_test_fsync")), "-s", "1",
         "-f", str(stack.state / "fsync.test")],
        capture_output=True, text=True, timeout=60, check=True,
    ).stdout
    line = next(line for line in fsync.splitlines() if line.strip().startswith("fdatasync"))
    return (
        f"{date.today().isoformat()}, {processors} processors, {platform.system()}"
        f" {platform.release()}; PostgreSQL {server}, embedded broker (librdkafka's mock cluster),"
        f" Python {platform.python_version()}, psycopg {version('psycopg')},"
        f" confluent-kafka {version('confluent-kafka')}."
        f" `pg_test_fsync`: {' '.join(line.split())}."
    )


def main() -> None:
    options = parse_options()
    stack = Stack(options.state, options.port, options.bin)
    stack.reset()
    stack.up()
    try:
        chosen = cases.chosen(stack, options.cases, options.scale)
        outcomes, failed = measure_all(stack, chosen, options.rounds)
        head = f"{machine(stack)} {options.rounds} rounds. {elapsed_text(outcomes)}"
        if failed:
            head += f" **Failed, and so not here: {', '.join(failed)}.**"
        text = "\n\n".join([head, *map(case_table, outcomes)])
    finally:
        stack.reset()
    print(text)
    (options.state.parent / "results.json").write_text(json.dumps(
        {o.case.name: {n: [asdict(s) for s in ss] for n, ss in o.samples.items()}
         for o in outcomes}, indent=2) + "\n")
    if options.write:
        write_page(PAGE, text)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


main()
