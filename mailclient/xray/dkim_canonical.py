"""What exactly is signed: header fields and body in the two canonical forms. RFC 6376 sections 3.4, 3.5 (``b=``) and 5.4.2.

Bytes in, bytes out, linear in time. Lines that end in LF alone count as if they ended in CRLF, as they do on the wire.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from mailclient.mime.headers import HeaderBlock, HeaderField

_SPACES: Final = re.compile(rb"[ \t]+")
_SIGNATURE_VALUE: Final = re.compile(rb"(\A|;)([ \t\r\n]*b[ \t\r\n]*=)[^;]*")


def with_crlf(data: bytes) -> bytes:
    """Return data whose lines end in CRLF."""
    if data.count(b"\n") == data.count(b"\r\n"):
        return data
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def canonical_body(body: bytes, form: str) -> bytes:
    """Return a body (lines ending in CRLF) in ``simple`` or ``relaxed`` form."""
    if form == "relaxed":
        body = body.replace(b"\t", b" ")
        # Each turn halves the longest row of blanks. An expression would make a list of all of them first: of a body made
        # of blanks and line ends, a gigabyte.
        while b"  " in body:
            body = body.replace(b"  ", b" ")
        body = body.replace(b" \r\n", b"\r\n").removesuffix(b" ")
    end = len(body)
    for lines in (b"\r\n" * 4_096, b"\r\n"):
        while body.endswith(lines, 0, end):
            end -= len(lines)
    body = body[:end]
    if body or form == "simple":
        return body + b"\r\n"
    return b""


def canonical_field(raw: bytes, form: str) -> bytes:
    """Return one field with its line end in ``simple`` or ``relaxed`` form."""
    raw = with_crlf(raw)
    if form == "simple":
        return raw if raw.endswith(b"\r\n") else raw + b"\r\n"
    name, _, value = raw.partition(b":")
    unfolded = value.replace(b"\r\n", b"")
    return name.strip(b" \t").lower() + b":" + _SPACES.sub(b" ", unfolded).strip(b" \t") + b"\r\n"


def without_signature(raw: bytes) -> bytes:
    """Return a signature field with the value of ``b=`` taken out."""
    name, _, value = raw.partition(b":")
    return name + b":" + _SIGNATURE_VALUE.sub(rb"\1\2", value, count=1)


def select_fields(block: HeaderBlock, names: Sequence[str], leave_out: HeaderField | None = None) -> list[HeaderField]:
    """Return the fields that names in ``h=`` mean: of each name from the last upwards, what is missing left out."""
    left: dict[str, list[HeaderField]] = {}
    chosen: list[HeaderField] = []
    for name in names:
        if name not in left:
            left[name] = [field for field in block.all(name) if field is not leave_out]
        if left[name]:
            chosen.append(left[name].pop())
    return chosen


def signed_data(block: HeaderBlock, names: Sequence[str], signature: HeaderField, form: str) -> bytes:
    """Return the bytes that a signature covers: the chosen fields, then its own field without its value."""
    pieces = [canonical_field(field.raw, form) for field in select_fields(block, names, signature)]
    own = canonical_field(without_signature(signature.raw), form)
    return b"".join(pieces) + own.removesuffix(b"\r\n")
