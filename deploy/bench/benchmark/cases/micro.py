"""Single functions beside floors on the same values, in one process."""

import json
import subprocess
from pathlib import Path

from ..sampling import Case, Sample, Side, Target, median
from ..stack import ROOT, Stack

THRESHOLDS = ROOT / "Tests/Benchmarks/Micro/thresholds.json"
LIMIT_SECONDS = 120


def side_names(name: str) -> tuple[str, str]:
    return f"{name}, ours", f"{name}, floor"


class Micro(Case):
    name = "micro"
    work = (
        "Five functions on values that lie in memory, each beside a floor on the same values, in 21"
        " alternating rounds of one process, of which a side's sample is the median: 5.000"
        " members' events encoded by `EventCodec` beside text put together by hand, and decoded"
        " beside JSONSerialization; the fence decision of 5.000 facts beside"
        " a look-up in a dictionary for each; the quota of a group of 20.000 beside one sort of the"
        " same array; a table of 5.000 members beside a look at each of its bytes. Processor time"
        " of one item, and nothing of a service: what a command or a batch costs stands in the"
        " other cases. Thresholds and their reasons: `Tests/Benchmarks/Micro/thresholds.json`."
    )
    hypothesis = (
        "Encoding 0,1 of text put together by hand, because an encoder is made for each event and"
        " sorts its keys; decoding 0,4 of JSONSerialization, because Codable asks for each member"
        " by a key; a fence decision 0,2 of the bare look-up, because what is decided is also kept;"
        " the quota above 1, because it counts in one pass; CSV 0,03 of a scan, because it makes a"
        " text of each field."
    )

    def __init__(self, stack: Stack, scale: float) -> None:
        self.executable = Path(stack.environment["REVIEW_BIN"]) / "microbenchmarks"
        self.thresholds = json.loads(THRESHOLDS.read_text(encoding="utf-8"))
        self.measured: dict[str, Sample] = {}

    @property
    def targets(self) -> list[Target]:
        return [
            Target(side_names(name)[1], rate=threshold["rate"])
            for name, threshold in self.thresholds.items()
        ]

    @property
    def beside(self) -> dict[str, str]:
        return {side_names(name)[1]: side_names(name)[0] for name in self.thresholds}

    def sides(self) -> list[Side]:
        return [
            Side(side, lambda side=side: self.sample(side))
            for name in self.thresholds for side in side_names(name)
        ]

    def sample(self, side: str) -> Sample:
        if side not in self.measured:
            self.measured = self.measure()
        return self.measured.pop(side)

    def measure(self) -> dict[str, Sample]:
        """One run gives a sample of every side."""
        done = subprocess.run(
            [self.executable], stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=LIMIT_SECONDS)
        if done.returncode != 0:
            raise RuntimeError(f"microbenchmarks failed:\n{done.stdout}{done.stderr}")
        found = {}
        for text in done.stdout.splitlines():
            line = json.loads(text)
            seconds = (median(line["oursSeconds"]), median(line["floorSeconds"]))
            for side, used in zip(side_names(line["name"]), seconds, strict=True):
                found[side] = Sample(line["items"], used, used)
        if found.keys() != {side.name for side in self.sides()}:
            raise RuntimeError(f"thresholds and measurements differ: {sorted(found)}")
        return found
