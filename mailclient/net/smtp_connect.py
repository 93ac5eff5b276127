"""From a TCP connection to a server that takes this account's mail: greeting, STARTTLS, extensions, sign-in.

Nothing that was said before encryption survives it, and a password is refused before it could travel in clear. RFC 5321
section 4.1.1.1, RFC 3207 (STARTTLS), RFC 4954 (AUTH), RFC 6409.
"""

from __future__ import annotations

import socket

from mailclient.domain.account import Account, Security
from mailclient.domain.errors import InsecureConnection, ServerRefused
from mailclient.net.opening import closed_on_failure, open_wire, start_encryption
from mailclient.net.sign_in import sign_in_by_sasl
from mailclient.net.smtp_dialogue import SmtpDialogue
from mailclient.net.smtp_sasl import SmtpSasl
from mailclient.net.wire import PATIENT, Patience, Record
from mailclient.protocol.sasl import Identity
from mailclient.protocol.smtp_replies import parse_extensions


def connect_smtp(
    account: Account, password: str, purpose: str, record: Record, patience: Patience = PATIENT
) -> SmtpDialogue:
    """Connect, greet, encrypt and sign in; raises the errors of ``domain.errors``."""
    endpoint = account.submission
    wire = open_wire(account, endpoint, password, "SMTP", purpose, record, patience)
    dialogue = SmtpDialogue(wire)
    with closed_on_failure(wire):
        greeting = dialogue.reply()
        if not greeting.is_success:
            raise dialogue.refused("the connection", greeting)
        greet(dialogue)
        if endpoint.security is Security.STARTTLS:
            _encrypt(dialogue)
        if endpoint.username:
            _sign_in(dialogue, account, password)
    return dialogue


def greet(dialogue: SmtpDialogue) -> None:
    """EHLO; a server that does not know it is greeted in the old way and offers nothing."""
    name = _own_name(dialogue.wire.socket)
    reply = dialogue.command("EHLO", name)
    if reply.is_success:
        dialogue.extensions = parse_extensions(reply)
        return
    dialogue.extensions = {}
    if not reply.is_permanent:
        raise dialogue.refused("the greeting", reply)
    reply = dialogue.command("HELO", name)
    if not reply.is_success:
        raise dialogue.refused("the greeting", reply)


def _own_name(connection: socket.socket) -> str:
    """An address literal (RFC 5321 section 4.1.3): true, and tells nothing about this computer's name."""
    try:
        address = str(connection.getsockname()[0])
    except OSError:
        return "[127.0.0.1]"
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"


def _encrypt(dialogue: SmtpDialogue) -> None:
    def ask() -> tuple[bool, str]:
        reply = dialogue.command("STARTTLS")
        return reply.is_success, f"{reply.code} {reply.text}"

    start_encryption(
        dialogue.wire,
        "STARTTLS",
        465,
        is_offered="STARTTLS" in dialogue.extensions,
        ask=ask,
        has_more=lambda: dialogue.pending,
    )
    dialogue.extensions = {}
    greet(dialogue)


def _sign_in(dialogue: SmtpDialogue, account: Account, password: str) -> None:
    """AUTH by the best mechanism that both sides know."""
    endpoint = account.submission
    offered = dialogue.extensions.get("AUTH", "").upper().split()
    if not offered:
        return  # A server that asks for nothing; it will refuse at MAIL or RCPT if it wants more.
    identity = Identity(endpoint.username, password, endpoint.host, endpoint.port)
    channel = SmtpSasl(dialogue)
    if sign_in_by_sasl(channel, offered, identity, has_token=account.uses_token, purpose=" for sending"):
        return
    if not (dialogue.wire.encrypted or endpoint.may_speak_plain):
        raise InsecureConnection(f"{endpoint.host} accepts no password on this kind of connection. Choose TLS.")
    raise ServerRefused(f"{endpoint.host} knows only ways to sign in that Postscope does not: {', '.join(offered)}.")
