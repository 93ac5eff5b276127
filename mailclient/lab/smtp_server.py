"""The lab's submission and transport: takes mail on loopback, stamps it, puts it into the recipients' mailboxes.

RFC 5321 section 4.4 (trace information), RFC 3463. Knows only its own users; everybody else is refused.
"""

from __future__ import annotations

import itertools
import socket
import time
from collections.abc import Mapping
from email.utils import formatdate

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from mailclient.lab.mailstore import INBOX, UserMail

_queue_numbers = itertools.count(int(time.time()) % 100_000)


def _free_port() -> int:
    """aiosmtpd must know its port before it listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class _Handler:
    """Decides recipients and delivers."""

    def __init__(self, users: Mapping[str, UserMail]) -> None:
        self._users = users

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Accept the lab's users."""
        if address.lower() not in self._users:
            return f"550 5.1.1 <{address}>: Recipient address rejected: nobody of that name lives in the lab"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:
        """Stamp and deliver."""
        queue_id = f"LAB{next(_queue_numbers):07X}"
        raw = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        peer = session.peer[0] if isinstance(session.peer, tuple) else "127.0.0.1"
        protocol = "ESMTPA" if session.authenticated else "ESMTP" if session.extended_smtp else "SMTP"
        for address in envelope.rcpt_tos:
            stamp = (
                f"Return-Path: <{envelope.mail_from}>\r\nDelivered-To: {address}\r\n"
                f"Received: from {session.host_name} (localhost [{peer}])\r\n\tby lab.example.org (Postscope lab) with "
                f"{protocol} id {queue_id}\r\n\tfor <{address}>; {formatdate(localtime=True)}\r\n"
            )
            user = self._users[address.lower()]
            with user.lock:
                user.add(user.mailboxes[INBOX], stamp.encode() + raw)
        return f"250 2.0.0 Ok: queued as {queue_id}"


class SmtpLabServer:
    """aiosmtpd on 127.0.0.1."""

    def __init__(self, users: Mapping[str, UserMail]) -> None:
        self._users = users
        self.port = _free_port()
        self._controller = Controller(
            _Handler(users),
            hostname="127.0.0.1",
            port=self.port,
            server_hostname="lab.example.org",
            ident="Postscope lab",
            enable_SMTPUTF8=True,
            data_size_limit=50_000_000,
            authenticator=self._authenticate,
            auth_require_tls=False,
        )

    def _authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object
    ) -> AuthResult:
        if not isinstance(data, LoginPassword):
            return AuthResult(success=False, handled=False)
        user = self._users.get(data.login.decode("utf-8", "replace").lower())
        return AuthResult(success=user is not None and user.password.encode() == data.password, handled=False)

    def start(self) -> None:
        """Start listening."""
        self._controller.start()

    def stop(self) -> None:
        """Stop listening."""
        self._controller.stop()
