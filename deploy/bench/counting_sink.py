"""An SMTP server that only counts, made to be faster than any sender that is measured against it.

It accepts every mail, keeps nothing but the Message-IDs, and answers a burst of commands at once
(PIPELINING). A thread for each connection, which reads and writes and nothing else, takes two
thirds of the processor time of an event loop. It listens on loopback only. For anything but
measuring, deploy/local/smtp_sink.py is the one to use: it keeps the mails and can misbehave.
"""

import argparse
import contextlib
import json
import os
import signal
import socket
import sys
import threading

COUNTS_INTERVAL_SECONDS = 0.1
READ_BYTES = 262_144
LINE_BYTES_MAX = 4096
MESSAGE_BYTES_MAX = 33_554_432
END_OF_MESSAGE = b"\r\n.\r\n"
MESSAGE_ID = b"\r\nmessage-id:"

GREETING = b"220 sink.review.invalid ESMTP\r\n"
CAPABILITIES = (
    b"250-sink.review.invalid\r\n"
    b"250-PIPELINING\r\n"
    b"250-8BITMIME\r\n"
    b"250-SMTPUTF8\r\n"
    b"250 SIZE %d\r\n" % MESSAGE_BYTES_MAX
)
ACCEPTED = b"250 2.0.0 OK\r\n"
GO_AHEAD = b"354 go ahead\r\n"
GOODBYE = b"221 2.0.0 bye\r\n"
UNKNOWN = b"500 5.5.1 unknown command\r\n"
TOO_LONG = b"552 5.3.4 too long\r\n"

ANSWERS = {
    b"EHLO": CAPABILITIES,
    b"HELO": ACCEPTED,
    b"MAIL": ACCEPTED,
    b"RCPT": ACCEPTED,
    b"RSET": ACCEPTED,
    b"NOOP": ACCEPTED,
    b"DATA": GO_AHEAD,
    b"QUIT": GOODBYE,
}


class Counter:
    """How many mails came, and how many of them are different ones."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.total = 0
        self.ids: set[bytes] = set()
        self.written = -1
        self.lock = threading.Lock()

    def count(self, message: bytes) -> None:
        found = message_id(message)
        with self.lock:
            self.total += 1
            self.ids.add(found)

    def write(self) -> None:
        with self.lock:
            total, distinct = self.total, len(self.ids)
        if self.written == total:
            return
        self.written = total
        counts = {
            "total": total,
            "distinctMessageIds": distinct,
            "duplicates": total - distinct,
        }
        with open(self.path + ".part", "w", encoding="utf-8") as file:
            json.dump(counts, file)
            file.write("\n")
        os.rename(self.path + ".part", self.path)


def message_id(message: bytes) -> bytes:
    end = message.find(b"\r\n\r\n")
    header = b"\r\n" + (message if end < 0 else message[:end])
    place = header.lower().find(MESSAGE_ID)
    if place < 0:
        return b""
    begin = place + len(MESSAGE_ID)
    end = header.find(b"\r\n", begin)
    return header[begin : None if end < 0 else end].strip()


class Session:
    """What one connection said and has to be told, without the connection."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter
        self.unread = b""
        self.searched = 0
        self.in_message = False
        self.is_over = False

    def feed(self, data: bytes) -> bytes:
        """Takes what was read; returns all answers that are due."""
        self.unread += data
        answers = []
        while not self.is_over:
            answer = self.take_message() if self.in_message else self.take_line()
            if answer is None:
                break
            answers.append(answer)
        if len(self.unread) > (MESSAGE_BYTES_MAX if self.in_message else LINE_BYTES_MAX):
            answers.append(TOO_LONG)
            self.is_over = True
        return b"".join(answers)

    def take_line(self) -> bytes | None:
        end = self.unread.find(b"\r\n")
        if end < 0:
            return None
        answer = ANSWERS.get(self.unread[:4].upper(), UNKNOWN)
        if answer is GO_AHEAD:
            # The line's end stays: with it even an empty message ends in END_OF_MESSAGE.
            self.unread = self.unread[end:]
            self.in_message = True
            self.searched = 0
        else:
            self.unread = self.unread[end + 2 :]
            self.is_over = answer is GOODBYE
        return answer

    def take_message(self) -> bytes | None:
        end = self.unread.find(END_OF_MESSAGE, self.searched)
        if end < 0:
            # What was looked through once is not looked through again.
            self.searched = max(0, len(self.unread) - len(END_OF_MESSAGE) + 1)
            return None
        self.counter.count(self.unread[2:end])
        self.unread = self.unread[end + len(END_OF_MESSAGE) :]
        self.in_message = False
        return ACCEPTED


def converse(connection: socket.socket, counter: Counter) -> None:
    session = Session(counter)
    # A sender that hangs up ends its own conversation only.
    with connection, contextlib.suppress(OSError):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(GREETING)
        while not session.is_over and (data := connection.recv(READ_BYTES)):
            if answers := session.feed(data):
                connection.sendall(answers)


def serve(options: argparse.Namespace) -> None:
    counter = Counter(options.counts_file)
    counter.write()
    stopping = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.set())
    with socket.create_server(("127.0.0.1", options.port), backlog=512) as listener:
        listener.settimeout(COUNTS_INTERVAL_SECONDS)
        with open(options.ready_file + ".part", "w", encoding="utf-8") as file:
            file.write(f"127.0.0.1:{listener.getsockname()[1]}\n")
        os.rename(options.ready_file + ".part", options.ready_file)
        while not stopping.is_set():
            with contextlib.suppress(TimeoutError):
                connection, _ = listener.accept()
                threading.Thread(target=converse, args=(connection, counter), daemon=True).start()
            counter.write()
    counter.write()
    os.remove(options.ready_file)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--port", type=int, default=0, help="port on 127.0.0.1; 0: any, see --ready-file")
    add("--ready-file", required=True, help="written with host:port once connections are accepted")
    add("--counts-file", required=True, help="JSON, ten times a second and at the end")
    try:
        serve(parser.parse_args())
    except OSError as error:
        sys.exit(f"counting sink: {error}")


main()
