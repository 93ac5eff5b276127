"""Tag lists as DKIM, ARC and DMARC write them, and the two kinds that DKIM needs: signatures and keys.

Strict where the RFC is: a doubled tag or a value outside its grammar is an error with a sentence. RFC 6376 sections 3.2, 3.5
and 3.6.1, RFC 8301, RFC 8463.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,60}")
_SPACE: Final = re.compile(r"[ \t\r\n]+")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_DOMAIN: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})(?:\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62})*")
_INTERNATIONAL: Final = re.compile(r"[^\s;@()<>,\x00-\x1f]{1,253}")
MAX_TAGS: Final = 100
ALGORITHMS: Final = ("rsa-sha256", "rsa-sha1", "ed25519-sha256")
CANONICAL: Final = ("simple", "relaxed")


@dataclass(frozen=True, slots=True)
class TagList:
    """The tags of one value; ``errors`` are sentences."""

    tags: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[str, ...] = ()

    def get(self, name: str, default: str = "") -> str:
        """Return a tag's value."""
        return self.tags.get(name, default)

    def squeezed(self, name: str) -> str:
        """Return a value without any space in it."""
        return _SPACE.sub("", self.tags.get(name, ""))


def parse_tags(text: str) -> TagList:
    """Return the tags of ``a=1; b=2``; never raises."""
    tags: dict[str, str] = {}
    errors: list[str] = []
    pieces = text.split(";")
    if pieces and not pieces[-1].strip():
        pieces.pop()
    for piece in pieces[:MAX_TAGS]:
        name, equals, value = piece.partition("=")
        name = name.strip(" \t\r\n")
        if not equals or _NAME.fullmatch(name) is None:
            errors.append("A piece of the list is no tag.")
            continue
        if name in tags:
            errors.append(f"The tag {name}= is written twice.")
            continue
        tags[name] = value.strip(" \t\r\n")
    return TagList(tags, tuple(errors))


def decode_base64(text: str) -> bytes | None:
    """Return bytes, or None when the text is no base64."""
    squeezed = _SPACE.sub("", text)
    if not squeezed or _BASE64.fullmatch(squeezed) is None:
        return None
    try:
        return base64.b64decode(squeezed + "=" * (-len(squeezed) % 4), validate=False)
    except (binascii.Error, ValueError):
        return None


def is_signing_name(text: str) -> bool:
    """True for a domain or selector, in ASCII or in letters of any script (RFC 8616)."""
    if text.isascii():
        return len(text) <= 253 and _DOMAIN.fullmatch(text) is not None
    return _INTERNATIONAL.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Signature:
    """A DKIM-Signature or an ARC-Message-Signature, read."""

    tags: TagList
    domain: str = ""
    selector: str = ""
    algorithm: str = ""
    header_canonical: str = "simple"
    body_canonical: str = "simple"
    names: tuple[str, ...] = ()
    """The signed field names in their order, lower case, repeated as written."""
    body_hash: bytes = b""
    signature: bytes = b""
    length: int | None = None
    identity: str = ""
    signed_at: int | None = None
    expires_at: int | None = None
    errors: tuple[str, ...] = ()
    """Why it cannot be checked."""


def parse_signature(text: str, *, arc: bool = False) -> Signature:
    """Return a signature field's content; ``errors`` is empty when it can be checked."""
    tags = parse_tags(text)
    errors = list(tags.errors)
    wanted = ("a", "b", "bh", "d", "s") if arc else ("v", "a", "b", "bh", "d", "h", "s")
    errors += [f"The tag {name}= is missing." for name in wanted if not tags.get(name)]
    if arc and "h" not in tags.tags:
        errors.append("The tag h= is missing.")
    if not arc and tags.get("v") and tags.get("v") != "1":
        errors.append(f"The version is {tags.get('v')[:20]}, and only 1 is known.")
    algorithm = tags.squeezed("a").lower()
    if algorithm and algorithm not in ALGORITHMS:
        errors.append(f"The algorithm {algorithm[:40]} is unknown.")
    domain, selector = tags.squeezed("d").rstrip(".").lower(), tags.squeezed("s").rstrip(".").lower()
    errors += [
        f"{name}= is no name."
        for name, value in (("d", domain), ("s", selector))
        if value and not is_signing_name(value)
    ]
    header_canonical, _, body_canonical = tags.squeezed("c").lower().partition("/")
    if arc and "c" not in tags.tags:
        header_canonical = body_canonical = "relaxed"  # What everybody writes, and what the public suite expects.
    header_canonical, body_canonical = header_canonical or "simple", body_canonical or "simple"
    if header_canonical not in CANONICAL or body_canonical not in CANONICAL:
        errors.append("The canonicalisation is unknown.")
    names = tuple(name for name in (part.strip(" \t\r\n").lower() for part in tags.get("h").split(":")) if name)
    if "c" in tags.tags and not tags.squeezed("c"):
        errors.append("The canonicalisation is empty.")
    if names and "from" not in names and not arc:
        errors.append("From is not signed, which no signature may leave out.")
    body_hash, signature = decode_base64(tags.get("bh")), decode_base64(tags.get("b"))
    errors += [
        f"{name}= is no base64."
        for name, value in (("bh", body_hash), ("b", signature))
        if tags.get(name) and value is None
    ]
    numbers: dict[str, int | None] = {}
    for name in ("l", "t", "x"):
        text_value = tags.squeezed(name)
        valid = text_value.isascii() and text_value.isdecimal() and len(text_value) <= 76
        numbers[name] = int(text_value[:18]) if valid else None
        if name in tags.tags and not valid:
            errors.append(f"{name}= is no number.")
    if numbers["t"] is not None and numbers["x"] is not None and numbers["x"] < numbers["t"]:
        errors.append("It expires before it was made.")
    identity = tags.squeezed("i").lower() if not arc else ""
    if identity and not _is_within(identity.rpartition("@")[2], domain):
        errors.append("The identity i= is not of the domain d=.")
    if tags.get("q") and "dns/txt" not in tags.squeezed("q").lower().split(":"):
        errors.append("The key is to be fetched in an unknown way.")
    return Signature(
        tags, domain, selector, algorithm, header_canonical, body_canonical, names, body_hash or b"", signature or b"",
        numbers["l"], identity, numbers["t"], numbers["x"], tuple(errors),
    )  # fmt: skip


def _is_within(name: str, domain: str) -> bool:
    return name == domain or name.endswith("." + domain)


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A TXT record of a selector."""

    text: str
    key_type: str = "rsa"
    key: bytes = b""
    revoked: bool = False
    testing: bool = False
    strict_identity: bool = False
    """``t=s``: i= must be of d= itself."""
    hashes: tuple[str, ...] = ()
    """Hash names that may be used; empty for all."""
    errors: tuple[str, ...] = ()


def parse_key_record(text: str) -> KeyRecord:
    """Return a key record; ``errors`` is empty when it can be used."""
    tags = parse_tags(text)
    errors = list(tags.errors)
    if "v" in tags.tags and (tags.get("v") != "DKIM1" or next(iter(tags.tags)) != "v"):
        errors.append("The record's version is not DKIM1.")
    if "p" not in tags.tags:
        errors.append("The record holds no key.")
    key_type = tags.squeezed("k").lower() or "rsa"
    if key_type not in {"rsa", "ed25519"}:
        errors.append(f"The key type {key_type[:40]} is unknown.")
    services = tags.squeezed("s").lower().split(":") if tags.get("s") else ["*"]
    if not {"*", "email"} & set(services):
        errors.append("The key is not meant for mail.")
    revoked = "p" in tags.tags and not tags.squeezed("p")
    key = decode_base64(tags.get("p"))
    if "p" in tags.tags and not revoked and key is None:
        errors.append("The key is no base64.")
    flags = tags.squeezed("t").lower().split(":")
    hashes = tuple(name for name in tags.squeezed("h").lower().split(":") if name)
    return KeyRecord(text, key_type, key or b"", revoked, "y" in flags, "s" in flags, hashes, tuple(errors))
