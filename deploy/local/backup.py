"""The work of `backup` and `restore`: dumps, row counts and the manifest that ties them.

Called with PostgreSQL's environment (PGHOST, PGUSER, PGPASSWORD ...) already set.
"""

import hashlib
import json
import os
import subprocess
import sys
import time

COUNTED = ("event_log", "outbox")
# The databases a restore builds before the old ones are given up.
FRESH = "_restoring"


def digest(path: str) -> str:
    result = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            result.update(block)
    return result.hexdigest()


class Psql:
    """One psql kept open, so that a snapshot lives as long as the dump that uses it."""

    END = "-- end of answer --"

    def __init__(self, tools: str, database: str) -> None:
        self.process = subprocess.Popen(
            [f"{tools}/psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", database],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.ask("SET client_min_messages = warning")

    def ask(self, statement: str) -> list[str]:
        self.process.stdin.write(f"{statement};\n\\echo '{self.END}'\n")
        self.process.stdin.flush()
        lines = []
        for line in self.process.stdout:
            if line.rstrip("\n") == self.END:
                return lines
            lines.append(line.rstrip("\n"))
        sys.exit(f"error: PostgreSQL refused: {statement}")

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def row_counts(client: Psql) -> dict[str, int]:
    counts = {}
    for name in COUNTED:
        if client.ask(f"SELECT to_regclass('{name}') IS NOT NULL") == ["t"]:
            counts[name] = int(client.ask(f"SELECT count(*) FROM {name}")[0])
    return counts


def write(directory: str, tools: str, databases: list[str]) -> None:
    # All snapshots first, within milliseconds of each other; the dumps may take their time.
    clients = {database: Psql(tools, database) for database in databases}
    snapshots = {}
    for database, client in clients.items():
        client.ask("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        snapshots[database] = client.ask("SELECT pg_export_snapshot()")[0]
    taken_at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    parts = {}
    for database, client in clients.items():
        path = os.path.join(directory, f"{database}.dump")
        subprocess.run(
            [f"{tools}/pg_dump", "-Fc", f"--snapshot={snapshots[database]}", "-f", path, database],
            check=True,
        )
        parts[database] = {"sha256": digest(path), "rows": row_counts(client)}
        client.close()
        print(f"{database}: {parts[database]['rows']}")
    settings = os.path.join(directory, "settings.txt")
    manifest = {"takenAt": taken_at, "settings": digest(settings), "databases": parts}
    with open(os.path.join(directory, "manifest.json"), "w", encoding="utf-8") as file:
        json.dump(manifest, file, indent=2)
        file.write("\n")


def mark_restored(client: Psql) -> None:
    """Keeps the service closed until `log recover` has brought back what it had published."""
    if client.ask("SELECT to_regclass('restored') IS NULL") == ["t"]:
        sys.exit("error: the backup is of a build that cannot be told that it was restored; "
                 "nothing was changed")
    client.ask("INSERT INTO restored DEFAULT VALUES ON CONFLICT DO NOTHING")


def restore(directory: str, tools: str, databases: list[str], topics_go_on: bool) -> None:
    with open(os.path.join(directory, "manifest.json"), encoding="utf-8") as file:
        parts = json.load(file)["databases"]
    if not set(databases) <= set(parts):
        sys.exit(f"error: the backup holds {sorted(parts)}, wanted {sorted(databases)}")
    for database in databases:
        path = os.path.join(directory, f"{database}.dump")
        if digest(path) != parts[database]["sha256"]:
            sys.exit(f"error: {path} is not what the manifest says; nothing was changed")
    server = Psql(tools, "postgres")
    for database in databases:
        fresh = database + FRESH
        server.ask(f'DROP DATABASE IF EXISTS "{fresh}"')
        server.ask(f'CREATE DATABASE "{fresh}" OWNER "{database}_owner" TEMPLATE template0')
        subprocess.run(
            [f"{tools}/pg_restore", "--exit-on-error", "-d", fresh,
             os.path.join(directory, f"{database}.dump")],
            check=True,
        )
        client = Psql(tools, fresh)
        found = row_counts(client)
        if topics_go_on:
            mark_restored(client)
        client.ask("ANALYZE")
        client.close()
        if found != parts[database]["rows"]:
            sys.exit(f"error: {database} has {found}, the manifest says "
                     f"{parts[database]['rows']}; nothing was changed")
        print(f"{database}: {found}, as the manifest says")
    for database in databases:
        server.ask(f'DROP DATABASE IF EXISTS "{database}"')
        server.ask(f'ALTER DATABASE "{database}{FRESH}" RENAME TO "{database}"')
    server.close()


def main() -> None:
    action, directory, tools, *databases = sys.argv[1:]
    try:
        if action == "write":
            write(directory, tools, databases)
        else:
            restore(directory, tools, databases, topics_go_on=action == "restore-behind-topics")
    except subprocess.CalledProcessError as error:
        sys.exit(f"error: {os.path.basename(error.cmd[0])} failed")


main()
