"""The text of answers: attribution, quotation, signature removal, forwarded blocks.

Works on decoded text only; what it quotes is what the reader could see, so hidden parts never travel in an answer.
RFC 3676 section 4.5 (quoting), section 4.3 (the signature mark).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

MAX_QUOTED_CHARACTERS: Final = 200_000
_SIGNATURE_MARK: Final = "-- "


def quote_text(text: str) -> str:
    """Return the text with a quote mark before every line, without a trailing signature, at most 200,000 characters."""
    lines = text[:MAX_QUOTED_CHARACTERS].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if _SIGNATURE_MARK in lines:
        lines = lines[: len(lines) - 1 - lines[::-1].index(_SIGNATURE_MARK)]
    while lines and not lines[-1].strip():
        lines.pop()
    return "\n".join(">" + line if line.startswith(">") else f"> {line}".rstrip() for line in lines)


def attribution(author: str, written: datetime | None) -> str:
    """Return the line above a quotation: who wrote, and when by the author's own clock."""
    who = author or "Somebody"
    if written is None:
        return f"{who} wrote:"
    return f"On {written:%a, %d %b %Y} at {written:%H:%M}, {who} wrote:"


def reply_text(author: str, written: datetime | None, text: str) -> str:
    """Return the body that an answer starts with: room to write, then the quotation."""
    return f"\n\n{attribution(author, written)}\n{quote_text(text)}\n"


def forward_text(fields: Iterable[tuple[str, str]], text: str) -> str:
    """Return the body of an inline forward: the named header fields that have a value, then the text unquoted."""
    header = "\n".join(f"{name}: {value}" for name, value in fields if value)
    return f"\n\n---------- Forwarded message ----------\n{header}\n\n{text.rstrip()}\n"
