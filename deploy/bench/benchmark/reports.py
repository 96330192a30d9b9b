"""Reports that organisations owe, and wrk, which hands them in and looks at them."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from .province import get, post
from .stack import ROOT, Stack

REQUESTS = ROOT / "deploy/bench/reports.lua"
# All numbers have as many digits, so that all rows are of the same length.
FIRST = 100_000
BODY_BYTES = 2_000
THREADS = 2
REQUEST_TIMEOUT_SECONDS = 30
CYCLE = {
    "cycleId": "2026", "year": 2026, "kind": "annual", "ruleSetId": "366-2025",
    "planNumber": "57-KH/TU", "pilotUnitIds": [],
    "milestones": [
        {"task": "report", "level": level, "pilot": False,
         "dueBefore": "2099-12-10T00:00:00+07:00", "wording": "trước ngày 10/12/2099"}
        for level in ("PROVINCE", "DISTRICT")
    ],
}


@dataclass(frozen=True)
class Load:
    """What wrk was answered, all of it with success."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float


def units(count: int) -> str:
    lines = [
        "unit_id,name,level,parent_id,managing_unit_id,peer_group,reviewed",
        "PROVINCE,Tỉnh Mẫu,PROVINCE,,,PROVINCE,false",
        "D1,Huyện Một,DISTRICT,PROVINCE,PROVINCE,DISTRICT-BODY,false",
    ]
    lines += [
        f"G{n},Xã {n},GRASSROOTS,D1,D1,GRASSROOTS-BODY,true" for n in range(FIRST, FIRST + count)
    ]
    return "\n".join(lines)


def request_reports(stack: Stack, count: int) -> None:
    """Registers organisations and launches the cycle in which each of them owes a report."""
    url = stack.url("intake")
    post(f"{url}/v1/units/import", units(count).encode())
    approve_rules(url)
    post(f"{url}/v1/cycles", json.dumps(CYCLE).encode(), "application/json")
    launched = post(f"{url}/v1/cycles/2026/launch", b"", **{"If-Match": '"1"'})
    if launched["requestedReports"] != count:
        raise RuntimeError(f"{launched['requestedReports']} reports are owed, not {count}")


def approve_rules(url: str) -> None:
    """Approves the cycle's rules as they are loaded: no cycle is opened under others."""
    rules = f"{url}/v1/rule-sets/{CYCLE['ruleSetId']}"
    approval = {
        "fingerprint": get(rules)["summary"]["fingerprint"], "legalBasis": CYCLE["planNumber"],
    }
    post(f"{rules}/approvals", json.dumps(approval).encode(), "application/json")


def content(number: str) -> str:
    """A report of the wanted size, in the canonical form that is kept: what is sent is stored."""
    sentence = "Tập thể giữ vững đoàn kết, hoàn thành nhiệm vụ được giao trong năm. "
    codes = ("I", "II", "III", "V", "VI", "VII")

    def whole(words: str) -> str:
        sections = ",".join(f'{{"section":"{code}","text":"{words}"}}' for code in codes)
        # The number makes each document another one.
        return f'{{"answers":[],"sections":[{sections[:-2]}{number}"}}]}}'

    share = (BODY_BYTES - len(whole("").encode())) // len(codes)
    return whole((sentence * BODY_BYTES).encode()[:share].decode(errors="ignore"))


def submit(
    stack: Stack, first: int, count: int, connections: int, seconds: int, instance: int = 1
) -> Load:
    """Hands reports in, each once, as fast as so many clients are answered."""
    return drive(stack.url("intake", instance), connections, seconds, "submit", "2026", first,
        count, content("%d"))


def show(
    stack: Stack, cycle: str, first: int, count: int, connections: int, seconds: int
) -> Load:
    """Looks at any of the reports, as fast as so many clients are answered."""
    return drive(stack.url("intake"), connections, seconds, "show", cycle, first, count)


def drive(
    url: str, connections: int, seconds: int, kind: str, cycle: str, first: int, count: int,
    *more: str,
) -> Load:
    done = subprocess.run(
        ["wrk", "--threads", str(THREADS), "--connections", str(connections),
         "--duration", f"{seconds}s", "--timeout", f"{REQUEST_TIMEOUT_SECONDS}s",
         "--script", str(REQUESTS), url, "--",
         kind, cycle, str(first), str(count), str(THREADS), *more],
        capture_output=True, text=True, timeout=seconds + 2 * REQUEST_TIMEOUT_SECONDS, check=True,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    if found.pop("errors") or not found["requests"]:
        raise RuntimeError(f"not every request was answered with success:\n{done.stdout}")
    return Load(**found)


@contextmanager
def relay_at_rest(stack: Stack) -> Iterator[psycopg.Connection]:
    """Holds the lock of intake's relay, as another instance would; lends the connection."""
    with stack.connect("intake") as connection:
        taken = connection.execute(
            "select pg_try_advisory_lock(hashtextextended('lock:relay', 0))").fetchone()[0]
        if not taken:
            raise RuntimeError("intake's relay is at work")
        yield connection
