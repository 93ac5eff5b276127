"""Recognises that a server lets no further connection in, whatever words it has for it.

No code is reserved for it: RFC 5530 knows [LIMIT] and [UNAVAILABLE] for much else too, and some servers refuse the sign-in
with a bare NO, which must not be taken for a wrong password.
"""

from __future__ import annotations

import re
from typing import Final

_WORDS: Final = re.compile(
    r"too many (?:\w+ )*(?:connections|logins|sessions)"
    r"|maximum number of (?:\w+ )*(?:connections|logins|sessions)"
    r"|(?:connection|session|login)s? (?:limit|count) (?:\w+ )*(?:exceeded|reached)"
    r"|(?:exceeded|reached) (?:\w+ )*(?:connection|session)s? limit",
    re.IGNORECASE,
)


def is_connection_limit(words: str) -> bool:
    """Return True when a refusal or a farewell says that there are too many connections."""
    return _WORDS.search(words) is not None
