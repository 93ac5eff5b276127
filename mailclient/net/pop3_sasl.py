"""SASL as POP3 carries it (AUTH), and what came before it: USER with PASS, and APOP.

APOP hides the password from a listener, but its MD5 can be searched for it: it is used only where nothing better is
possible, and never counts as safe. RFC 1939 section 7, RFC 1734, RFC 5034.
"""

from __future__ import annotations

import hashlib
from typing import Final

from mailclient.domain.errors import InsecureConnection, MalformedReply
from mailclient.net.pop3_dialogue import Pop3Dialogue
from mailclient.net.sign_in import Answer, Verdict, secret_refused, sign_in_by_sasl
from mailclient.net.wire import Wire
from mailclient.protocol.pop3_replies import Pop3Status, parse_status, parse_timestamp
from mailclient.protocol.sasl import Identity, Mechanism
from mailclient.redaction import redactor

_MAX_COMMAND_BYTES: Final = 255
"""RFC 2449 section 4; a longer first message waits for its challenge (RFC 5034 section 4)."""


class Pop3Sasl:
    """Satisfies ``net.sign_in.SaslChannel``."""

    takes_initial_response = True

    def __init__(self, dialogue: Pop3Dialogue) -> None:
        self.dialogue = dialogue
        self._is_about_secret = False

    @property
    def wire(self) -> Wire:
        """The connection."""
        return self.dialogue.wire

    def begin(self, mechanism: str, initial: bytes | None, has_shown_secret: bool) -> Answer:
        """AUTH."""
        self._is_about_secret = has_shown_secret
        is_short = initial is not None and len(initial) + len(mechanism) + 8 <= _MAX_COMMAND_BYTES
        if initial is None or not is_short:
            self._is_about_secret = False
            self.dialogue.send("AUTH", mechanism)
            answer = self._answer()
            return self.respond(initial) if initial is not None and answer.verdict is Verdict.GO_ON else answer
        self.dialogue.send("AUTH", mechanism, initial.decode("ascii"))
        return self._answer()

    def respond(self, response: bytes) -> Answer:
        """Continue AUTH."""
        self._is_about_secret = True
        self.wire.send(response + b"\r\n", secret=True)
        return self._answer()

    def _answer(self) -> Answer:
        line = self.dialogue.line()
        if line == b"+" or line.startswith(b"+ "):
            return Answer(Verdict.GO_ON, challenge=line[1:].strip())
        try:
            status = parse_status(line)
        except MalformedReply as error:
            raise self.wire.malformed(
                "The server answered the sign-in with something that is not POP3.", line
            ) from error
        return self.judge(status)

    def judge(self, status: Pop3Status) -> Answer:
        """Return what a status line means for the sign-in."""
        if status.is_ok:
            return Answer(Verdict.ACCEPTED)
        line = redactor.strike_text(status.line)
        if status.is_for_now or status.code == "SYS/PERM":
            error = self.dialogue.refused("the sign-in", status)
            return Answer(
                Verdict.FAILED, line=line, error=type(error)(redactor.strike_text(error.sentence), protocol_line=line)
            )
        about_secret = status.code == "AUTH" or self._is_about_secret
        return Answer(Verdict.SECRET_REFUSED if about_secret else Verdict.MECHANISM_REFUSED, line=line)


def sign_in(dialogue: Pop3Dialogue, identity: Identity, *, has_token: bool) -> None:
    """Authenticate by the strongest way that the server takes; raises SignInNeeded only for a refused secret."""
    channel = Pop3Sasl(dialogue)
    endpoint = dialogue.wire.endpoint
    offered = set(dialogue.capabilities.get("SASL", ()))
    if has_token:
        sign_in_by_sasl(channel, offered, identity, has_token=True)
        return
    strong = {mechanism.value for mechanism in Mechanism if mechanism.hides_secret}
    if sign_in_by_sasl(channel, offered & strong, identity, has_token=False):
        return
    ways = ("sasl", "user", "apop") if dialogue.wire.encrypted else ("apop", "sasl", "user")
    if any(_try(way, channel, offered - strong, identity) for way in ways):
        return
    raise InsecureConnection(f"{endpoint.host} accepts no password on this kind of connection. Choose TLS.")


def _try(way: str, channel: Pop3Sasl, offered: set[str], identity: Identity) -> bool:
    """Try one way; False when it cannot be used here, SignInNeeded when the server refused the secret."""
    dialogue = channel.dialogue
    if way == "sasl":
        return sign_in_by_sasl(channel, offered, identity, has_token=False)
    if way == "apop":
        timestamp = parse_timestamp(dialogue.greeting)
        if timestamp is None:
            return False
        digest = hashlib.md5(timestamp + identity.secret.encode(), usedforsecurity=False).hexdigest()
        return _is_in(channel, dialogue.command("APOP", identity.username, digest, secret=True))
    if not (channel.wire.encrypted or channel.wire.endpoint.may_speak_plain):
        return False
    return _is_in(channel, dialogue.command("USER", identity.username)) and _is_in(
        channel, dialogue.command("PASS", identity.secret, secret=True)
    )


def _is_in(channel: Pop3Sasl, status: Pop3Status) -> bool:
    """True when the server took it; raises what a refusal of the secret means."""
    answer = channel.judge(status)
    match answer.verdict:
        case Verdict.ACCEPTED:
            return True
        case Verdict.FAILED if answer.error is not None:
            raise answer.error
        case _:
            raise secret_refused(channel.wire.endpoint.host, answer.line)
