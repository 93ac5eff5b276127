"""Secrets struck out by value: wherever a registered secret appears in bytes or text, in any usual encoding, it is masked.

Used by the wiretap and by the log. Values, not prefixes: a server may echo a password in an error, and no pattern helps.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import threading
from typing import Final
from urllib.parse import quote, quote_plus

MASK: Final = b"********"
MIN_LENGTH: Final = 3
"""Shorter secrets would mask ordinary text; they are masked only where a whole line is marked secret."""


class Redactor:
    """A growing set of secrets and one pattern over all of their forms. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forms: set[bytes] = set()
        self._pattern: re.Pattern[bytes] | None = None
        self._needles: tuple[bytes, ...] = ()

    def register(self, secret: str | bytes, username: str = "") -> None:
        """Strike this secret from now on; with ``username`` also the SASL PLAIN form of the two together."""
        raw = secret.encode("utf-8", "surrogateescape") if isinstance(secret, str) else secret
        if len(raw) < MIN_LENGTH:
            return
        forms = _forms(raw)
        name = username.encode()
        forms |= {base64.b64encode(b"\0" + name + b"\0" + raw), base64.b64encode(name + b"\0" + name + b"\0" + raw)}
        with self._lock:
            self._forms |= {form for form in forms if len(form) >= MIN_LENGTH}
            longest_first = sorted(self._forms, key=len, reverse=True)
            self._pattern = re.compile(b"|".join(re.escape(form) for form in longest_first), re.IGNORECASE)
            lower = {form.lower() for form in self._forms}
            # A form that contains another needs no look of its own.
            self._needles = tuple(form for form in lower if not any(other in form for other in lower if other != form))

    def strike(self, data: bytes) -> bytes:
        """Return data with every known secret masked."""
        # Nearly nothing that is said contains a secret, and looking for substrings is far faster than the pattern.
        lower = data.lower()
        for needle in self._needles:
            if needle in lower:
                return self._pattern.sub(MASK, data) if self._pattern else data
        return data

    def strike_text(self, text: str) -> str:
        """Return text with every known secret masked."""
        return self.strike(text.encode("utf-8", "surrogateescape")).decode("utf-8", "replace")


def _forms(raw: bytes) -> set[bytes]:
    text = raw.decode("utf-8", "replace")
    encoded = base64.b64encode(raw)
    quoted_printable = binascii.b2a_qp(raw, quotetabs=True).rstrip(b"\n")
    return {
        raw,
        encoded,
        encoded.rstrip(b"="),
        raw.hex().encode(),
        quote(raw, safe="").encode(),
        quote_plus(raw).encode(),
        json.dumps(text)[1:-1].encode(),
        json.dumps(text, ensure_ascii=False)[1:-1].encode(),
        quoted_printable,
        raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"'),
    }


redactor: Final = Redactor()
"""The one instance of this process."""
