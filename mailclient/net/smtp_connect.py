"""From a TCP connection to a server that takes this account's mail: greeting, STARTTLS, extensions, sign-in.

Nothing that was said before encryption survives it, and a password is refused before it could travel in clear. RFC 5321
section 4.1.1.1, RFC 3207 (STARTTLS), RFC 4954 (AUTH), RFC 6409.
"""

from __future__ import annotations

import socket

from mailclient.domain.account import Account, Security
from mailclient.domain.errors import InsecureConnection, PostscopeError, ServerRefused
from mailclient.net.sign_in import sign_in_by_sasl
from mailclient.net.smtp_dialogue import SmtpDialogue
from mailclient.net.smtp_sasl import SmtpSasl
from mailclient.net.wire import PATIENT, Patience, Record, Wire
from mailclient.protocol.sasl import Identity
from mailclient.protocol.smtp_replies import parse_extensions
from mailclient.redaction import redactor


def connect_smtp(
    account: Account, password: str, purpose: str, record: Record, patience: Patience = PATIENT
) -> SmtpDialogue:
    """Connect, greet, encrypt and sign in; raises the errors of ``domain.errors``."""
    endpoint = account.submission
    redactor.register(password, endpoint.username)
    if endpoint.security is Security.PLAIN and not endpoint.may_speak_plain:
        raise InsecureConnection(
            f"Without encryption, anybody on the way to {endpoint.host} could read the password and the mail. Choose TLS or "
            "STARTTLS, or confirm in the account's settings that you accept this."
        )
    wire = Wire(endpoint, "SMTP", purpose, account.extra_ca_file, record, patience)
    dialogue = SmtpDialogue(wire)
    try:
        greeting = dialogue.reply()
        if not greeting.is_success:
            raise dialogue.refused("the connection", greeting)
        greet(dialogue)
        if endpoint.security is Security.STARTTLS:
            _encrypt(dialogue)
        if endpoint.username:
            _sign_in(dialogue, account, password)
    except PostscopeError as error:
        error.connection_id = wire.transcript.connection_id
        wire.close()
        raise
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
    host = dialogue.wire.endpoint.host
    if "STARTTLS" not in dialogue.extensions:
        raise InsecureConnection(f"{host} does not offer STARTTLS at this port. Nothing was sent. Try TLS on port 465.")
    reply = dialogue.command("STARTTLS")
    if not reply.is_success:
        raise InsecureConnection(f"{host} refused to start encryption: {reply.code} {reply.text}. Nothing was sent.")
    if dialogue.pending:
        raise dialogue.wire.malformed(
            f"{host} sent data between STARTTLS and encryption: somebody may be tampering. Nothing was sent."
        )
    dialogue.wire.start_tls()
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
