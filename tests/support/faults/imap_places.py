"""The servers of the convergence test: Dovecot with all it can do, with less and with almost nothing, and Courier."""

from __future__ import annotations

import imaplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Final

from mailclient.domain.account import Account, Endpoint, Security
from mailclient.domain.ids import AccountId
from tests.support.extensions import as_asked
from tests.support.faults.convergence import Place
from tests.support.faults.driver import PASSWORD
from tests.support.servers import courier as courier_server
from tests.support.servers import dovecot as dovecot_server
from tests.support.servers.courier import running_courier
from tests.support.servers.dovecot import running_dovecot

_USERS: Final = [f"u{number}@example.org" for number in range(400)]
_PLAIN: Final = "IMAP4rev1 LITERAL+ SASL-IR ID ENABLE IDLE NAMESPACE UIDPLUS UNSELECT CHILDREN"
"""Neither CONDSTORE nor QRESYNC, MOVE, ESEARCH, LIST-EXTENDED or SPECIAL-USE."""
_BARE: Final = "IMAP4rev1"


class Places:
    """Hands out fresh mailboxes of one server."""

    def __init__(self, name: str, made: Iterator[Place]) -> None:
        self.name = name
        self._made = made

    def next(self) -> Place:
        """Return a mailbox that nobody used yet."""
        return next(self._made)


Start = Callable[[], AbstractContextManager[Places]]


def _endpoint(port: int, security: Security, user: str) -> Endpoint:
    return Endpoint("localhost" if security is Security.TLS else "127.0.0.1", port, security, user)


def _account(user: str, port: int, security: Security, ca_file: str | None) -> Account:
    account = Account(
        id=AccountId("shared"),
        label=user,
        display_name="Alex Morgan",
        address=user,
        incoming=_endpoint(port, security, user),
        submission=_endpoint(1, Security.PLAIN, user),
        extra_ca_file=ca_file,
        save_sent=False,
    )
    return as_asked(account)


def _signed_in(client: imaplib.IMAP4, user: str) -> imaplib.IMAP4:
    # It sends a literal and its line end apart: each APPEND would wait for a delayed acknowledgement.
    client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.login(user, PASSWORD)
    return client


def _dovecot(name: str, capability: str) -> Start:
    @contextmanager
    def start() -> Iterator[Places]:
        with running_dovecot(_USERS, PASSWORD, capability=capability) as server:
            context = ssl.create_default_context(cafile=str(server.ca_file))

            def place(user: str) -> Place:
                def connect() -> imaplib.IMAP4:
                    client = imaplib.IMAP4_SSL("localhost", server.imaps_port, ssl_context=context)
                    return _signed_in(client, user)

                account = _account(user, server.imaps_port, Security.TLS, str(server.ca_file))
                return Place(account, connect, "Work", "Archive")

            yield Places(name, map(place, _USERS))

    return start


@contextmanager
def _courier() -> Iterator[Places]:
    with running_courier(PASSWORD) as server:

        def place(user: str) -> Place:
            def connect() -> imaplib.IMAP4:
                return _signed_in(imaplib.IMAP4("127.0.0.1", server.port), user)

            first = connect()
            for folder in ("Archive", "Trash", "Sent"):
                first.create(f"INBOX.{folder}")
            first.logout()
            return Place(_account(user, server.port, Security.PLAIN, None), connect, "INBOX.Work", "INBOX.Archive")

        yield Places("courier", map(place, _USERS))


PLACES: Final[dict[str, tuple[Callable[[], str | None], Start]]] = {
    "dovecot": (dovecot_server.missing, _dovecot("dovecot", "")),
    "dovecot-plain": (dovecot_server.missing, _dovecot("dovecot-plain", _PLAIN)),
    "dovecot-bare": (dovecot_server.missing, _dovecot("dovecot-bare", _BARE)),
    "courier": (courier_server.missing, _courier),
}
