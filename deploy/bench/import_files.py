"""Imports the lists of a whole province from workbooks and CSV, with and without faults.

    deploy/bench/import-measure                1,050 organisations and 99,300 members, 200 faults
    deploy/bench/import-measure --scale 0.05   for trying out, never for a figure

Says what each request took and how much memory intake ever held, and fails unless a list with
faults is refused with every one of them, by line, column and reason, and leaves nothing behind.
"""

import argparse
import csv
import io
import json
import sys
import time
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from benchmark.province import ACTOR, REQUEST_TIMEOUT_SECONDS
from benchmark.sampling import peak_mib, wait_until
from benchmark.stack import ROOT, Stack

DISTRICTS = 22
GRASSROOTS = 1_050
MEMBERS = 99_300
FAULTS = 200
UNIT_COLUMNS = (
    "unit_id", "name", "level", "parent_id", "managing_unit_id", "peer_group", "reviewed", "sector")
PERSON_COLUMNS = (
    "person_id", "full_name", "member_of", "managing_unit_id", "role", "peer_group", "channel")
MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}
READY_SECONDS = 60

Row = list[str]


@dataclass(frozen=True)
class Fault:
    """What stands in a cell instead, and by which name it must be refused."""

    column: str
    text: str
    slug: str


# What is wrong with a cell by itself.
UNIT_FAULTS = (
    Fault("unit_id", "G 1", "malformed-identifier"), Fault("name", "", "missing-value"),
    Fault("level", "WARD", "import-level-unknown"), Fault("reviewed", "perhaps", "wrong-type"),
    Fault("sector", "NAVY", "import-sector-unknown"),
)
PERSON_FAULTS = (
    Fault("person_id", "P 1", "malformed-identifier"), Fault("full_name", "", "missing-value"),
    Fault("role", "chief", "not-a-choice"), Fault("channel", "letter", "not-a-choice"),
    Fault("person_id", "P0", "import-id-repeated"),
)
# What is wrong because of what it names: told once every line can be read.
REFERENCE_FAULTS = (
    Fault("member_of", "NOWHERE", "import-unit-unknown"),
    Fault("managing_unit_id", "NOWHERE", "import-unit-unknown"),
)


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0,
        help="how much of each list; below 1 for trying out, never for a figure")
    parser.add_argument("--port", type=int, default=24_000,
        help="the first of the stack's ports, beside a running demonstration and the tests")
    parser.add_argument("--bin", type=Path, default=ROOT / ".build/release")
    parser.add_argument("--state", type=Path, default=ROOT / ".local/bench/import-stack")
    options = parser.parse_args()
    if not 0 < options.scale <= 1:
        parser.error("a scale above 0, at most 1")
    return options


def units(scale: float) -> list[Row]:
    rows = [["PROVINCE", "Tỉnh Mẫu", "PROVINCE", "", "", "PROVINCE", "false", ""]]
    rows += [
        [f"D{n}", f"Đảng bộ huyện {n}", "DISTRICT", "PROVINCE", "PROVINCE", "DISTRICTS", "true", ""]
        for n in range(DISTRICTS)
    ]
    for n in range(max(1, int(GRASSROOTS * scale))):
        above = f"D{n % DISTRICTS}"
        rows.append([
            f"G{n}", f"Đảng bộ xã Mẫu {n}", "GRASSROOTS", above, above, "COMMUNES", "true",
            "POLICE" if n % 50 == 0 else ""])
    return rows


def persons(scale: float) -> list[Row]:
    grassroots = max(1, int(GRASSROOTS * scale))
    rows = []
    for n in range(int(MEMBERS * scale)):
        unit = n % grassroots
        role = "head" if n < grassroots else "member"
        rows.append([
            f"P{n}", f"Nguyễn Văn Mẫu {n}", f"G{unit}", f"D{unit % DISTRICTS}", role,
            "LEADERS" if role == "head" else "MEMBERS", "electronic" if n % 12 == 0 else "paper"])
    return rows


def spoiled(
    rows: list[Row], columns: tuple[str, ...], kinds: tuple[Fault, ...], count: int, first: int
) -> tuple[list[Row], set[tuple[int, str, str]]]:
    """The list with `count` faults spread over it, and what must be told of them.

    What stands before `first` is named by later lines and stays as it is.
    """
    copy = [list(row) for row in rows]
    told = set()
    for number in range(count):
        place = first + number * (len(rows) - first) // count
        fault = kinds[number % len(kinds)]
        copy[place][columns.index(fault.column)] = fault.text
        # The header is line 1.
        told.add((place + 2, fault.column, fault.slug))
    if len(told) != count:
        raise RuntimeError(f"{count} faults do not fit into {len(rows)} lines")
    return copy, told


def table(columns: tuple[str, ...], rows: list[Row], form: str) -> bytes:
    """The list as a program of another house writes it."""
    if form == "csv":
        text = io.StringIO()
        csv.writer(text).writerows([columns, *rows])
        return text.getvalue().encode()
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Danh sách")
    for row in [columns, *rows]:
        sheet.append([cell or None for cell in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@dataclass(frozen=True)
class Answer:
    status: int
    body: dict
    seconds: float
    peak_mib: float


class Desk:
    """Asks intake, which is started anew before each request, so that its peak is of this one."""

    def __init__(self, stack: Stack, form: str) -> None:
        self.stack = stack
        self.form = form

    def ask(self, path: str, body: bytes) -> Answer:
        self.stack.stop("intake-1")
        self.stack.start("intake-1")
        wait_until("intake", lambda: self.stack.is_ready("intake"), READY_SECONDS)
        # What is ready by its database and migrations opens its door a moment later.
        wait_until("intake's door", self.is_open, READY_SECONDS)
        request = urllib.request.Request(
            self.stack.url("intake") + path, data=body, method="POST", headers={
                "Content-Type": MEDIA_TYPES[self.form], "Review-Actor": ACTOR,
                "Idempotency-Key": str(uuid.uuid4()),
            })
        begin = time.perf_counter()
        try:
            with urllib.request.urlopen(request, timeout=REQUEST_TIMEOUT_SECONDS) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as refusal:
            status, text = refusal.code, refusal.read()
        seconds = time.perf_counter() - begin
        return Answer(status, json.loads(text), seconds, peak_mib(self.stack.pid("intake-1")))

    def is_open(self) -> bool:
        try:
            urllib.request.urlopen(self.stack.url("intake") + "/openapi.json").close()
        except urllib.error.URLError:
            return False
        return True

    def kept(self) -> tuple[int, ...]:
        """How much intake holds of what an import writes."""
        with self.stack.connect("intake") as connection:
            return connection.execute(
                "select (select count(*) from event_log), (select count(*) from unit),"
                " (select count(*) from person)").fetchone()

    def refused(self, path: str, body: bytes, wanted: set[tuple[int, str, str]]) -> Answer:
        before = self.kept()
        answer = self.ask(path, body)
        slug = "csv-has-errors" if self.form == "csv" else "spreadsheet-has-errors"
        if answer.status != 422 or answer.body["slug"] != slug:
            raise RuntimeError(f"{path}: {answer.status} {answer.body.get('slug')}, not {slug}")
        told = {(error["line"], error["field"], error["slug"]) for error in answer.body["errors"]}
        if told != wanted or answer.body["errorsTotal"] != len(wanted):
            raise RuntimeError(
                f"{path}: missing {sorted(wanted - told)[:5]},"
                f" too much {sorted(told - wanted)[:5]}")
        if self.kept() != before:
            raise RuntimeError(f"{path}: {before} became {self.kept()} in spite of faults")
        return answer

    def taken(self, path: str, body: bytes, count: int, member: str) -> Answer:
        """`member` of the answer must count every line."""
        answer = self.ask(path, body)
        if answer.status != 200 or answer.body[member] != count:
            raise RuntimeError(f"{path}: {answer.status} {answer.body}, not {count} {member}")
        return answer


def measure(desk: Desk, scale: float) -> dict[str, Answer]:
    """What is done with the lists, in this order, in an empty system."""
    faults = max(len(PERSON_FAULTS), int(FAULTS * scale))
    listed, known = units(scale), persons(scale)
    bad_units, told_units = spoiled(listed, UNIT_COLUMNS, UNIT_FAULTS, faults, 1 + DISTRICTS)
    bad_cells, told_cells = spoiled(known, PERSON_COLUMNS, PERSON_FAULTS, faults, 1)
    bad_names, told_names = spoiled(known, PERSON_COLUMNS, REFERENCE_FAULTS, faults, 1)

    def of_units(rows: list[Row]) -> bytes:
        return table(UNIT_COLUMNS, rows, desk.form)

    def of_persons(rows: list[Row]) -> bytes:
        return table(PERSON_COLUMNS, rows, desk.form)

    into_units, into_persons = "/v1/units/import", "/v1/persons/import"
    whole = of_persons(known)
    print(f"{desk.form}: {len(whole) / 1_000_000:.1f} MB of members", file=sys.stderr, flush=True)
    found = {}

    def keep(step: str, answer: Answer) -> None:
        found[step] = answer
        print(f"{desk.form} {step}: {answer.seconds:.2f} s, {answer.peak_mib:.0f} MiB",
            file=sys.stderr, flush=True)

    keep(f"organisations with {faults} faults",
        desk.refused(into_units, of_units(bad_units), told_units))
    keep("organisations",
        desk.taken(into_units, of_units(listed), len(listed), "registered"))
    keep(f"members with {faults} faults in cells",
        desk.refused(into_persons, of_persons(bad_cells), told_cells))
    keep(f"members with {faults} unknown organisations",
        desk.refused(into_persons, of_persons(bad_names), told_names))
    keep("members, dry run",
        desk.taken(f"{into_persons}?dryRun=true", whole, len(known), "registered"))
    keep("members", desk.taken(into_persons, whole, len(known), "registered"))
    keep("members again", desk.taken(into_persons, whole, len(known), "unchanged"))
    if desk.kept() != (len(listed) + len(known), len(listed), len(known)):
        raise RuntimeError(f"{desk.kept()} is not what the lists hold")
    return found


def main() -> None:
    options = parse_options()
    stack = Stack(options.state, options.port, options.bin)
    results = {}
    try:
        for form in MEDIA_TYPES:
            stack.reset()
            stack.up()
            # Only intake is measured.
            stack.stop("notification-1", "rating-1", "case-tracking-1")
            results[form] = measure(Desk(stack, form), options.scale)
    finally:
        stack.reset()
    forms = list(results)
    print(f"| {int(MEMBERS * options.scale)} members | " + " | ".join(map(str.upper, forms)) + " |")
    print("|---|" + "---|" * len(forms))
    for step in results[forms[0]]:
        cells = (results[form][step] for form in forms)
        print(f"| {step} | " + " | ".join(
            f"{cell.seconds:.2f} s, {cell.peak_mib:.0f} MiB" for cell in cells) + " |")


main()
