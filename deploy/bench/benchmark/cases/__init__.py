"""Every case, in the order of the page."""

from ..sampling import Case
from ..stack import Stack
from .relay import Relay

CASES: dict[str, type[Case]] = {case.name: case for case in (Relay,)}
NAMES = tuple(CASES)


def chosen(stack: Stack, names: list[str], scale: float) -> list[Case]:
    """The cases of these names, all of them for none; each is told how much work to do."""
    return [case(stack, scale) for name, case in CASES.items() if not names or name in names]
