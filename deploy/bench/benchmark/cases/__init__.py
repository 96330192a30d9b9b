"""Every case, in the order of the page."""

from ..sampling import Case
from ..stack import Stack
from .apply import Apply
from .command import Command16, Command64
from .growth import Growth
from .idle import Idle
from .import_members import Import
from .mail import Mail
from .micro import Micro
from .peers import PeersApply, PeersKill, PeersPath, PeersReplay
from .relay import Relay
from .replay import Replay
from .scale import Scale
from .visible import Visible

CASES: dict[str, type[Case]] = {case.name: case for case in (
    Command16, Command64, Import, Relay, Apply, Replay, Mail,
    PeersPath, PeersApply, PeersReplay, PeersKill,
    Visible, Idle, Scale, Growth, Micro,
)}
NAMES = tuple(CASES)


def chosen(stack: Stack, names: list[str], scale: float) -> list[Case]:
    """The cases of these names, all of them for none; each is told how much work to do."""
    return [case(stack, scale) for name, case in CASES.items() if not names or name in names]
