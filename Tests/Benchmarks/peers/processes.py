"""Processes of a peer that say when they are ready and end with the program, whatever happens."""

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, Self

Talk = Connection

STOP_LIMIT_SECONDS = 10.0
PAUSE_SECONDS = 0.02

# Spawned and not forked: a copy of a process with open connections and threads is good for nothing.
spawning = multiprocessing.get_context("spawn")


def processor_count() -> int:
    return os.cpu_count() or 1


def end_tidily() -> None:
    """Lets SIGTERM end the program as an exception does, so that nothing it started stays."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


class Worker:
    """One process; its function gets the other end of a pipe first."""

    def __init__(self, function: Callable[..., None], *arguments: Any) -> None:
        self.talk, other = spawning.Pipe()
        self.process = spawning.Process(
            target=function, args=(other, *arguments), name=function.__name__, daemon=True
        )
        self.process.start()
        # Only the process holds the other end from now on, so its death ends our waiting.
        other.close()

    @property
    def pid(self) -> int:
        pid = self.process.pid
        assert pid is not None
        return pid

    def send(self, word: Any) -> None:
        self.talk.send(word)

    def receive(self, limit_seconds: float) -> Any:
        if not self.talk.poll(limit_seconds):
            raise TimeoutError(f"{self.process.name} said nothing for {limit_seconds} s")
        try:
            return self.talk.recv()
        except EOFError:
            raise RuntimeError(f"{self.process.name} ended unasked") from None

    def kill(self) -> None:
        """As a power cut would: no handler runs."""
        self.process.kill()
        self.process.join(STOP_LIMIT_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.join(STOP_LIMIT_SECONDS)
        if self.process.is_alive():
            self.kill()
        self.talk.close()


def wait_until(condition: Callable[[], bool], limit_seconds: float) -> None:
    deadline = time.monotonic() + limit_seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {limit_seconds} s in vain")
        time.sleep(PAUSE_SECONDS)
