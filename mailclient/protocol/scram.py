"""SCRAM: both sides prove that they know the password, and neither tells it. The client's half, as bytes in and bytes out.

The random nonce is handed in. Distrusts the server: its nonce must continue ours, its iteration count is bounded both ways
(few would make the proof cheap to guess from, billions would stop this program), and its own proof is checked before
anybody believes that the sign-in succeeded. No channel binding ("n,,"). RFC 5802, RFC 7677; SASLprep is RFC 4013.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import stringprep
import unicodedata
from typing import Final

from mailclient.domain.errors import MalformedReply

MIN_ITERATIONS: Final = 4096
"""RFC 5802 section 5.1 and RFC 7677 section 4: servers announce at least so many."""
MAX_ITERATIONS: Final = 1_000_000
"""About half a second of work here; more is an attack upon the client."""
MAX_SALT_BYTES: Final = 1_024
_GS2: Final = b"n,,"
_FIRST: Final = re.compile(
    rb"r=(?P<nonce>[\x21-\x2b\x2d-\x7e]{1,1000}),s=(?P<salt>[A-Za-z0-9+/=]{1,2000}),i=(?P<count>\d{1,10})(?:,.*)?"
)
_FINAL: Final = re.compile(rb"(?:v=(?P<proof>[A-Za-z0-9+/=]{1,200})|e=(?P<error>[\x20-\x2b\x2d-\x7e]{1,200}))(?:,.*)?")
_FORBIDDEN: Final = (
    stringprep.in_table_c12,
    stringprep.in_table_c21_c22,
    stringprep.in_table_c3,
    stringprep.in_table_c4,
    stringprep.in_table_c5,
    stringprep.in_table_c6,
    stringprep.in_table_c7,
    stringprep.in_table_c8,
    stringprep.in_table_c9,
)


def prepare(text: str) -> str:
    """Return user name or password as both sides must spell it (SASLprep).

    What SASLprep forbids is left as it was typed: a server that let somebody choose such a password compares it like that.
    """
    if text.isascii():
        return text
    mapped = "".join(" " if stringprep.in_table_c12(c) else c for c in text if not stringprep.in_table_b1(c))
    prepared = unicodedata.normalize("NFKC", mapped)
    return text if any(table(c) for c in prepared for table in _FORBIDDEN) else prepared


class Scram:
    """One sign-in by SCRAM: :meth:`respond` to each challenge, then :attr:`proven` tells whether the server knew it too."""

    def __init__(self, digest: str, username: str, password: str, nonce: str) -> None:
        """``digest`` is hashlib's name; ``nonce`` is printable ASCII without a comma, never used before."""
        name = prepare(username).replace("=", "=3D").replace(",", "=2C")
        self._digest = digest
        self._password = prepare(password).encode()
        self._nonce = nonce.encode("ascii")
        self._first_bare = b"n=" + name.encode() + b",r=" + self._nonce
        self._server_proof = b""
        self.proven = False
        """The server showed that it knows the password."""

    @property
    def initial(self) -> bytes:
        """The client's first message."""
        return _GS2 + self._first_bare

    def respond(self, challenge: bytes) -> bytes:
        """Return the answer to the server's first message, or to its proof; raises MalformedReply."""
        return self._check(challenge) if self._server_proof else self._prove(challenge)

    def _prove(self, challenge: bytes) -> bytes:
        found = _FIRST.fullmatch(challenge)
        if found is None:
            raise MalformedReply("The server's SCRAM challenge has no nonce, salt and iteration count.")
        if not found["nonce"].startswith(self._nonce) or len(found["nonce"]) <= len(self._nonce):
            raise MalformedReply("The server's SCRAM challenge does not continue this program's nonce.")
        count = int(found["count"])
        if not MIN_ITERATIONS <= count <= MAX_ITERATIONS:
            raise MalformedReply(
                f"The server wants {count} SCRAM iterations; {MIN_ITERATIONS} to {MAX_ITERATIONS} are safe."
            )
        salt = decode_base64(found["salt"])
        if not 0 < len(salt) <= MAX_SALT_BYTES:
            raise MalformedReply("The server's SCRAM salt is empty or far too long.")
        without_proof = b"c=" + base64.b64encode(_GS2) + b",r=" + found["nonce"]
        transcript = b",".join((self._first_bare, challenge, without_proof))
        salted = hashlib.pbkdf2_hmac(self._digest, self._password, salt, count)
        client_key = self._hmac(salted, b"Client Key")
        signature = self._hmac(hashlib.new(self._digest, client_key).digest(), transcript)
        self._server_proof = self._hmac(self._hmac(salted, b"Server Key"), transcript)
        proof = bytes(a ^ b for a, b in zip(client_key, signature, strict=True))
        return without_proof + b",p=" + base64.b64encode(proof)

    def _check(self, challenge: bytes) -> bytes:
        found = _FINAL.fullmatch(challenge)
        if found is None or self.proven:
            raise MalformedReply("The server's last SCRAM message is neither a proof nor an error.")
        if found["error"]:
            return b""  # Why it refuses; that it does, its status line says.
        if not hmac.compare_digest(decode_base64(found["proof"]), self._server_proof):
            raise MalformedReply("The server could not prove that it knows the password: it is not the right server.")
        self.proven = True
        return b""

    def _hmac(self, key: bytes, data: bytes) -> bytes:
        return hmac.new(key, data, self._digest).digest()


def decode_base64(data: bytes) -> bytes:
    """Return what strict base64 holds; raises MalformedReply."""
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedReply("The server's sign-in challenge is not base64.") from error
