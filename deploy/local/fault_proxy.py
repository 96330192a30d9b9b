"""A TCP proxy that misbehaves when it is told to, for drills and tests of faults.

It stands between the services and PostgreSQL, the broker and the mail server. Each line (a name, a
port to listen on, a port to forward to) can be cut, held or slowed down:

    cut     every open connection is reset; new ones are taken at once
    hold    nothing passes any more, and nobody is told, as behind a dead switch; new connections
            are taken and wait as well
    slow    every piece waits so many milliseconds, in both directions
    heal    everything that was held passes; nothing waits any more

It listens on loopback only and reads nothing of what it forwards.
"""

import argparse
import asyncio
import os
import signal
import socket
import struct
import sys

PIECE_BYTES_MAX = 65_536
DELAY_MILLISECONDS_MAX = 10_000
CONTROL_TIMEOUT_SECONDS = 10


class Line:
    """One port that is forwarded to another."""

    def __init__(self, name: str, port: int, target: int) -> None:
        self.name = name
        self.port = port
        self.target = target
        self.delay_seconds = 0.0
        self.passing = asyncio.Event()
        self.passing.set()
        self.writers: set[asyncio.StreamWriter] = set()

    async def serve(self) -> asyncio.Server:
        return await asyncio.start_server(
            self.connect, "127.0.0.1", self.port, limit=PIECE_BYTES_MAX, backlog=512
        )

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.adopt(writer)
        try:
            await self.passing.wait()
            onward_reader, onward = await asyncio.open_connection(
                "127.0.0.1", self.target, limit=PIECE_BYTES_MAX
            )
        except OSError:
            # Nobody listens behind us: to the client, nobody listens here either.
            self.reset(writer)
            return
        self.adopt(onward)
        await asyncio.gather(self.pump(reader, onward), self.pump(onward_reader, writer))

    def adopt(self, writer: asyncio.StreamWriter) -> None:
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.writers.add(writer)

    async def pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while piece := await reader.read(PIECE_BYTES_MAX):
                if self.delay_seconds > 0:
                    await asyncio.sleep(self.delay_seconds)
                await self.passing.wait()
                writer.write(piece)
                await writer.drain()
        except OSError:
            pass
        finally:
            self.writers.discard(writer)
            writer.close()

    def reset(self, writer: asyncio.StreamWriter) -> None:
        """Closes without a farewell: the other side reads a reset, not an end."""
        self.writers.discard(writer)
        opened = writer.get_extra_info("socket")
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    def cut(self) -> int:
        count = len(self.writers)
        for writer in list(self.writers):
            self.reset(writer)
        return count

    def heal(self) -> None:
        self.delay_seconds = 0.0
        self.passing.set()


class Control:
    """Orders, one line each, over a socket of the file system."""

    def __init__(self, lines: dict[str, Line]) -> None:
        self.lines = lines

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        words = (await reader.readline()).decode("utf-8", "replace").split()
        writer.write(f"{self.obey(words)}\n".encode())
        await writer.drain()
        writer.close()

    def obey(self, words: list[str]) -> str:
        match words:
            case ["cut", name] if name in self.lines:
                return f"ok: {self.lines[name].cut()} connections cut"
            case ["hold", name] if name in self.lines:
                self.lines[name].passing.clear()
            case ["slow", name, text] if name in self.lines and text.isdecimal():
                if int(text) > DELAY_MILLISECONDS_MAX:
                    return f"error: at most {DELAY_MILLISECONDS_MAX} ms"
                self.lines[name].delay_seconds = int(text) / 1_000
            case ["heal", name] if name in self.lines:
                self.lines[name].heal()
            case _:
                known = " ".join(self.lines)
                return f"error: cut, hold, slow … MILLISECONDS or heal, of one of: {known}"
        return "ok"


async def tell(path: str, words: list[str]) -> str:
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write(f"{' '.join(words)}\n".encode())
    answer = await asyncio.wait_for(reader.readline(), CONTROL_TIMEOUT_SECONDS)
    writer.close()
    return answer.decode().strip()


async def serve(options: argparse.Namespace) -> None:
    lines = {line.name: line for line in map(parse_line, options.line)}
    servers = [await line.serve() for line in lines.values()]
    if os.path.exists(options.control):
        os.remove(options.control)
    # Last: whoever finds this socket finds all lines served.
    control = await asyncio.start_unix_server(Control(lines).answer, options.control)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    print("fault proxy ready: " + ", ".join(options.line), flush=True)
    await stopping.wait()
    for server in [control, *servers]:
        server.close()
    os.remove(options.control)
    # Whatever is still being forwarded ends with the process.
    sys.stdout.flush()
    os._exit(0)


def parse_line(text: str) -> Line:
    name, port, target = text.split(":")
    return Line(name, int(port), int(target))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--control", required=True, help="path of the socket that takes orders")
    parser.add_argument("--line", action="append", default=[], metavar="NAME:PORT:TARGET",
        help="forward 127.0.0.1:PORT to 127.0.0.1:TARGET")
    parser.add_argument("--tell", nargs="+", metavar="WORD", help="give a running proxy an order")
    options = parser.parse_args()
    try:
        if not options.tell:
            asyncio.run(serve(options))
            return
        answer = asyncio.run(tell(options.control, options.tell))
    except (OSError, asyncio.TimeoutError) as error:
        sys.exit(f"fault proxy: {error}")
    print(answer)
    if not answer.startswith("ok"):
        sys.exit(1)


main()
