"""The local stack, release build, with a state of its own: what our sides run on."""

import os
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[3]
STACK = ROOT / "deploy/local/stack"
SERVICES = ("intake", "case-tracking", "rating", "notification")
# Within one instance's ports, 10 to 23 after the first, those of others must not lie.
INSTANCE_PORT_STEP = 20
COMMAND_TIMEOUT_SECONDS = 180


def children(parent: int) -> list[int]:
    """The processes that this one has started and that are still there."""
    found = []
    for task in Path(f"/proc/{parent}/task").iterdir():
        found += map(int, (task / "children").read_text().split())
    return found


class Stack:
    """Starts and stops single parts, and knows their databases, ports and processes."""

    def __init__(self, state: Path, base_port: int, bin_directory: Path) -> None:
        self.state = state
        self.base_port = base_port
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("REVIEW_", "KAFKA_", "PG"))
        } | {
            "REVIEW_STATE": str(state),
            "REVIEW_BIN": str(bin_directory),
            "BUILD_CONFIGURATION": "release",
            "REVIEW_POSTGRES_PORT": str(base_port),
            "REVIEW_BROKER_PORT": str(base_port + 1),
            "REVIEW_SMTP_PORT": str(base_port + 2),
            "REVIEW_INSTANCE_PORT_STEP": str(INSTANCE_PORT_STEP),
            "REVIEW_LOG_LEVEL": "warning",
            # A bench waits for its end, not for a gate.
            "REVIEW_OUTBOX_LIMIT": "10000000",
        }
        for place, service in enumerate(SERVICES):
            name = service.upper().replace("-", "_")
            self.environment[f"REVIEW_{name}_HTTP_PORT"] = str(base_port + 10 + place)
            self.environment[f"REVIEW_{name}_ADMIN_PORT"] = str(base_port + 20 + place)

    def tell(self, *words: str) -> None:
        """Gives the stack's script an order; its words are shown when it fails."""
        done = subprocess.run(
            [STACK, *words], env=self.environment, cwd=ROOT, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=COMMAND_TIMEOUT_SECONDS,
        )
        if done.returncode != 0:
            raise RuntimeError(f"stack {' '.join(words)} failed:\n{done.stdout}{done.stderr}")

    def up(self) -> None:
        self.tell("up")

    def start(self, *parts: str) -> None:
        self.tell("start", *parts)

    def stop(self, *parts: str) -> None:
        self.tell("stop", *parts)

    def reset(self) -> None:
        self.tell("reset")

    def pid(self, part: str) -> int:
        return int((self.state / f"run/{part}.pid").read_text().split()[0])

    def server_pids(self) -> list[int]:
        """PostgreSQL and its backends at this moment."""
        with self.connect("postgres") as connection:
            server = Path(connection.execute("show data_directory").fetchone()[0], "postmaster.pid")
        main = int(server.read_text().split()[0])
        return [main, *children(main)]

    def transactions(self) -> int:
        """How many transactions of this server have written anything so far."""
        with self.connect("postgres") as connection:
            return connection.execute(
                "select pg_snapshot_xmax(pg_current_snapshot())::text::bigint").fetchone()[0]

    @property
    def broker(self) -> str:
        return f"127.0.0.1:{self.base_port + 1}"

    def url(self, service: str, instance: int = 1) -> str:
        return f"http://127.0.0.1:{self.port(service, instance) + 10}"

    def admin(self, service: str, instance: int = 1) -> str:
        return f"http://127.0.0.1:{self.port(service, instance) + 20}"

    def port(self, service: str, instance: int) -> int:
        """What the ports of an instance are counted from."""
        return self.base_port + SERVICES.index(service) + (instance - 1) * INSTANCE_PORT_STEP

    def dsn(self, database: str) -> str:
        """For the superuser."""
        password = (self.state / "secrets/postgres").read_text().strip()
        return (
            f"host=127.0.0.1 port={self.base_port} user=postgres"
            f" password={password} dbname={database}"
        )

    def connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(self.dsn(database), autocommit=True)

    def instance_environment(self, instance: str) -> dict[str, str]:
        """The settings that the stack started this instance with."""
        lines = (self.state / f"run/{instance}.env").read_text().splitlines()
        return self.environment | dict(line.split("=", 1) for line in lines)

    def copy_database(self, name: str, copy: str) -> None:
        """`copy` becomes what `name` is now; nobody may be connected to either."""
        with self.connect("postgres") as connection:
            connection.execute(f'drop database if exists "{copy}" with (force)')
            owner = connection.execute(
                "select pg_get_userbyid(datdba) from pg_database where datname = %s", [name]
            ).fetchone()[0]
            connection.execute(f'create database "{copy}" template "{name}" owner "{owner}"')
            # What the stack grants to the role that runs; a copy has no rights of its own.
            connection.execute(f'revoke all on database "{copy}" from public')
            connection.execute(f'grant connect on database "{copy}" to "{owner[: -len("_owner")]}"')

    def drop_database(self, name: str) -> None:
        with self.connect("postgres") as connection:
            connection.execute(f'drop database if exists "{name}" with (force)')

    def is_ready(self, service: str, instance: int = 1) -> bool:
        url = self.admin(service, instance) + "/health/ready"
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False
