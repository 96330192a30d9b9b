"""An SMTP server that keeps what it gets, for the local stack and for tests.

Each accepted mail is written to a file before it is answered with 250; above a limit mails are
only counted. One line per mail in mails.tsv carries the counts over a restart. It can be told to
misbehave toward certain recipients. It listens on loopback only and sends nothing anywhere.
"""

import argparse
import asyncio
import collections
import email.parser
import email.policy
import json
import os
import re
import signal
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, Envelope

MESSAGE_BYTES_MAX = 33_554_432
COUNTS_INTERVAL_SECONDS = 0.2
NAME_CHARACTERS_MAX = 120


class Mailbox:
    """Files and counts of one directory."""

    def __init__(self, directory: str, keep_max: int) -> None:
        self.directory = directory
        self.keep_max = keep_max
        self.total = 0
        self.by_kind: collections.Counter[str] = collections.Counter()
        self.times_seen: collections.Counter[str] = collections.Counter()
        self.dirty = True
        os.makedirs(directory, exist_ok=True)
        journal = os.path.join(directory, "mails.tsv")
        if os.path.exists(journal):
            with open(journal, "rb+") as file:
                content = file.read()
                # A line cut short by a kill belongs to a mail that was never answered.
                whole = content[: content.rfind(b"\n") + 1]
                file.truncate(len(whole))
            for line in whole.decode().split("\n")[:-1]:
                _, kind, message_id = line.split("\t")
                self.count(kind, message_id)
        # Unbuffered: a mail counts from the moment it is answered, whatever happens to us then.
        self.journal = open(journal, "ab", buffering=0)

    def count(self, kind: str, message_id: str) -> None:
        self.total += 1
        self.by_kind[kind] += 1
        self.times_seen[message_id] += 1
        self.dirty = True

    def keep(self, envelope: Envelope) -> None:
        content: bytes = envelope.content
        headers = email.parser.BytesHeaderParser(policy=email.policy.compat32).parsebytes(
            content.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        )
        kind = one_line(headers.get("X-Review-Mail-Kind", "none"))
        message_id = one_line(headers.get("Message-ID", "none"))
        number = self.total + 1
        if number <= self.keep_max:
            self.write(number, message_id, envelope, content)
        self.journal.write(f"{number}\t{kind}\t{message_id}\n".encode())
        self.count(kind, message_id)

    def write(self, number: int, message_id: str, envelope: Envelope, content: bytes) -> None:
        name = re.sub(r"[^A-Za-z0-9._@-]", "_", message_id.strip("<>"))[:NAME_CHARACTERS_MAX]
        path = os.path.join(self.directory, f"{number:06d}-{name}.eml")
        with open(path + ".part", "wb") as file:
            file.write(f"X-Envelope-From: {one_line(envelope.mail_from or '')}\r\n".encode())
            file.write(f"X-Envelope-To: {one_line(', '.join(envelope.rcpt_tos))}\r\n".encode())
            file.write(content)
        os.rename(path + ".part", path)

    def write_counts(self) -> None:
        if not self.dirty:
            return
        self.dirty = False
        distinct = len(self.times_seen)
        counts = {
            "total": self.total,
            "byKind": dict(sorted(self.by_kind.items())),
            "distinctMessageIds": distinct,
            "duplicates": self.total - distinct,
            "kept": min(self.total, self.keep_max),
        }
        path = os.path.join(self.directory, "counts.json")
        with open(path + ".part", "w", encoding="utf-8") as file:
            json.dump(counts, file, indent=2)
            file.write("\n")
        os.rename(path + ".part", path)


def one_line(value: object) -> str:
    return re.sub(r"[\x00-\x1f\x7f]+", " ", str(value)).strip()


class Misbehaviour:
    """Which recipients are treated badly, and how often."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.times: collections.Counter[tuple[str, str]] = collections.Counter()

    def applies(self, kind: str, recipients: list[str]) -> bool:
        pattern = getattr(self.options, kind)
        if pattern is None:
            return False
        for recipient in recipients:
            if pattern.search(recipient):
                self.times[kind, recipient] += 1
                limit = self.options.misbehave_times
                if limit == 0 or self.times[kind, recipient] <= limit:
                    return True
        return False


class Handler:
    def __init__(self, mailbox: Mailbox, misbehaviour: Misbehaviour) -> None:
        self.mailbox = mailbox
        self.misbehaviour = misbehaviour

    async def handle_RCPT(self, server, peer, envelope, address, rcpt_options):
        if self.misbehaviour.applies("refuse_recipient", [address]):
            return "550 5.1.1 no such mailbox"
        if self.misbehaviour.applies("defer_recipient", [address]):
            return "451 4.3.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, peer, envelope):
        self.mailbox.keep(envelope)
        if self.misbehaviour.applies("drop_after_data", envelope.rcpt_tos):
            server.hang_up()
        options = self.misbehaviour.options
        if options.stall_seconds > 0 and self.misbehaviour.applies(
            "stall_recipient", envelope.rcpt_tos
        ):
            await asyncio.sleep(options.stall_seconds)
        return "250 2.0.0 kept"


class Server(SMTP):
    misbehaviour: Misbehaviour

    def hang_up(self) -> None:
        """Closes the connection at once and ends its task, so that no reply is written."""
        self.transport.close()
        raise asyncio.CancelledError

    async def smtp_DATA(self, arg):
        if self.misbehaviour.applies("drop_before_data", self.envelope.rcpt_tos):
            self.hang_up()
        await super().smtp_DATA(arg)


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--port", type=int, required=True, help="port on 127.0.0.1; 0: any, see --ready-file")
    add("--directory", required=True, help="where mails and counts.json go")
    add("--count-only-after", type=int, default=20_000, metavar="N", help="files kept at most")
    add("--ready-file", help="written with host:port once connections are accepted")
    for kind, help_text in (
        ("refuse-recipient", "550 to RCPT"),
        ("defer-recipient", "451 to RCPT"),
        ("drop-before-data", "close the connection at the DATA command"),
        ("drop-after-data", "keep the mail, then close the connection without a reply"),
    ):
        add(f"--{kind}", type=re.compile, metavar="PATTERN", help=help_text)
    add("--stall-seconds", type=float, default=0, help="wait before the reply to a kept mail")
    add("--stall-recipient", type=re.compile, metavar="PATTERN", default=re.compile(""),
        help="only these recipients stall (default: all)")
    add("--misbehave-times", type=int, default=0, metavar="N",
        help="how often, for each kind and recipient; 0: always")
    add("--tls-certificate", metavar="FILE", help="PEM; offers STARTTLS and requires it")
    add("--tls-key", metavar="FILE", help="PEM, of the certificate")
    add("--login", metavar="USER:PASSWORD", help="requires AUTH with these, under TLS only")
    options = parser.parse_args()
    if options.login and not options.tls_certificate:
        parser.error("--login needs --tls-certificate: credentials only pass under TLS")
    return options


def server_settings(options: argparse.Namespace) -> dict:
    settings = {
        "data_size_limit": MESSAGE_BYTES_MAX,
        "enable_SMTPUTF8": True,
        "hostname": "sink.review.invalid",
    }
    if options.tls_certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.tls_certificate, options.tls_key)
        settings |= {"tls_context": context, "require_starttls": True}
    if options.login:
        user, _, password = options.login.partition(":")

        def authenticate(server, peer, envelope, mechanism, data):
            good = data.login == user.encode() and data.password == password.encode()
            return AuthResult(success=good, handled=False)

        settings |= {"authenticator": authenticate, "auth_required": True}
    return settings


async def serve(options: argparse.Namespace) -> None:
    mailbox = Mailbox(options.directory, options.count_only_after)
    mailbox.write_counts()
    misbehaviour = Misbehaviour(options)
    settings = server_settings(options)
    loop = asyncio.get_running_loop()

    def connection() -> Server:
        server = Server(Handler(mailbox, misbehaviour), loop=loop, **settings)
        server.misbehaviour = misbehaviour
        return server

    listener = await loop.create_server(connection, "127.0.0.1", options.port, backlog=512)
    port = listener.sockets[0].getsockname()[1]
    stopping = asyncio.Event()
    # Whoever started us may have blocked them, as the tests' worker threads do.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGTERM, signal.SIGINT))
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    if options.ready_file:
        with open(options.ready_file + ".part", "w", encoding="utf-8") as file:
            file.write(f"127.0.0.1:{port}\n")
        os.rename(options.ready_file + ".part", options.ready_file)
    print(f"mail sink ready at 127.0.0.1:{port}", flush=True)
    while not stopping.is_set():
        try:
            await asyncio.wait_for(stopping.wait(), COUNTS_INTERVAL_SECONDS)
        except asyncio.TimeoutError:
            pass
        mailbox.write_counts()
    listener.close()
    mailbox.write_counts()
    if options.ready_file:
        os.remove(options.ready_file)
    # Handlers of connections that are still open swallow their cancellation, so the loop would wait
    # for them; every mail that was answered is on disk.
    sys.stdout.flush()
    os._exit(0)


def main() -> None:
    options = parse_options()
    try:
        asyncio.run(serve(options))
    except OSError as error:
        sys.exit(f"mail sink: {error}")


main()
