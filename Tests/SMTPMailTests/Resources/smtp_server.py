"""A mail server for tests: takes mails, or misbehaves for chosen recipients.

What happens is decided by the part of the recipient before the `@`:

  refused         550 to RCPT             refused-content     554 after the mail
  deferred        451 to RCPT             deferred-content    452 after the mail
  drop-before     closes at DATA          drop-after          closes after the mail, no reply
  stall-before    silent at DATA          stall-after         silent after the mail
  stall-within    reads no further once the mail has begun
  unauthorised    530 to RCPT             talkative           250 in several lines

Each accepted mail is stored as it arrived in `--mail-dir` as 1.eml, 2.eml, … Each event is a line
of `events` there. Once listening, the port is written to `--ready-file`. The server ends when its
standard input does, so that it cannot outlive the tests.
"""
import argparse
import asyncio
import os
import ssl
import sys
import threading

from aiosmtpd.smtp import SMTP, AuthResult

options = argparse.ArgumentParser(description=__doc__)
options.add_argument("--mail-dir", required=True)
options.add_argument("--ready-file", required=True)
options.add_argument("--certificate")
options.add_argument("--key")
options.add_argument("--implicit", action="store_true", help="TLS from the first byte")
options.add_argument("--user")
options.add_argument("--password")
options.add_argument("--refuse-sender", action="store_true", help="550 to MAIL")
options = options.parse_args()

RCPT_REPLIES = {
    "refused": "550 5.1.1 <{address}>: no mailbox {local} here",
    "deferred": "451 4.7.1 {address} please try again later",
    "unauthorised": "530 5.7.0 authentication required",
}
DATA_REPLIES = {
    "refused-content": "554 5.6.0 content not taken",
    "deferred-content": "452 4.3.1 no room",
    "talkative": "250-first line\r\n250 2.0.0 second line",
}
accepted = 0


def note(event):
    with open(os.path.join(options.mail_dir, "events"), "a") as events:
        events.write(event + "\n")


def behaviours(envelope):
    return [recipient.split("@")[0] for recipient in envelope.rcpt_tos]


class Handler:
    async def handle_MAIL(self, server, session, envelope, address, mail_options):
        if options.refuse_sender:
            return "550 5.7.1 sender not allowed"
        note("tls" if session.ssl else "plain")
        if session.authenticated:
            note("authenticated")
        envelope.mail_from = address
        return "250 2.1.0 sender noted"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        local = address.split("@")[0]
        if local in RCPT_REPLIES:
            return RCPT_REPLIES[local].format(address=address, local=local)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 recipient noted"

    async def handle_DATA(self, server, session, envelope):
        global accepted
        for behaviour in behaviours(envelope):
            note("data " + behaviour)
            if behaviour == "drop-after":
                server.transport.abort()
                return "250 never sent"
            if behaviour == "stall-after":
                await asyncio.Event().wait()
            reply = DATA_REPLIES.get(behaviour, "250 2.0.0 mail taken")
        if reply.startswith("250"):
            accepted += 1
            with open(os.path.join(options.mail_dir, f"{accepted}.eml"), "wb") as mail:
                mail.write(envelope.original_content)
        return reply


class Server(SMTP):
    def connection_made(self, transport):
        # aiosmtpd calls this a second time for the same connection after STARTTLS.
        if self.session is None:
            note("connection")
        super().connection_made(transport)

    async def smtp_DATA(self, argument):
        for behaviour in behaviours(self.envelope):
            if behaviour == "drop-before":
                self.transport.abort()
                return
            if behaviour == "stall-before":
                note("waiting before data")
                await asyncio.Event().wait()
            if behaviour == "stall-within":
                self.transport.pause_reading()
                await self.push("354 go ahead, nobody listens")
                await asyncio.Event().wait()
        await super().smtp_DATA(argument)


def authenticate(server, session, envelope, mechanism, credentials):
    user, password = credentials.login.decode(), credentials.password.decode()
    known = user == options.user and password == options.password
    return AuthResult(success=known, handled=known)


async def main():
    context = None
    if options.certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options.certificate, options.key)
    starttls = None if options.implicit else context

    def connection():
        return Server(
            Handler(), hostname="localhost", enable_SMTPUTF8=False, tls_context=starttls,
            auth_required=options.user is not None, auth_require_tls=not options.implicit,
            authenticator=authenticate if options.user else None)

    server = await asyncio.get_running_loop().create_server(
        connection, "127.0.0.1", 0, ssl=context if options.implicit else None)
    # Written aside and renamed, so that whoever sees the file sees the whole port.
    with open(options.ready_file + ".new", "w") as ready:
        ready.write(str(server.sockets[0].getsockname()[1]))
    os.rename(options.ready_file + ".new", options.ready_file)
    await server.serve_forever()


def end_with_the_tests():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_the_tests, daemon=True).start()
asyncio.run(main())
