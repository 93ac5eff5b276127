"""The body of a message as signatures cover it, brought into each form once, however many signatures there are.

Nothing is done before somebody asks: most of the work of a signature is its body, and most large messages have one or none.
Holds at most both forms while one message is examined. RFC 6376 sections 3.4.3, 3.4.4 and 3.7.
"""

from __future__ import annotations

from mailclient.xray.dkim_canonical import canonical_body, with_crlf
from mailclient.xray.signature_check import hash_of


class SignedBody:
    """A body, its canonical forms, and the hashes of them that were asked for."""

    def __init__(self, raw: bytes, start: int) -> None:
        self._raw, self._start = raw, start
        self._body: bytes | None = None
        self._forms: dict[str, bytes] = {}
        self._hashes: dict[tuple[str, int | None, str], bytes] = {}

    def form(self, name: str) -> bytes:
        """Return the body in ``simple`` or ``relaxed`` form."""
        if name not in self._forms:
            self._forms[name] = canonical_body(self._with_crlf(), name)
        return self._forms[name]

    @property
    def length(self) -> int:
        """Its bytes with CRLF line ends, in neither form."""
        return len(self._with_crlf())

    def hash(self, form: str, length: int | None, algorithm: str) -> bytes:
        """Return the hash of the first ``length`` bytes of a form, or of all of it."""
        wanted = (form, length, algorithm.rpartition("-")[2])
        if wanted not in self._hashes:
            body = self.form(form)
            self._hashes[wanted] = hash_of(body if length is None else body[:length], algorithm)
        return self._hashes[wanted]

    def _with_crlf(self) -> bytes:
        if self._body is None:
            self._body = with_crlf(self._raw[self._start :])
        return self._body
