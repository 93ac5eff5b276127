"""Signing in (SASL): which mechanism to use, and what to answer to each challenge. One place for IMAP, SMTP and POP3.

Pure: challenges in, responses out; nonces are handed in, and how a protocol frames the lines is the session's business.
The rules: the strongest first; a password travels as it is only where nobody can read it or where the user accepted that;
and only when the server refused the *mechanism* is the next one tried, never after it refused the password. RFC 4422,
RFC 4616 (PLAIN), RFC 2195 (CRAM-MD5), RFC 5802 and 7677 (SCRAM), RFC 7628 (OAUTHBEARER), draft-murchison-sasl-login.
"""

from __future__ import annotations

import base64
import enum
import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, assert_never

from mailclient.domain.errors import MalformedReply
from mailclient.protocol.scram import Scram, decode_base64

MAX_CHALLENGE_BYTES: Final = 16_384
MAX_CHALLENGES: Final = 8
"""No mechanism here needs more than three; a server that goes on asking wants something else."""


class Mechanism(enum.Enum):
    """The mechanisms that this program knows, strongest first."""

    OAUTHBEARER = "OAUTHBEARER"
    XOAUTH2 = "XOAUTH2"
    SCRAM_SHA_256 = "SCRAM-SHA-256"
    SCRAM_SHA_1 = "SCRAM-SHA-1"
    CRAM_MD5 = "CRAM-MD5"
    PLAIN = "PLAIN"
    LOGIN = "LOGIN"

    @property
    def wants_token(self) -> bool:
        """True when it takes a bearer token instead of a password."""
        return self in {Mechanism.OAUTHBEARER, Mechanism.XOAUTH2}

    @property
    def hides_secret(self) -> bool:
        """True when whoever listens does not learn the secret itself."""
        return self in {Mechanism.SCRAM_SHA_256, Mechanism.SCRAM_SHA_1, Mechanism.CRAM_MD5}


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signs in, and where."""

    username: str
    secret: str
    """A password, or a bearer token."""
    host: str
    port: int


def choose_mechanisms(offered: Iterable[str], *, may_show_secret: bool, has_token: bool) -> tuple[Mechanism, ...]:
    """Return the offered mechanisms that may be used, strongest first.

    ``may_show_secret``: the connection is encrypted, or the user accepted that it is not.
    """
    words = {word.upper() for word in offered}
    return tuple(
        mechanism
        for mechanism in Mechanism
        if mechanism.value in words
        and mechanism.wants_token == has_token
        and (may_show_secret or mechanism.hides_secret)
    )


class Exchange:
    """One sign-in by one mechanism."""

    def __init__(self, mechanism: Mechanism, identity: Identity, nonce: str) -> None:
        """``nonce`` is for SCRAM: printable ASCII without a comma, never used before."""
        self.mechanism = mechanism
        self._count = 0
        self._is_initial_sent = False
        self._scram: Scram | None = None
        self.initial: bytes | None = None
        """What the client says first; None when the server begins."""
        self._respond = self._begin(identity, nonce)

    @property
    def has_shown_secret(self) -> bool:
        """True when the server has what it needs to judge the secret: a refusal is no longer one of the mechanism."""
        return self._count > 0 or (self._is_initial_sent and not self.mechanism.hides_secret)

    def respond(self, encoded: bytes) -> bytes:
        """Return the base64 response to a base64 challenge; raises MalformedReply for one that makes no sense."""
        self._count += 1
        if self._count > MAX_CHALLENGES:
            raise MalformedReply("The server went on asking instead of deciding about the sign-in.")
        if len(encoded) > MAX_CHALLENGE_BYTES:
            raise MalformedReply("The server's sign-in challenge is far too long.")
        challenge = b"" if encoded in {b"", b"="} else decode_base64(encoded)
        if self.initial is not None and not self._is_initial_sent:
            # The client begins; whatever a server says instead of an empty challenge is not for this mechanism.
            self._is_initial_sent = True
            return base64.b64encode(self.initial)
        return base64.b64encode(self._respond(challenge))

    def initial_response(self) -> bytes | None:
        """Return the client's first message in base64 to go with the command ("=" when empty); None without one."""
        if self.initial is None:
            return None
        self._is_initial_sent = True
        return base64.b64encode(self.initial) or b"="

    def check_success(self) -> None:
        """The server says that the sign-in succeeded: raises MalformedReply when it still owes its own proof."""
        if self._scram is not None and not self._scram.proven:
            raise MalformedReply("The server ended the sign-in without proving that it knows the password.")

    def _begin(self, identity: Identity, nonce: str) -> Callable[[bytes], bytes]:
        name, secret = identity.username.encode(), identity.secret.encode()
        match self.mechanism:
            case Mechanism.SCRAM_SHA_256 | Mechanism.SCRAM_SHA_1:
                digest = "sha256" if self.mechanism is Mechanism.SCRAM_SHA_256 else "sha1"
                self._scram = Scram(digest, identity.username, identity.secret, nonce)
                self.initial = self._scram.initial
                return self._scram.respond
            case Mechanism.CRAM_MD5:
                return lambda challenge: name + b" " + _cram_digest(secret, challenge)
            case Mechanism.PLAIN:
                self.initial = b"\0" + name + b"\0" + secret
                return _unasked
            case Mechanism.LOGIN:
                return lambda _prompt: {1: name, 2: secret}.get(self._count) or _unasked(b"")
            case Mechanism.XOAUTH2:
                self.initial = b"user=" + name + b"\x01auth=Bearer " + secret + b"\x01\x01"
                return lambda _error: b""
            case Mechanism.OAUTHBEARER:
                place = f"\x01host={identity.host}\x01port={identity.port}".encode()
                quoted = name.replace(b"=", b"=3D").replace(b",", b"=2C")
                self.initial = b"n,a=" + quoted + b"," + place + b"\x01auth=Bearer " + secret + b"\x01\x01"
                # Why it refuses; RFC 7628 section 3.2.3 wants this answer before the server says that it does.
                return lambda _error: b"\x01"
            case _:
                assert_never(self.mechanism)


def _cram_digest(secret: bytes, challenge: bytes) -> bytes:
    if not challenge:
        raise MalformedReply("The server's CRAM-MD5 challenge is empty, so an answer to it would prove nothing.")
    return hmac.new(secret, challenge, "md5").hexdigest().encode()


def _unasked(_challenge: bytes) -> bytes:
    raise MalformedReply("The server asked for more than this way of signing in has to say.")
