"""Services with nothing to do: how soon they are ready, what they hold, how often they wake."""

import subprocess
import time
import urllib.request
from pathlib import Path

from ..sampling import Case, Sample, Side, Target, cpu_seconds, median, wait_until
from ..stack import SERVICES, Stack

WINDOW_SECONDS = 5
# Until groups are joined and what the start left to do is done.
SETTLE_SECONDS = 3
START_LIMIT_SECONDS = 60
STOP_LIMIT_SECONDS = 40
LOOK_SECONDS = 0.002
FLOOR = "hello-floor"
# Of the ports that the stack leaves free.
FLOOR_PORT_OFFSET = 5


class Idle(Case):
    name = "idle"
    # Nothing that waits for a broker wakes as seldom as what waits for a connection: the limit is
    # what is told beside it.
    targets = [
        Target(FLOOR, rate_at_most=2, memory=2, ours=service) for service in SERVICES
    ]
    hypothesis = (
        "Ready within 0,5 s: migrations are checked, topics and connections opened, nothing is"
        " read. 30 MiB resident. 150 wake-ups a second: each of two or three consumers asks its"
        " broker every 10 ms, because the embedded one answers an empty question only when its"
        " time is over; the relay looks five times a second, the mail sender ten times."
    )

    def __init__(self, stack: Stack, scale: float) -> None:
        self.stack = stack
        self.window = max(1, WINDOW_SECONDS * scale)
        self.settle = max(1, SETTLE_SECONDS * scale)
        # One measurement gives a sample of each service.
        self.measured: dict[str, Sample] = {}
        self.starts: list[float] = []

    @property
    def work(self) -> str:
        slowest = f"{max(self.starts):.2f} s" if self.starts else "not measured"
        middle = f"{median(self.starts):.2f} s" if self.starts else "not measured"
        return (
            "Each service is started alone, one after the other, until `/health/ready` says 200"
            " (column p50); 3 s after the last one is ready nothing has happened for a while, and"
            " for 5 s the voluntary context switches of all threads are counted (per second), the"
            " processor time (for each of them) and what is resident at the end (MiB). Target:"
            f" ready within 1 s; median {middle}, slowest {slowest}. Floor: a Hummingbird program"
            " that answers one route and does nothing else, started and watched in the same way; it"
            " has no database, no broker and no clock to look at."
        )

    def prepare(self) -> None:
        self.stack.stop(*(f"{service}-1" for service in reversed(SERVICES)))

    def sides(self) -> list[Side]:
        return [Side(name, lambda name=name: self.sample(name)) for name in (*SERVICES, FLOOR)]

    def sample(self, service: str) -> Sample:
        if service not in self.measured:
            self.measured = self.measure()
        return self.measured.pop(service)

    def measure(self) -> dict[str, Sample]:
        processes: dict[str, subprocess.Popen] = {}
        try:
            starts = {}
            for service in SERVICES:
                begin = time.perf_counter()
                processes[service] = self.launch(service)
                wait_until(f"{service} to be ready", lambda service=service: self.stack.is_ready(
                    service), START_LIMIT_SECONDS, LOOK_SECONDS)
                starts[service] = time.perf_counter() - begin
            self.starts += starts.values()
            begin = time.perf_counter()
            processes[FLOOR] = self.launch_floor()
            wait_until("the floor to be ready", self.floor_is_ready, START_LIMIT_SECONDS,
                LOOK_SECONDS)
            starts[FLOOR] = time.perf_counter() - begin
            time.sleep(self.settle)
            return {
                service: Sample(wakes, self.window, cpu, starts[service] * 1e3, None, resident)
                for service, (wakes, cpu, resident) in self.watch(processes).items()
            }
        finally:
            for process in processes.values():
                process.terminate()
            for process in processes.values():
                process.wait(STOP_LIMIT_SECONDS)

    def launch(self, service: str) -> subprocess.Popen:
        """Not by the stack's script, which looks ten times a second whether a part is ready."""
        executable = Path(self.stack.environment["REVIEW_BIN"]) / service
        with open(self.stack.state / f"log/{service}-idle.log", "ab") as log:
            return subprocess.Popen(
                [executable, "serve"], env=self.stack.instance_environment(f"{service}-1"),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    @property
    def floor_port(self) -> int:
        return self.stack.base_port + FLOOR_PORT_OFFSET

    def launch_floor(self) -> subprocess.Popen:
        executable = Path(self.stack.environment["REVIEW_BIN"]) / FLOOR
        with open(self.stack.state / f"log/{FLOOR}.log", "ab") as log:
            return subprocess.Popen(
                [executable, str(self.floor_port)], stdin=subprocess.DEVNULL, stdout=log,
                stderr=log)

    def floor_is_ready(self) -> bool:
        url = f"http://127.0.0.1:{self.floor_port}/health/ready"
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def watch(
        self, processes: dict[str, subprocess.Popen]
    ) -> dict[str, tuple[int, float, float]]:
        pids = {service: process.pid for service, process in processes.items()}
        before = {service: (wake_ups(pid), cpu_seconds([pid])) for service, pid in pids.items()}
        time.sleep(self.window)
        return {
            service: (wake_ups(pid) - before[service][0],
                cpu_seconds([pid]) - before[service][1], status(Path(f"/proc/{pid}"), "VmRSS")
                / 1024)
            for service, pid in pids.items()
        }

    def close(self) -> None:
        self.stack.reset()
        self.stack.up()


def wake_ups(pid: int) -> int:
    """How often any thread went to sleep of its own will, and so had to be woken."""
    return sum(
        status(thread, "voluntary_ctxt_switches")
        for thread in Path(f"/proc/{pid}/task").iterdir()
    )


def status(process: Path, name: str) -> int:
    for line in (process / "status").read_text(errors="replace").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise RuntimeError(f"{process} does not tell {name}")
