"""A real SMTP server (aiosmtpd) for the tests of reminders.

Usage: mail_server.py FOLDER [CERTIFICATE KEY]
Prints its port when it answers; ends when its input ends. Each message it takes becomes FOLDER/NNNN.eml, as it was sent,
with the envelope in two lines before it: X-Envelope-From and X-Envelope-To (comma between recipients).

With a certificate it demands STARTTLS. It takes the login khien / "mật khẩu" and, whoever writes, refuses recipients
whose address begins with "unknown" (550) or "busy" (451).
"""

import asyncio
import ssl
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult

NAME, PASSWORD = b"khien", "mật khẩu".encode()


class Mailbox:
    def __init__(self, folder):
        self.folder = folder
        self.taken = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("unknown"):
            return "550 5.1.1 no such mailbox here"
        if address.startswith("busy"):
            return "451 4.3.2 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.taken += 1
        head = f"X-Envelope-From: {envelope.mail_from}\r\nX-Envelope-To: {','.join(envelope.rcpt_tos)}\r\n"
        content = envelope.original_content or b""
        # Written aside and renamed: who looks into the folder sees whole messages only.
        aside = self.folder / f"{self.taken:04}.part"
        aside.write_bytes(head.encode() + content)
        aside.rename(self.folder / f"{self.taken:04}.eml")
        return "250 OK"


def authenticate(server, session, envelope, mechanism, login):
    matches = (login.login, login.password) == (NAME, PASSWORD)
    return AuthResult(success=matches, handled=matches)


async def main():
    folder = Path(sys.argv[1])
    tls = None
    if len(sys.argv) > 2:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(sys.argv[2], sys.argv[3])
    mailbox = Mailbox(folder)
    loop = asyncio.get_running_loop()

    def connection():
        return SMTP(
            mailbox,
            hostname="mail.example.gov.vn",
            enable_SMTPUTF8=True,
            tls_context=tls,
            require_starttls=tls is not None,
            authenticator=authenticate,
            auth_require_tls=False,
            loop=loop,
        )

    server = await loop.create_server(connection, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


asyncio.run(main())
