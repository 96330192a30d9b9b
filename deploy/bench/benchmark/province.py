"""Invented organisations and members, as an operator imports them."""

import json
import urllib.request
import uuid

from .sampling import wait_until
from .stack import Stack

ACTOR = "unit/PROVINCE"
REQUEST_TIMEOUT_SECONDS = 300
MEMBERS_IN_ONE_UNIT = 1_000


def units(members: int) -> str:
    """A province, a district and as many grassroots organisations as the members need."""
    count = -(-members // MEMBERS_IN_ONE_UNIT)
    lines = ["unit_id,name,level,parent_id,managing_unit_id,peer_group,reviewed"]
    lines.append("PROVINCE,Tỉnh Mẫu,PROVINCE,,,PROVINCE,false")
    lines.append("D1,Huyện Một,DISTRICT,PROVINCE,PROVINCE,DISTRICT-BODY,true")
    lines += [f"G{n},Xã {n},GRASSROOTS,D1,D1,GRASSROOTS-BODY,true" for n in range(1, count + 1)]
    return "\n".join(lines)


def persons(members: int) -> str:
    lines = ["person_id,full_name,member_of,managing_unit_id,role,peer_group,channel"]
    lines += [
        f"P{n},Nguyễn Văn Mẫu {n},G{1 + n // MEMBERS_IN_ONE_UNIT},D1,member,MEMBERS,paper"
        for n in range(members)
    ]
    return "\n".join(lines)


def post(url: str, body: bytes, kind: str = "text/csv", **headers: str) -> dict:
    """A command as a client gives it; an answer other than 2xx is an error of the bench."""
    request = urllib.request.Request(url, data=body, method="POST", headers={
        "Content-Type": kind, "Review-Actor": ACTOR, "Idempotency-Key": str(uuid.uuid4()),
    } | headers)
    with urllib.request.urlopen(request, timeout=REQUEST_TIMEOUT_SECONDS) as answer:
        text = answer.read()
    return json.loads(text) if text else {}


def get(url: str) -> dict:
    """What a client is shown."""
    with urllib.request.urlopen(url, timeout=REQUEST_TIMEOUT_SECONDS) as answer:
        return json.loads(answer.read())


def import_province(stack: Stack, members: int) -> None:
    """Units and members through intake's own import, as one command each."""
    post(f"{stack.url('intake')}/v1/units/import", units(members).encode())
    post(f"{stack.url('intake')}/v1/persons/import", persons(members).encode())


def wait_for_empty_outbox(stack: Stack, database: str, limit: float = 600) -> None:
    with stack.connect(database) as connection:
        wait_until("an empty outbox", lambda: not connection.execute(
            "select exists (select from outbox)").fetchone()[0], limit)
