"""From a TCP connection to a signed-in IMAP session: greeting, STARTTLS, capabilities, credentials.

imapclient greets and negotiates over our own wire; from the first credentials on every byte is ours. Nothing that was said
before encryption survives it, and a password is refused before it could travel in clear. RFC 3501 section 6.2, RFC 2595
(STARTTLS), RFC 8314.
"""

from __future__ import annotations

import imaplib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from imapclient import IMAPClient

from mailclient.domain.account import Account, Security
from mailclient.domain.errors import (
    InsecureConnection,
    MalformedReply,
    NetworkGone,
)
from mailclient.net.imap_dialogue import ImapDialogue
from mailclient.net.imap_introduce import introduce
from mailclient.net.imap_sasl import ImapSasl
from mailclient.net.opening import closed_on_failure, open_wire, start_encryption
from mailclient.net.sign_in import sign_in_by_sasl
from mailclient.net.wire import PATIENT, Patience, Record, Wire
from mailclient.protocol.imap_responses import parse_capabilities
from mailclient.protocol.sasl import Identity


class _SharedImap4(imaplib.IMAP4):
    """imaplib over our wire and our buffer."""

    def __init__(self, dialogue: ImapDialogue) -> None:
        self._dialogue = dialogue
        super().__init__(dialogue.wire.endpoint.host, dialogue.wire.endpoint.port)

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        """The wire is connected already, and has its own time limits."""
        del timeout
        self.host, self.port = host, port
        self.sock = self._dialogue.wire.socket

    def read(self, size: int) -> bytes:
        """Read from the shared buffer."""
        return self._dialogue.read_exactly(size)

    def readline(self) -> bytes:
        """Read from the shared buffer."""
        return self._dialogue.read_line()

    def send(self, data: Any) -> None:
        """Send through the wiretap."""
        self._dialogue.wire.send(bytes(data))

    def shutdown(self) -> None:
        """Close the wire."""
        self._dialogue.wire.close()


class _Greeter(IMAPClient):
    """imapclient for the phase before sign-in."""

    def __init__(self, dialogue: ImapDialogue) -> None:
        self._dialogue = dialogue
        super().__init__(dialogue.wire.endpoint.host, dialogue.wire.endpoint.port, ssl=False)
        self._imap.debug = 0

    def _create_IMAP4(self) -> imaplib.IMAP4:
        return _SharedImap4(self._dialogue)

    def _set_read_timeout(self) -> None:
        """The wire has its own time limits."""

    @property
    def preauthenticated(self) -> bool:
        """True when the server greeted with PREAUTH."""
        return bool(self._imap.state == "AUTH")

    def ask(self, command: str) -> tuple[str, str]:
        """Run a bare command and return its status word and text."""
        imaplib.Commands.setdefault(command, ("NONAUTH", "AUTH"))
        word, data = self._imap._simple_command(command)
        text = data[0] if data and isinstance(data[0], bytes) else b""
        return str(word), text.decode("utf-8", "replace")

    def capability_words(self) -> frozenset[str]:
        """Ask for the capabilities."""
        return frozenset(word.decode("ascii", "replace").upper() for word in self.capabilities())


def connect_imap(
    account: Account, password: str, purpose: str, record: Record, patience: Patience = PATIENT
) -> ImapDialogue:
    """Return a signed-in dialogue; raises the errors of ``domain.errors`` and nothing else."""
    endpoint = account.incoming
    wire = open_wire(account, endpoint, password, "IMAP", purpose, record, patience)
    dialogue = ImapDialogue(wire, account.without)
    with closed_on_failure(wire), _in_words(wire):
        _negotiate(dialogue)
        sign_in(dialogue, account, password)
        introduce(dialogue)
    return dialogue


@contextmanager
def _in_words(wire: Wire) -> Iterator[None]:
    """Turn what imapclient raises before sign-in into errors of the domain."""
    try:
        yield
    except imaplib.IMAP4.abort as error:
        raise NetworkGone(f"The connection to {wire.endpoint.host} broke while signing in.") from error
    except (imaplib.IMAP4.error, ValueError, LookupError, MemoryError, RecursionError, OverflowError) as error:
        raise MalformedReply(
            f"{wire.endpoint.host} did not greet as an IMAP server does. Check server name and port.",
            protocol_line=wire.transcript.last_from_server(),
        ) from error


def _negotiate(dialogue: ImapDialogue) -> None:
    wire = dialogue.wire
    greeter = _Greeter(dialogue)
    host = wire.endpoint.host
    starttls = wire.endpoint.security is Security.STARTTLS
    if starttls and greeter.preauthenticated:
        raise InsecureConnection(
            f"{host} signed in by itself before encryption. That is how attackers avoid STARTTLS; stopped."
        )
    dialogue.capabilities = greeter.capability_words()
    if not starttls:
        return

    def ask() -> tuple[bool, str]:
        word, text = greeter.ask("STARTTLS")
        return word == "OK", text

    start_encryption(
        wire,
        "STARTTLS",
        993,
        is_offered="STARTTLS" in dialogue.capabilities,
        ask=ask,
        has_more=lambda: dialogue.stream.pending,
    )
    # imapclient's state ends here, and the capabilities are asked anew.
    dialogue.capabilities = frozenset()
    _ask_capabilities(dialogue)


def sign_in(dialogue: ImapDialogue, account: Account, password: str) -> None:
    """Authenticate; only a tagged NO to the credentials themselves means that they are wrong."""
    words = dialogue.capabilities
    wire = dialogue.wire
    identity = Identity(account.incoming.username, password, wire.endpoint.host, wire.endpoint.port)
    channel = ImapSasl(dialogue)
    mechanisms = [word.removeprefix("AUTH=") for word in words if word.startswith("AUTH=")]
    if not sign_in_by_sasl(channel, mechanisms, identity, has_token=account.uses_token):
        if "LOGINDISABLED" in words or not (wire.encrypted or wire.endpoint.may_speak_plain):
            raise InsecureConnection(
                f"{wire.endpoint.host} accepts no password on this kind of connection. Choose TLS."
            )
        channel.log_in(identity)
    if channel.success is not None and channel.success.code == "CAPABILITY":
        dialogue.capabilities = parse_capabilities(channel.success.argument.encode())
    else:
        _ask_capabilities(dialogue)


def _ask_capabilities(dialogue: ImapDialogue) -> None:
    for response in dialogue.run(b"CAPABILITY").untagged:
        if response.line.upper().startswith(b"* CAPABILITY "):
            dialogue.capabilities = parse_capabilities(response.line[13:])
