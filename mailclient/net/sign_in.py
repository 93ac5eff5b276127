"""One sign-in by SASL over whatever carries it: IMAP, SMTP and POP3 differ in how they frame lines and say no.

Chooses nothing (that is ``protocol.sasl``) and reads nothing: a :class:`SaslChannel` of the session does. A connection that
breaks is never "wrong password"; the next mechanism is tried only when the server refused the one before as such.
"""

from __future__ import annotations

import enum
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from mailclient.domain.errors import MalformedReply, PostscopeError, ServerRefused, SignInNeeded
from mailclient.net.wire import Wire
from mailclient.protocol.sasl import Exchange, Identity, Mechanism, choose_mechanisms
from mailclient.redaction import redactor


class Verdict(enum.Enum):
    """What the server made of a line."""

    GO_ON = "go-on"
    """A challenge."""
    ACCEPTED = "accepted"
    MECHANISM_REFUSED = "mechanism-refused"
    SECRET_REFUSED = "secret-refused"
    FAILED = "failed"
    """It cannot tell just now, or refuses for another reason: ``Answer.error`` says which."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The server's answer to one line of the sign-in."""

    verdict: Verdict
    challenge: bytes = b""
    """In base64, as it came."""
    line: str = ""
    """What it said, for people."""
    error: PostscopeError | None = None


class SaslChannel(Protocol):
    """How a protocol carries SASL. ``has_shown_secret`` tells whether a bare no is about the secret."""

    @property
    def wire(self) -> Wire:
        """The connection."""

    @property
    def takes_initial_response(self) -> bool:
        """True when the client's first message may go with the command."""

    def begin(self, mechanism: str, initial: bytes | None, has_shown_secret: bool) -> Answer:
        """Send the command, with the first message in base64 when there is one."""

    def respond(self, response: bytes) -> Answer:
        """Send a response in base64, not recorded."""


def sign_in_by_sasl(
    channel: SaslChannel, offered: Iterable[str], identity: Identity, *, has_token: bool, purpose: str = ""
) -> bool:
    """Sign in by the strongest mechanism that the server offers and takes; False when there is none."""
    endpoint = channel.wire.endpoint
    may_show_secret = channel.wire.encrypted or endpoint.may_speak_plain
    words = tuple(offered)
    for mechanism in choose_mechanisms(words, may_show_secret=may_show_secret, has_token=has_token):
        answer = _run(channel, mechanism, identity)
        match answer.verdict:
            case Verdict.ACCEPTED:
                return True
            case Verdict.MECHANISM_REFUSED:
                continue
            case Verdict.SECRET_REFUSED | Verdict.GO_ON:
                raise secret_refused(endpoint.host, answer.line, has_token=has_token, purpose=purpose)
            case Verdict.FAILED:
                raise answer.error or secret_refused(endpoint.host, answer.line, has_token=has_token, purpose=purpose)
    if has_token:
        raise ServerRefused(
            f"{endpoint.host} takes no access token. It offers: {', '.join(sorted(words)) or 'nothing'}. "
            "Use a password in the account's settings."
        )
    return False


def _run(channel: SaslChannel, mechanism: Mechanism, identity: Identity) -> Answer:
    exchange = Exchange(mechanism, identity, secrets.token_urlsafe(24))
    if exchange.initial is not None and not mechanism.hides_secret:
        # Whoever echoes it, in whatever encoding, must not bring it into a transcript.
        redactor.register(exchange.initial)
    initial = exchange.initial_response() if channel.takes_initial_response else None
    answer = channel.begin(mechanism.value, initial, exchange.has_shown_secret)
    try:
        while answer.verdict is Verdict.GO_ON:
            answer = channel.respond(exchange.respond(answer.challenge))
        if answer.verdict is Verdict.ACCEPTED:
            exchange.check_success()
    except MalformedReply as error:
        raise channel.wire.malformed(f"{channel.wire.endpoint.host}: {error.sentence}") from error
    return answer


def secret_refused(host: str, line: str, *, has_token: bool = False, purpose: str = "") -> SignInNeeded:
    """Return the error that asks the user; the server's words without any secret that it echoes."""
    shown = redactor.strike_text(line)
    what = "the access token" if has_token else "user name and password"
    return SignInNeeded(f"{host} did not accept {what}{purpose}. It said: {shown}", protocol_line=shown)
