"""One Dovecot and one Postfix for the live tests of a process; skipped in words where they cannot run."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator

import pytest

from mailclient.domain.account import Account, Endpoint, Security
from mailclient.domain.ids import AccountId
from tests.support.extensions import as_asked
from tests.support.servers import dovecot as dovecot_server
from tests.support.servers import postfix as postfix_server
from tests.support.servers.dovecot import Dovecot, running_dovecot
from tests.support.servers.postfix import Postfix, running_postfix

NAMES = "alex robin kim sam ines lena otto paul pia piet fiona xenia sina"
USERS = [f"{name}@example.org" for name in NAMES.split()]
"""Each file of tests has users of its own: the server is one for all of them, and their order is random."""


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A running Dovecot with several users."""
    reason = dovecot_server.missing()
    if reason:
        pytest.skip(reason)
    with running_dovecot(USERS) as server:
        yield server


@pytest.fixture(scope="session")
def postfix(dovecot: Dovecot) -> Iterator[Postfix]:
    """A running Postfix that delivers to the Dovecot."""
    reason = postfix_server.missing()
    if reason:
        pytest.skip(reason)
    with running_postfix(dovecot, USERS) as server:
        yield server


def account_of(dovecot: Dovecot, user: str, postfix: Postfix | None = None) -> Account:
    """Return an account of a user; the authorities of both servers are in one file."""
    ca_file = dovecot.root / "both.pem"
    authorities = dovecot.ca_file.read_text() + (postfix.ca_file.read_text() if postfix else "")
    ca_file.write_text(authorities)
    port = postfix.starttls_port if postfix else 1
    account = Account(
        id=AccountId("live"),
        label=user,
        display_name="Alex Morgan",
        address=user,
        incoming=Endpoint("localhost", dovecot.imaps_port, Security.TLS, user),
        submission=Endpoint("localhost", port, Security.STARTTLS, user),
        extra_ca_file=str(ca_file),
    )
    return as_asked(account)


def second_client(dovecot: Dovecot, user: str) -> imaplib.IMAP4:
    """Return another mail client on the same mailbox: the standard library's."""
    context = ssl.create_default_context(cafile=str(dovecot.ca_file))
    client = imaplib.IMAP4_SSL("localhost", dovecot.imaps_port, ssl_context=context)
    client.login(user, dovecot.password)
    return client
