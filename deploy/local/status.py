"""Prints the table of `stack status` from lines "name, pid, ready, admin address" (tabs)."""

import json
import sys
import urllib.error
import urllib.request

TIMEOUT_SECONDS = 2
COLUMNS = ("PART", "PID", "READY", "STATE", "OUTBOX", "LAG", "PARKED")


def fetch(url: str) -> bytes:
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        return error.read()


def short(value: object) -> str:
    """A number or text as it is; of an object or list, its members without the JSON around."""
    if value is None:
        return "-"
    if isinstance(value, dict):
        return " ".join(f"{key}={short(member)}" for key, member in value.items()) or "-"
    if isinstance(value, list):
        return "; ".join(short(member) for member in value) or "-"
    return str(value)


def row(name: str, pid: str, ready: str, admin: str) -> tuple[str, ...]:
    if pid == "-" or admin == "-":
        return (name, pid, ready, "-" if pid != "-" else "stopped", "-", "-", "-")
    try:
        body = fetch(f"{admin}/status")
    except OSError as error:
        return (name, pid, ready, f"no answer: {error}", "-", "-", "-")
    try:
        status = json.loads(body)
        state = short(status.get("state"))
        reason = status.get("reason") or status.get("reasons")
        if reason:
            state += f": {short(reason)}"
        figures = (short(status.get(key)) for key in ("outbox", "lag", "parked"))
        return (name, pid, ready, state, *figures)
    except (ValueError, AttributeError):
        return (name, pid, ready, body.decode(errors="replace").strip() or "-", "-", "-", "-")


def main() -> None:
    parts = [line.rstrip("\n").split("\t") for line in sys.stdin]
    rows = [COLUMNS] + [row(*part) for part in parts]
    widths = [max(len(line[column]) for line in rows) for column in range(len(COLUMNS))]
    for line in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
    sys.exit(0 if all(part[2] == "yes" for part in parts) else 1)


main()
