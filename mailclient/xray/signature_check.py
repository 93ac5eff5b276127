"""The two signature algorithms of DKIM and ARC, by the primitives of ``cryptography``. RFC 8301, RFC 8463. No I/O."""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

MAX_KEY_BYTES = 4_096


class Outcome(enum.Enum):
    """Whether a key made a signature."""

    GOOD = "good"
    BAD = "bad"
    UNUSABLE = "unusable"
    """The key cannot be read."""
    TOO_WEAK = "too weak"


@dataclass(frozen=True, slots=True)
class Check:
    """The outcome and the size of the key."""

    outcome: Outcome
    key_bits: int | None = None


def hash_of(data: bytes, algorithm: str) -> bytes:
    """Return the hash that an algorithm's name ends in."""
    return (
        hashlib.sha1(data, usedforsecurity=False).digest()
        if algorithm.endswith("sha1")
        else hashlib.sha256(data).digest()
    )


def check_signature(algorithm: str, key: bytes, signature: bytes, data: bytes) -> Check:
    """Return whether the key (the bytes of ``p=``) made the signature over the data."""
    if algorithm == "ed25519-sha256":
        return _check_ed25519(key, signature, data)
    try:
        public = load_der_public_key(key[:MAX_KEY_BYTES])
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        weak = "1024" in str(error) or "too small" in str(error).lower()
        return Check(Outcome.TOO_WEAK if weak else Outcome.UNUSABLE)
    if not isinstance(public, rsa.RSAPublicKey):
        return Check(Outcome.UNUSABLE)
    bits = public.key_size
    try:
        public.verify(signature, data, padding.PKCS1v15(), SHA1() if algorithm == "rsa-sha1" else SHA256())
    except (InvalidSignature, ValueError, UnsupportedAlgorithm):
        return Check(Outcome.BAD, bits)
    return Check(Outcome.TOO_WEAK if bits < 1_024 else Outcome.GOOD, bits)


def _check_ed25519(key: bytes, signature: bytes, data: bytes) -> Check:
    try:
        public = ed25519.Ed25519PublicKey.from_public_bytes(key)
    except (ValueError, UnsupportedAlgorithm):
        return Check(Outcome.UNUSABLE)
    try:
        # RFC 8463 section 3: what is signed is the hash, not the data.
        public.verify(signature, hashlib.sha256(data).digest())
    except (InvalidSignature, ValueError):
        return Check(Outcome.BAD, 256)
    return Check(Outcome.GOOD, 256)
