"""What the openings of all three protocols share: the guard before the password, and encryption switched on while talking.

Knows no grammar: what is said and how it is answered is the protocol's own. RFC 8314; RFC 3207, RFC 3501 section 6.2.1 and
RFC 2595 section 4 for the three ways to say STARTTLS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mailclient.domain.account import Account, Endpoint, Security
from mailclient.domain.errors import InsecureConnection, PostscopeError
from mailclient.net.wire import Patience, Record, Wire
from mailclient.redaction import redactor


def open_wire(
    account: Account,
    endpoint: Endpoint,
    password: str,
    protocol: str,
    purpose: str,
    record: Record,
    patience: Patience,
) -> Wire:
    """Connect, with the password struck out from the first line on; not at all where it would travel in clear."""
    redactor.register(password, endpoint.username)
    if endpoint.security is Security.PLAIN and not endpoint.may_speak_plain:
        raise InsecureConnection(
            f"Without encryption, anybody on the way to {endpoint.host} could read the password and the mail. Choose TLS or "
            "STARTTLS, or confirm in the account's settings that you accept this."
        )
    return Wire(endpoint, protocol, purpose, account.extra_ca_file, record, patience)


@contextmanager
def closed_on_failure(wire: Wire) -> Iterator[None]:
    """An opening that fails leaves no connection behind, and its error names the dialogue."""
    try:
        yield
    except PostscopeError as error:
        error.connection_id = wire.transcript.connection_id
        wire.close()
        raise


def start_encryption(
    wire: Wire,
    word: str,
    tls_port: int,
    *,
    is_offered: bool,
    ask: Callable[[], tuple[bool, str]],
    has_more: Callable[[], object],
) -> None:
    """Switch encryption on. ``word`` is the command, ``ask`` says it and returns whether it was granted, and the answer.

    ``has_more`` tells whether anything was said before encryption that has not been read: it proves nothing, and whoever
    said it may be somebody else. The caller forgets what it knows of the server, and asks anew.
    """
    host = wire.endpoint.host
    if not is_offered:
        raise InsecureConnection(
            f"{host} does not offer {word} at this port. Nothing was sent. Try TLS on port {tls_port}."
        )
    granted, text = ask()
    if not granted:
        raise InsecureConnection(f"{host} refused to start encryption: {text}. Nothing was sent.")
    if has_more():
        raise wire.malformed(
            f"{host} sent data between {word} and encryption: somebody may be tampering. Nothing was sent."
        )
    wire.start_tls()
