"""Signs messages for tests: a DKIM signature made from its parts, with any tag bent on purpose. RFC 6376 section 3.7."""

from __future__ import annotations

import base64
import functools
from collections.abc import Mapping, Sequence

from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mailclient.mime.headers import parse_header_block
from mailclient.xray.dkim_canonical import canonical_body, signed_data, with_crlf
from mailclient.xray.signature_check import hash_of

Key = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


@functools.cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """A key, made once in a run."""
    return rsa.generate_private_key(65537, bits)


def key_record(key: Key) -> str:
    """The TXT record of a key."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return f"v=DKIM1; k=ed25519; p={base64.b64encode(raw).decode()}"
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode()}"


def sign(
    message: bytes,
    key: Key,
    *,
    names: Sequence[str] = ("from", "to", "subject", "date", "message-id"),
    canonical: str = "relaxed/relaxed",
    algorithm: str = "",
    tags: Mapping[str, str] | None = None,
) -> bytes:
    """The message with a DKIM-Signature of s1._domainkey.example.org on top."""
    algorithm = algorithm or ("ed25519-sha256" if isinstance(key, ed25519.Ed25519PrivateKey) else "rsa-sha256")
    header_form, _, body_form = canonical.partition("/")
    more = dict(tags or {})
    body = canonical_body(with_crlf(message[parse_header_block(message).body_start :]), body_form or "simple")
    body = body[: int(more["l"])] if "l" in more else body
    digest = base64.b64encode(hash_of(body, algorithm)).decode()
    parts = {
        "v": "1",
        "a": algorithm,
        "c": canonical,
        "d": "example.org",
        "s": "s1",
        "h": ":".join(names),
        "bh": digest,
    } | more
    field = "DKIM-Signature: " + "; ".join(f"{name}={value}" for name, value in parts.items()) + "; b="
    unsigned = field.encode() + b"\r\n" + message
    block = parse_header_block(unsigned)
    data = signed_data(block, names, block.fields[0], header_form)
    if isinstance(key, ed25519.Ed25519PrivateKey):
        signature = key.sign(hash_of(data, algorithm))
    else:
        signature = key.sign(data, padding.PKCS1v15(), SHA1() if algorithm == "rsa-sha1" else SHA256())
    return field.encode() + base64.b64encode(signature) + b"\r\n" + message
